"""``entrepot fx``: rates of exchange, the operator's fixings, and the open position."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.approvals import KEY, tell_proposed, view_data
from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, number, pad, show_table, warn
from entrepot.kernel.money import CNH, HKD, Amount, asset_of
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.fx.exposure import ExposureRow
    from entrepot.services.exposure import Exposure
    from entrepot.services.fx_import import Imported
    from entrepot.services.fx_rates import RateView
    from entrepot.services.ports_fx import Fixing

DIGITS = 6


@cli_group(
    "fx",
    help=N_(
        "Rates of exchange: which one a day uses and how old it is, fixings of your own, and "
        "what is open in each currency."
    ),
    examples=(
        "entrepot fx show CNH/HKD",
        "entrepot fx import fixings.csv",
        "entrepot fx exposure",
    ),
)
def command() -> None:
    """Hold the commands of exchange."""


@command.command(
    "show",
    help=N_(
        "Show the rate that a day uses: its source and age, what the house buys and sells at, "
        "and whether a centre may be paid by it."
    ),
    examples=("entrepot fx show CNH/HKD", "entrepot fx show USD/HKD --on 2026-10-30 --json"),
)
@click.argument("pair", metavar="PAIR", default="CNH/HKD")
@day_option("--on", help=N_("Day of the rate; today if it is left out."))
@json_option
@pass_session
def show(session: Session, pair: str, on: date | None) -> None:
    """Show a rate."""
    from entrepot.domain.fx.model import read_pair
    from entrepot.services.fx_rates import rate_view, today

    day = on or today(session.app)
    view = rate_view(session.app, *read_pair(pair), day)
    sides = _sides(view, session.settings.fx_spread_bp)
    data = {**rate_data(view), "on": day, "buy": sides[0], "sell": sides[1]}
    emit(session, data, lambda: _show_rate(view, sides))


@command.command(
    "rates",
    help=N_("List the fixings of your own that count, with who fixed them."),
    examples=("entrepot fx rates", "entrepot fx rates --pair USD/CNH --json"),
)
@click.option("--pair", metavar="PAIR", help=N_("Only this pair, as USD/CNH."))
@json_option
@pass_session
def rates(session: Session, pair: str | None) -> None:
    """List fixings."""
    from entrepot.domain.fx.model import pair_text, read_pair
    from entrepot.services.fx_rates import fixings

    found = fixings(session.app, pair_text(*read_pair(pair)) if pair else None)
    emit(session, found, lambda: _show_fixings(found))


@command.command(
    "import",
    help=N_(
        "Propose the fixings of a CSV file with the columns date, pair, rate and source. They "
        "count when a second person approves. A file that contradicts what is known is refused."
    ),
    examples=(
        "entrepot fx import fixings.csv",
        "entrepot fx import corrected.csv --correct",
        "ENTREPOT_ACTOR=second.person entrepot approvals approve PR-01…",
    ),
)
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--correct", is_flag=True, help=N_("The file corrects what is known."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def import_(session: Session, file: Path, correct: bool, key: str | None) -> None:
    """Propose fixings."""
    from entrepot.services.fx_import import propose_fixings

    app = session.app
    rows = app.read_fixings(file)
    made = propose_fixings(app, rows, file.name, key or app.ids.new("K"), correct=correct)
    if made.view is not None and not session.json:
        _warn_flagged(made)
        tell_proposed(session, made.view)
        return
    data = {
        "new": made.new,
        "known": made.known,
        "flagged": dict(made.flagged),
        "proposal": view_data(made.view) if made.view else None,
    }
    words = _(N_("Nothing to import: all {count} rows are known already."))
    emit(session, data, lambda: done(words.format(count=made.known)))


@command.command(
    "exposure",
    help=N_(
        "Show what is open in CNH by day of value: owed, held, net, its value in HKD today, and "
        "what a move of the rate by 1 % would cost."
    ),
    examples=("entrepot fx exposure", "entrepot fx exposure --json"),
)
@json_option
@pass_session
def exposure(session: Session) -> None:
    """Show the open position."""
    from entrepot.services.exposure import exposure_of

    found = exposure_of(session.app)
    data = {"on": found.on, **rate_data(found.view), "rows": found.rows, "total": found.total}
    emit(session, data, lambda: _show_exposure(found))


def rate_data(view: RateView) -> dict[str, object]:
    """Return a rate for ``--json``."""
    return {
        "pair": view.snapshot.pair,
        "rate": decimal(view.rate.value),
        "rate_exact": view.rate.value,
        "fx_quote_id": view.snapshot.id,
        "source": view.rate.source,
        "fixed_on": view.rate.fixed_on,
        "age_days": view.age_days,
        "stale": view.warn,
        "pays_centres": not view.too_old_to_pay,
    }


def decimal(value: Fraction) -> str:
    """Write a rate with six decimals.

    >>> decimal(Fraction(11, 10))
    '1.100000'
    """
    return number(value, DIGITS).replace(",", "")


def _sides(view: RateView, spread_bp: int) -> tuple[str, str]:
    from entrepot.domain.fx.model import Side
    from entrepot.domain.fx.two_way import side_rate

    buy, sell = (side_rate(view.rate, side, spread_bp) for side in (Side.BUY, Side.SELL))
    return decimal(buy.value), decimal(sell.value)


def _show_rate(view: RateView, sides: tuple[str, str]) -> None:
    rate = view.rate
    print(f"{view.snapshot.pair}  {decimal(rate.value)}  {view.snapshot.id}")
    lines = [
        (N_("source"), rate.source),
        (N_("fixed on"), rate.fixed_on),
        (N_("age"), _(N_("{count} days")).format(count=view.age_days)),
        (N_("house buys"), sides[0]),
        (N_("house sells"), sides[1]),
    ]
    for label, text in lines:
        print(f"  {pad(_(label), 14)} {text}")
    _warn_age(view)


def _warn_age(view: RateView) -> None:
    if view.too_old_to_pay:
        warn(_(N_("The rate is too old to pay a centre by; import a newer fixing.")))
    elif view.warn:
        warn(_(N_("The rate is stale; a fixing of your own would be newer.")))


def _warn_flagged(made: Imported) -> None:
    for where, part in made.flagged.items():
        text = _(N_("{where}: the rate is {part} off the last known one."))
        warn(text.format(where=where, part=part))


def _show_fixings(found: Sequence[Fixing]) -> None:
    if not found:
        print(_(N_("No fixing of your own; the public history is used alone.")))
        return
    titles = (N_("pair"), N_("day"), N_("rate"), N_("source"), N_("approved as"))
    rows = [
        [one.pair, one.day, decimal(Fraction(one.rate)), one.source, one.proposal_id]
        for one in found
    ]
    show_table([Column(_(title), title == "rate") for title in titles], rows)


def _show_exposure(found: Exposure) -> None:
    if not found.rows:
        print(_(N_("Nothing is open in CNH.")))
        return
    titles = (
        *(N_("value date"), N_("owed"), N_("held"), N_("net"), N_("in HKD today")),
        *(N_("in the books"), N_("loss if paid today"), N_("±1 %"), N_("at a fixed rate")),
        N_("committed"),
    )
    rows = [_exposure_cells(row, row.value_date) for row in found.rows]
    rows.append(_exposure_cells(found.total, _(N_("sum"))))
    show_table([Column(_(title), title != "value date") for title in titles], rows)
    print(
        _(N_("Owed, held, net and committed in CNH, the rest in HKD, at {rate} of {day}.")).format(
            rate=decimal(found.view.rate.value), day=found.view.rate.fixed_on
        )
    )
    _warn_age(found.view)


def _exposure_cells(row: ExposureRow, label: str) -> list[str]:
    asset = asset_of(row.asset)
    assert asset == CNH
    figures = (
        *((row.owed_minor, asset), (row.held_minor, asset), (row.net_minor, asset)),
        *((row.at_mid_minor, HKD), (row.carrying_minor, HKD), (row.unrealised_minor, HKD)),
        *((row.one_percent_minor, HKD), (row.fixed_minor, asset), (row.committed_minor, asset)),
    )
    return [label, *(money(Amount(minor, of)).partition(" ")[2] for minor, of in figures)]
