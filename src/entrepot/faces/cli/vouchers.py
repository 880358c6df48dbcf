"""``entrepot vouchers``: what the programmes pay, why, and what leases have reserved."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.day_option import day_option, law_options
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import emit, plain, warn
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.entitle_case import Asked
    from entrepot.services.vouchers_batch import CaseRefusal


@cli_group(
    "vouchers",
    help=N_(
        "Work out what a compute voucher pays, line by line, by the programme's own words. "
        "What a text does not state is shown as not stated; it is never taken as no limit."
    ),
    examples=(
        "entrepot vouchers list",
        "entrepot vouchers show cn.shenzhen.training_voucher",
        "entrepot vouchers for examples/stars.yaml",
        "entrepot vouchers reserved",
        "entrepot vouchers claim HK-2026-000001 --programme hk.aiss",
        "entrepot vouchers fund",
    ),
)
def command() -> None:
    """Hold the commands of vouchers."""


@command.command(
    "list",
    help=N_("List all programmes as of a day: rate, caps, fund, window, standing, source."),
    examples=("entrepot vouchers list", "entrepot vouchers list --as-of 2025-06-01"),
)
@law_options
@json_option
@pass_session
def list_(session: Session, as_of: date | None, known: date | None) -> None:
    """List programmes."""
    from entrepot.faces.cli.vouchers_show import show_programmes
    from entrepot.faces.cli.vouchers_words import programme_data
    from entrepot.services.entitle_case import programmes_on

    day = _day(session, as_of)
    views = programmes_on(session.app, day, known)
    data = {"as_of": day, "known": known, "programmes": [programme_data(view) for view in views]}
    emit(session, data, lambda: show_programmes(views, day))


@command.command(
    "show",
    help=N_("Show one programme with all its versions, conditions, grades and sources."),
    examples=("entrepot vouchers show hk.aiss", "entrepot vouchers show hk.aiss --json"),
)
@click.argument("programme", metavar="ID")
@day_option("--as-of", help=N_("Law of this day; today if it is left out."))
@json_option
@pass_session
def show(session: Session, programme: str, as_of: date | None) -> None:
    """Show a programme."""
    from entrepot.faces.cli.vouchers_show import show_programme
    from entrepot.faces.cli.vouchers_words import programme_data, version_data
    from entrepot.services.entitle_case import view_of

    day = _day(session, as_of)
    view = view_of(session.app, programme, day)
    data = {
        "as_of": day,
        **programme_data(view),
        "versions": [version_data(version) for version in view.programme.versions],
    }
    emit(session, data, lambda: show_programme(view, day))


@command.command(
    "entitle",
    help=N_(
        "Judge stated cases: a file with the facts of one purchase, with one case or with many "
        "(YAML, JSON or JSON Lines). Without a programme, every programme answers. "
        "With --json, one line an answer."
    ),
    examples=(
        "entrepot vouchers entitle --facts firm-facts.yaml --amount 3000000 --asset CNY",
        "entrepot vouchers entitle --facts cases.jsonl --as-of 2025-06-01 --json",
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
@click.option("--used-this-year", metavar="N", help=N_("Granted to the firm's group this year."))
@click.option("--programme", metavar="ID", help=N_("Only this programme."))
@law_options
@json_option
@pass_session
def entitle(session: Session, facts: Path, **given: object) -> None:
    """Judge stated cases."""
    from entrepot.faces.cli.vouchers_show import show_entitlement
    from entrepot.services.vouchers_batch import CaseRefusal, answer_voucher_file

    app = session.app
    refused = False
    answers = answer_voucher_file(app, facts, _asked(given))
    opening = list(islice(answers, 2))
    if len(opening) == 1 and isinstance(opening[0], CaseRefusal):
        raise opening[0].error  # one case alone is no batch: its refusal is the answer
    for answer in chain(opening, answers):
        if isinstance(answer, CaseRefusal):
            refused = True
            _show_refusal(session, answer)
        elif session.json:
            row = {"programme": answer.programme, **answer.as_dict(explain=True, translate=_)}
            print(json.dumps(plain(row), ensure_ascii=False))
        else:
            show_entitlement(app, answer)
    if refused:
        raise click.exceptions.Exit(Invalid.exit_code)


def _show_refusal(session: Session, refusal: CaseRefusal) -> None:
    if session.json:
        print(json.dumps(refusal.as_dict(_), ensure_ascii=False))
        return
    warn(f"{refusal.name}: {refusal.error.render(_)}")
    hint = refusal.error.render_hint(_)
    if hint:
        print(_(N_("To fix: {hint}")).format(hint=hint), file=sys.stderr)


@command.command(
    "for",
    help=N_("Say what every programme answers on the cheapest price of a job; nothing is kept."),
    examples=("entrepot vouchers for examples/stars.yaml",),
)
@click.argument("job", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--firm", metavar="F-…", help=N_("Firm that asks; needed if there are several."))
@json_option
@pass_session
def for_(session: Session, job: Path, firm: str | None) -> None:
    """Answer for a job."""
    from entrepot.faces.cli.vouchers_show import show_job_vouchers
    from entrepot.services.entitle_case import vouchers_for
    from entrepot.services.firms import the_firm

    app = session.app
    spec = app.read_job(job)
    best = vouchers_for(app, the_firm(app, firm), spec)
    answers = cast("list[Mapping[str, object]]", best["vouchers"])
    missing = sorted({str(n) for row in answers for n in cast("list[str]", row["missing"])})
    questions = app.rulebook.dictionary.questions(missing)
    keys = ("centre_id", "device_id", "total_minor", "payable_now_minor", "net_minor", "vouchers")
    data = {"job": spec.name, **{key: best[key] for key in keys}, "questions": questions}
    emit(session, data, lambda: show_job_vouchers(spec.name, best, questions))


@command.command(
    "reserved",
    help=N_("List what leases have reserved or used, and how full each cap and fund is."),
    examples=("entrepot vouchers reserved", "entrepot vouchers reserved --json"),
)
@json_option
@pass_session
def reserved(session: Session) -> None:
    """List reservations."""
    from entrepot.faces.cli.vouchers_show import show_reserved
    from entrepot.services.entitle_case import reservations

    held, limits = reservations(session.app)
    data = {"reservations": held, "limits": limits}
    emit(session, data, lambda: show_reserved(held, limits))


def _day(session: Session, as_of: date | None) -> date:
    from entrepot.kernel.period import local_day

    return as_of or local_day(session.app.clock.now())


def _asked(given: Mapping[str, object]) -> Asked:
    """Read the options of ``entitle``.

    Raises:
        Invalid: an amount without its currency, or of a wrong form.
    """
    from entrepot.kernel.money import Amount, asset_of, of_major
    from entrepot.services.entitle_case import Asked

    code = cast("str | None", given["asset"])
    amounts: dict[str, Amount | None] = {"amount": None, "used_this_year": None}
    for name in amounts:
        text = cast("str | None", given[name])
        if text is None:
            continue
        if code is None:
            raise Invalid(
                "vouchers.asset",
                N_("An amount needs its currency."),
                hint=N_("Add --asset, such as --asset CNY."),
                fields={"asset": "missing"},
            )
        amounts[name] = of_major(text, asset_of(code))
    return Asked(
        cast("date | None", given["as_of"]),
        cast("date | None", given["known"]),
        cast("str | None", given["programme"]),
        amounts["amount"],
        amounts["used_this_year"],
    )


def _add_claims() -> None:
    """Hang up the commands of claims and of simulation, which live in modules of their own."""
    from entrepot.faces.cli.vouchers_claims import COMMANDS
    from entrepot.faces.cli.vouchers_simulate import simulate

    for one in (*COMMANDS, simulate):
        command.add_command(one)


_add_claims()
