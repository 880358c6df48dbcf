"""A file of gate cases, answered one by one: what is wrong with one case stays with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from entrepot.domain.gate.batch import BatchAnswer, BatchRefusal, GateBatch
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.gate_check import Law, under


@dataclass(frozen=True, slots=True)
class StatedCase:
    """A case as it stands in a file.

    Attributes:
        body: its plain value; whoever judges it reads the keys.
        where: path inside the case → its place for messages: ``file:line:field``, or
            ``file[index].field`` where lines are not known.
        refusal: why the text of the case cannot be read; None = it can.
    """

    body: object
    where: Callable[[tuple[str, ...]], str]
    refusal: Invalid | None = None


def answer_file(app: App, path: Path, law: Law) -> Iterator[BatchAnswer | BatchRefusal]:
    """Answer the cases of a file, in their order.

    Args:
        app: the exchange.
        path: YAML or JSON with one case or a list of cases, or JSON Lines
            (``.jsonl``, ``.ndjson``).
        law: goes before what a case says itself, where it says anything.

    Yields:
        An answer a case, or the refusal of that case.

    Raises:
        Invalid: the file cannot be read, or holds no case.
    """
    return answer_stated(app, app.read_stated_cases(path), law)


def answer_stated(
    app: App, cases: Iterable[StatedCase], law: Law
) -> Iterator[BatchAnswer | BatchRefusal]:
    """Answer stated cases, in their order.

    Args:
        app: the exchange.
        cases: from a file.
        law: goes before what a case says itself, where it says anything.
    """
    desk, today = GateBatch(app.rulebook), local_day(app.clock.now())
    adjust = None if law == Law() else partial(under, law)
    for number, case in enumerate(cases, 1):
        name = f"case-{number}"
        body = _body(case)
        if isinstance(body, Invalid):
            yield BatchRefusal(name, body)
        else:
            answer = desk.answer_body(body, today, name, adjust)
            yield answer if isinstance(answer, BatchAnswer) else _located(answer, body, case)


def _body(case: StatedCase) -> Mapping[str, object] | Invalid:
    if case.refusal is not None:
        return case.refusal
    body = case.body
    return cast("dict[str, object]", body) if isinstance(body, dict) else _no_case(case)


def _no_case(case: StatedCase) -> Invalid:
    where = case.where(())
    return Invalid(
        "cases.form",
        N_("{where}: there is no case here."),
        hint=N_("Write a case as a mapping of names to values, or a list of such mappings."),
        fields={where: "a mapping"},
        where=where,
    )


def _located(refusal: BatchRefusal, body: Mapping[str, object], case: StatedCase) -> BatchRefusal:
    """Say at which place of the file each field of the refusal stands."""
    error = refusal.error
    fields = {case.where(_path(name, body)): why for name, why in error.fields.items()}
    found = Invalid(
        error.code, error.template, hint=error.hint_template, fields=fields, **error.params
    )
    return BatchRefusal(refusal.name, found)


def _path(name: str, body: Mapping[str, object]) -> tuple[str, ...]:
    """The path of a key, fact or name of a case."""
    if name in body:
        return (name,)
    for part in ("leg", "placement", "what_if", "reviews_in_force"):
        inside = body.get(part)
        if isinstance(inside, dict | list) and name in cast("Iterable[object]", inside):
            return (part, name)
    return (name,)
