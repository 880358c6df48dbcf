"""A file of voucher cases, answered one by one: what is wrong with one case stays with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.domain.vouchers.case import Entitlement, Translate
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.text import N_
from entrepot.services.entitle_case import Asked, entitle_cases, entitle_purchase, the_programme

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.gate_batch import StatedCase


@dataclass(frozen=True, slots=True)
class CaseRefusal:
    """A case that cannot be judged; the others are.

    Attributes:
        name: its name, else ``case-<n>``.
        error: why, and what to do; fields are places of the file.
    """

    name: str
    error: EntrepotError

    def as_dict(self, translate: Translate = str) -> dict[str, object]:
        """Return ``name`` and ``error`` (code, message, hint, fields) as plain values."""
        return {"name": self.name, "error": self.error.as_dict(translate)}


def answer_voucher_file(app: App, path: Path, asked: Asked) -> Iterator[Entitlement | CaseRefusal]:
    """Answer the cases of a file, in their order.

    Args:
        app: the exchange.
        path: YAML or JSON with one case or a list of cases, or JSON Lines
            (``.jsonl``, ``.ndjson``).
        asked: goes before what a case says itself. For one purchase alone whose amount is asked
            with it, counts that nobody states are taken from the house's own book; see
            :func:`entrepot.services.entitle_case.entitle_purchase`.

    Yields:
        An answer a case (one a programme for a case that names none), or its refusal.

    Raises:
        Invalid: the file cannot be read, or holds no case.
        NotFound: the programme asked about does not exist.
    """
    return answer_stated_vouchers(app, app.read_stated_cases(path), asked)


def answer_stated_vouchers(
    app: App, cases: Iterable[StatedCase], asked: Asked
) -> Iterator[Entitlement | CaseRefusal]:
    """Answer stated cases, in their order; see :func:`answer_voucher_file`."""
    if asked.programme is not None:
        the_programme(app, asked.programme)  # a slip of the asker is no fault of a case
    rest = iter(cases)
    opening = list(islice(rest, 2))
    for number, case in enumerate(chain(opening, rest), 1):
        name = f"case-{number}"
        try:
            body = _body(case)
            name = str(body.get("name") or name)
            if "facts" in body:  # a case, and not the facts of one alone
                body = {**body, "name": name}
            # A case without a programme has several answers: all of them, or the refusal.
            alone = len(opening) == 1
            answers = (
                entitle_purchase(app, body, asked) if alone else entitle_cases(app, [body], asked)
            )
        except EntrepotError as error:
            yield CaseRefusal(name, _located(error, case))
        else:
            yield from answers


def _body(case: StatedCase) -> Mapping[str, object]:
    if case.refusal is not None:
        raise case.refusal
    body = case.body
    if isinstance(body, dict) and body:
        return cast("dict[str, object]", body)
    where = case.where(())
    raise Invalid(
        "cases.form",
        N_("{where}: there is no case here."),
        hint=N_("Write a case as a mapping of names to values, or a list of such mappings."),
        fields={where: "a mapping"},
        where=where,
    )


def _located(error: EntrepotError, case: StatedCase) -> EntrepotError:
    """Say at which place of the file each field stands."""
    if case.refusal is error or error.code == "cases.form":
        return error
    fields = {case.where(_path(name, case.body)): why for name, why in error.fields.items()}
    kind = type(error)
    return kind(error.code, error.template, hint=error.hint_template, fields=fields, **error.params)


def _path(name: str, body: object) -> tuple[str, ...]:
    """The path of a field: a key of the case, a part of one, or a fact."""
    facts = cast("Mapping[str, object]", body).get("facts")
    if isinstance(facts, dict) and name in facts:
        return ("facts", name)
    return tuple(name.split("."))
