"""``entrepot vouchers entitle``: stated cases judged by the programmes' own words."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.day_option import law_options
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import plain, warn
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.vouchers.case import Entitlement
    from entrepot.kernel.money import Amount
    from entrepot.services.entitle_case import Asked
    from entrepot.services.vouchers_batch import CaseRefusal

ALWAYS = ("programme", "currency", "as_of", "version", "grade", "sources")
"""What ``--json`` says of every answer besides the keys of a case."""


@cli_command(
    "entitle",
    help=N_(
        "Judge stated cases: a file with the facts of one purchase, with one case or with many "
        "(YAML, JSON or JSON Lines). Without a programme, every programme answers. "
        "With --json, one line an answer; the steps that led to it only with --explain."
    ),
    examples=(
        "entrepot vouchers entitle --facts firm-facts.yaml --amount 3000000 --asset CNY",
        "entrepot vouchers entitle --facts cases.jsonl --as-of 2025-06-01 --json",
        "entrepot vouchers entitle --facts cases.jsonl --json --explain",
    ),
)
@click.option(
    "--facts",
    required=True,
    metavar="FACTS.yaml",
    type=click.Path(path_type=Path),
    help=N_("File of the facts or cases."),
)
@click.option("--amount", metavar="N", help=N_("Base amount in whole units, such as 3000000."))
@click.option("--asset", metavar="CODE", help=N_("Currency of the amounts, such as CNY."))
@click.option(
    "--used-this-year",
    metavar="N",
    help=N_(
        "Granted to the firm's group this year. If one purchase is asked about with --amount and "
        "this is stated nowhere, the house's own book is taken, and the answer says so."
    ),
)
@click.option(
    "--firm", metavar="F-…", help=N_("Firm whose grants the house counts, if there are several.")
)
@click.option("--programme", metavar="ID", help=N_("Only this programme."))
@click.option(
    "--explain",
    is_flag=True,
    help=N_("With --json, add each step: what was compared, grade, sources, rate, notes."),
)
@law_options
@json_option
@pass_session
def entitle(session: Session, facts: Path, explain: bool, **given: object) -> None:
    """Judge stated cases."""
    from entrepot.faces.cli.vouchers_show import show_entitlement
    from entrepot.services.vouchers_batch import CaseRefusal, answer_voucher_file

    app = session.app
    refused = False
    answers = answer_voucher_file(app, facts, asked_in(given))
    opening = list(islice(answers, 2))
    if len(opening) == 1 and isinstance(opening[0], CaseRefusal):
        raise opening[0].error  # one case alone is no batch: its refusal is the answer
    for answer in chain(opening, answers):
        if isinstance(answer, CaseRefusal):
            refused = True
            _show_refusal(session, answer)
        elif session.json:
            print(json.dumps(plain(entitlement_data(answer, explain)), ensure_ascii=False))
        else:
            show_entitlement(app, answer)
    if refused:
        raise click.exceptions.Exit(Invalid.exit_code)


def entitlement_data(answer: Entitlement, explain: bool) -> dict[str, object]:
    """Return an answer for ``--json``: the keys of a case, or everything."""
    whole = answer.as_dict(explain=True, translate=_)
    if explain:
        return whole
    return {key: whole[key] for key in (*answer.as_dict(), *ALWAYS)}


def _show_refusal(session: Session, refusal: CaseRefusal) -> None:
    if session.json:
        print(json.dumps(refusal.as_dict(_), ensure_ascii=False))
        return
    warn(f"{refusal.name}: {refusal.error.render(_)}")
    hint = refusal.error.render_hint(_)
    if hint:
        print(_(N_("To fix: {hint}")).format(hint=hint), file=sys.stderr)


def asked_in(given: Mapping[str, object]) -> Asked:
    """Read the options of ``entitle``.

    Raises:
        Invalid: an amount without its currency, or of a wrong form.
    """
    from entrepot.services.entitle_case import Asked

    return Asked(
        cast("date | None", given["as_of"]),
        cast("date | None", given["known"]),
        cast("str | None", given["programme"]),
        _amount(given, "amount"),
        _amount(given, "used_this_year"),
        cast("str | None", given["firm"]),
    )


def _amount(given: Mapping[str, object], name: str) -> Amount | None:
    from entrepot.kernel.money import asset_of, of_major

    text, code = cast("str | None", given[name]), cast("str | None", given["asset"])
    if text is None:
        return None
    if code is None:
        raise Invalid(
            "vouchers.asset",
            N_("An amount needs its currency."),
            hint=N_("Add --asset, such as --asset CNY."),
            fields={"asset": "missing"},
        )
    return of_major(text, asset_of(code))
