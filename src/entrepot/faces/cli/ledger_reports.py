"""``entrepot ledger balance-sheet``, ``income`` and ``revalue``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import DAY, day_option
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, day, done, emit, money, number, show_table
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.ledger.statements import Row, Totals
    from entrepot.services.financial import Report
    from entrepot.services.ports_fx import Revaluation

HEADS = {
    "asset": N_("Assets"),
    "liability": N_("Liabilities"),
    "income": N_("Income"),
    "cost": N_("Costs"),
}


@cli_command(
    "balance-sheet",
    help=N_(
        "Print what the house owns and owes at the end of a day, by currency and in HKD. What "
        "translation leaves is a line of its own."
    ),
    examples=(
        "entrepot ledger balance-sheet",
        "entrepot ledger balance-sheet --on 2026-11-30 --json",
    ),
)
@day_option("--on", help=N_("Day; as it stands now if it is left out."))
@json_option
@pass_session
def balance_sheet_(session: Session, on: date | None) -> None:
    """Print the balance sheet."""
    from entrepot.services.financial import balance_sheet

    report = balance_sheet(session.app, on)
    emit(session, report_data(report), lambda: _show_sheet(report))


@cli_command(
    "income",
    help=N_("Print income, costs and result of a period, by currency and in HKD."),
    examples=(
        "entrepot ledger income",
        "entrepot ledger income --from 2026-11-01 --to 2026-11-30 --json",
    ),
)
@day_option("--from", "from_day", help=N_("First day; from the beginning if it is left out."))
@day_option("--to", "to_day", help=N_("Last day, included; today if it is left out."))
@json_option
@pass_session
def income(session: Session, from_day: date | None, to_day: date | None) -> None:
    """Print the income statement."""
    from entrepot.services.financial import income_statement

    report = income_statement(session.app, from_day, to_day)
    emit(session, report_data(report), lambda: _show_income(report))


@cli_command(
    "revalue",
    help=N_(
        "Value what is open in CNH at the rate of a day, usually the last of a month. The posting "
        "is undone on the next day; the same day is valued once."
    ),
    examples=("entrepot ledger revalue --on 2026-11-30", "entrepot ledger revalue --list"),
)
@click.option("--on", type=DAY, metavar="YYYY-MM-DD", help=N_("Day to value at its end."))
@click.option("--list", "show_all", is_flag=True, help=N_("List what was valued; book nothing."))
@json_option
@pass_session
def revalue_(session: Session, on: date | None, show_all: bool) -> None:
    """Revalue the open position."""
    from entrepot.services.revalue import revaluations, revalue

    if show_all:
        found = revaluations(session.app)
        emit(session, found, lambda: _show_revaluations(found))
        return
    if on is None:
        raise click.UsageError(_(N_("Say which day to value: --on YYYY-MM-DD")))
    made = revalue(session.app, on)
    emit(session, made, lambda: _tell_revalued(made))


def report_data(report: Report) -> dict[str, object]:
    """Return a statement for ``--json``; amounts in minor units."""
    made = report.statement
    return {
        "from": report.from_day,
        "to": report.to_day,
        "rows": [asdict(row) for row in made.rows],
        "by_asset": {code: _totals_data(totals) for code, totals in made.by_asset.items()},
        "in_hkd": _totals_data(made.in_hkd),
        "rates": {
            code: {"rate": str(rate.value), "source": rate.source, "fixed_on": rate.fixed_on}
            for code, rate in report.rates.items()
        },
        "untranslated": made.untranslated,
    }


def _totals_data(totals: Totals) -> dict[str, object]:
    data = {f"{name}_minor": value for name, value in asdict(totals).items() if name != "rounded"}
    return {**data, "result_minor": totals.result}


def _show_sheet(report: Report) -> None:
    print(_(N_("Balance sheet as of {day}")).format(day=day(report.to_day)))
    rows = [*_section(report, "asset"), *_section(report, "liability")]
    totals = report.statement.in_hkd
    net = totals.assets - totals.liabilities
    rows += [
        _line(N_("Net assets"), net),
        _line(N_("  result to date"), totals.result),
        _line(N_("  difference of translation"), totals.translation),
        _line(N_("  rounding of translation"), totals.rounding),
    ]
    _table(rows)
    _show_assets(report, assets=True)


def _show_income(report: Report) -> None:
    words = N_("Income from {first} to {last}") if report.from_day else N_("Income up to {last}")
    first = day(report.from_day) if report.from_day else ""
    print(_(words).format(first=first, last=day(report.to_day)))
    rows = [*_section(report, "income"), *_section(report, "cost")]
    _table([*rows, _line(N_("Result"), report.statement.in_hkd.result)])
    _show_assets(report, assets=False)


def _section(report: Report, nature: str) -> list[list[str]]:
    rows = [row for row in report.statement.rows if row.nature == nature]
    shown = [row for row in rows if not row.code.startswith("fx_clearing_")]
    total = sum(row.hkd_minor or 0 for row in shown)
    return [*(_cells(row) for row in shown), _line(HEADS[nature], total)]


def _cells(row: Row) -> list[str]:
    return [
        "  " + row.code,
        _(row.label),
        row.asset,
        _figure(row.minor),
        "–" if row.hkd_minor is None else _figure(row.hkd_minor),
    ]


def _line(label: str, minor: int) -> list[str]:
    return [_(label), "", "", "", _figure(minor)]


def _table(rows: list[list[str]]) -> None:
    columns = [Column(_(N_("account"))), Column(_(N_("what it is"))), Column("")]
    columns += [Column(_(N_("amount")), True), Column(_(N_("in HKD")), True)]
    show_table(columns, rows)


def _show_assets(report: Report, *, assets: bool) -> None:
    for code, totals in report.statement.by_asset.items():
        words = (
            N_("{asset}: assets {assets}, liabilities {liabilities}, result {result}.")
            if assets
            else N_("{asset}: income {income}, costs {costs}, result {result}.")
        )
        figures = {name: _figure(value) for name, value in asdict(totals).items()}
        print(_(words).format(asset=code, **figures, result=_figure(totals.result)))
    for code, rate in report.rates.items():
        words = N_("1 {asset} = {rate} HKD, {source}")
        print(_(words).format(asset=code, rate=number(rate.value, 6), source=rate.source))
    for code in report.statement.untranslated:
        print(_(N_("{asset} has no rate and is left out of HKD.")).format(asset=code))


def _figure(minor: int) -> str:
    return money(Amount(minor, HKD)).partition(" ")[2]


def _tell_revalued(made: Revaluation) -> None:
    minor = made.unrealised_minor
    words = N_("{day}: {position} CNH open, {carrying} HKD in the books, {mid} HKD at the rate.")
    text = _(words).format(
        day=made.on_day,
        position=_figure(made.position_minor),
        carrying=_figure(made.carrying_minor),
        mid=_figure(made.at_mid_minor),
    )
    done(text)
    kind = N_("unrealised loss: {amount}") if minor >= 0 else N_("unrealised gain: {amount}")
    print("  " + _(kind).format(amount=money(Amount(abs(minor), HKD))))
    state = N_("undone on the next day") if made.reversed_at else N_("is undone from tomorrow on")
    print("  " + _(state))


def _show_revaluations(found: list[Revaluation]) -> None:
    if not found:
        print(_(N_("No day was valued.")))
        return
    titles = (N_("day"), N_("open in CNH"), N_("in the books"), N_("at the rate"), N_("loss"))
    rows = [
        [
            one.on_day,
            _figure(one.position_minor),
            _figure(one.carrying_minor),
            _figure(one.at_mid_minor),
            _figure(one.unrealised_minor),
            _(N_("yes")) if one.reversed_at else _(N_("not yet")),
        ]
        for one in found
    ]
    columns = [Column(_(title), title != "day") for title in titles]
    show_table([*columns, Column(_(N_("undone")))], rows)


COMMANDS = (balance_sheet_, income, revalue_)
