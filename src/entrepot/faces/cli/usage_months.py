"""``entrepot usage close``, ``rerate``, ``month`` and ``lines``: billing months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.accrued_words import accrued_data, show_accrued
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, show_table
from entrepot.kernel.text import N_, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entrepot.domain.metering.plan import PeriodRating
    from entrepot.services.ports_metering import Accrued
    from entrepot.services.rerate_month import Rerated


@cli_command(
    "close",
    help=N_(
        "Close a billing month that is over: what the price plans of the firms charge or give "
        "back beside the bills is booked. What comes late is booked in the month that is open."
    ),
    examples=("entrepot usage close 2026-11", "entrepot usage close 2026-11 --json"),
)
@click.argument("month", metavar="YYYY-MM")
@json_option
@pass_session
def close(session: Session, month: str) -> None:
    """Close a month."""
    from entrepot.services.rerate_month import close_month

    made = close_month(session.app, month)
    _emit(session, [made], _(N_("The month {month} is closed.")).format(month=month))


@cli_command(
    "rerate",
    help=N_(
        "Rate months again by what is known now. A late report or a changed price leads to lines "
        "over exactly the difference, booked in the open month; nothing new, no line. Invoices "
        "are never changed."
    ),
    examples=("entrepot usage rerate", "entrepot usage rerate --period 2026-11 --firm F-01…"),
)
@click.option("--period", metavar="YYYY-MM", help=N_("Only this month; all if it is left out."))
@click.option("--firm", metavar="F-…", help=N_("Only this firm."))
@json_option
@pass_session
def rerate(session: Session, period: str | None, firm: str | None) -> None:
    """Rate again."""
    from entrepot.services.firms import the_firm
    from entrepot.services.rerate_month import months_of_bills, rerate_month

    app = session.app
    firm_id = the_firm(app, firm).id if firm else None
    months = [period] if period else months_of_bills(app)
    made = [rerate_month(app, month, firm_id) for month in months]
    _emit(session, made, _(N_("Everything was rated as it is rated now; nothing differs.")))


@cli_command(
    "month",
    help=N_(
        "Show what a firm's month costs by its price plan, line by line, beside what the bills "
        "charged; the month that runs is shown as if it were over. Nothing is written."
    ),
    examples=("entrepot usage month 2026-11 --firm F-01…",),
)
@click.argument("month", metavar="YYYY-MM")
@click.option("--firm", metavar="F-…", help=N_("Whose month; the only firm if left out."))
@json_option
@pass_session
def month_(session: Session, month: str, firm: str | None) -> None:
    """Show a month."""
    from entrepot.services.firms import the_firm
    from entrepot.services.rerate_month import month_of

    rating = month_of(session.app, the_firm(session.app, firm).id, month)
    if rating is None:
        text = _(N_("No price plan is named for the firm: the bills of its jobs are all."))
        emit(session, None, lambda: print(text))
        return
    data = {
        "plan": rating.plan,
        "lines": [
            {
                "id": line.id,
                "kind": line.kind.value,
                "job": line.job,
                "cause": line.cause,
                "price_version": line.price_version,
                "milli_device_seconds": line.milli_device_seconds,
                "amount": line.amount,
                "words": line.words,
            }
            for line in rating.lines
        ],
        "total": rating.total,
        "billed": rating.billed,
        "difference": rating.difference,
    }
    emit(session, data, lambda: _show_rating(rating))


@cli_command(
    "lines",
    help=N_(
        "List the lines booked beside the bills: of months by price plan, and corrections of "
        "bills and of months, with what they correct."
    ),
    examples=("entrepot usage lines", "entrepot usage lines --open --json"),
)
@click.option("--period", metavar="YYYY-MM", help=N_("Only this month."))
@click.option("--firm", metavar="F-…", help=N_("Only this firm."))
@click.option("--open", "open_only", is_flag=True, help=N_("Only what no paper has taken."))
@json_option
@pass_session
def lines(session: Session, period: str | None, firm: str | None, open_only: bool) -> None:
    """List lines."""
    app = session.app
    with app.store.reading() as uow:
        found = uow.metering.accrued(firm_id=firm or "", month=period or "", open_only=open_only)
    none = _(N_("Nothing was booked beside the bills."))
    emit(
        session,
        [accrued_data(line) for line in found],
        lambda: show_accrued(found) if found else print(none),
    )


def _emit(session: Session, made: Sequence[Rerated], nothing: str) -> None:
    found: list[Accrued] = [line for one in made for line in one.lines]
    data = [
        {
            "month": one.month,
            "closed": one.closed,
            "lines": [accrued_data(line) for line in one.lines],
        }
        for one in made
    ]

    def render() -> None:
        if found:
            show_accrued(found)
        else:
            done(nothing)

    emit(session, data, render)


def _show_rating(rating: PeriodRating) -> None:
    columns = [Column(_(t)) for t in (N_("job"), N_("line"), N_("price version"))]
    rows = [
        [
            line.job or "–",
            filled(line.text, dict(line.params), _),
            line.price_version or "–",
            money(line.amount),
        ]
        for line in rating.lines
    ]
    show_table([*columns, Column(_(N_("amount")), True)], rows)
    words = _(N_("By plan {plan}: {total}. Billed with the jobs: {billed}. Difference: {rest}."))
    print(
        words.format(
            plan=rating.plan,
            total=money(rating.total),
            billed=money(rating.billed),
            rest=money(rating.difference),
        )
    )


COMMANDS = (close, rerate, month_, lines)
