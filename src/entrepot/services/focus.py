"""Cost data in the form of FOCUS 1.4: four data sets of what a period has billed.

The Hong Kong branch is service provider and issuer, the centre is host provider. The payment
currency is the leg in RMB: what the centre gets for each line. Each lease is a contract commitment,
since it keeps devices ready for the firm. A job bill that no month has gathered yet is use without
an invoice: it stands in Cost and Usage alone.

Source: FOCUS specification 1.4, https://focus.finops.org, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import focus_rows as rows
from entrepot.services.focus_documents import Billed, billed_in

if TYPE_CHECKING:
    from entrepot.services.app import App

Rows = Iterator[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FocusFile:
    """One data set as written: name, where it lies, number of rows."""

    name: str
    path: Path
    rows: int


def export_focus(app: App, folder: Path, from_day: date, to_day: date) -> list[FocusFile]:
    """Write the four data sets of the invoices issued in a period as CSV files.

    Args:
        app: the exchange.
        folder: where the files go; made if need be.
        from_day: first day of issue.
        to_day: last day, included.

    Raises:
        Invalid: the days are reversed.
        Fault: a file cannot be written, or the rows of an invoice do not sum to it.
    """
    if to_day < from_day:
        raise Invalid(
            "focus.days",
            N_("The period would end on {to_day}, before it begins on {from_day}."),
            hint=N_("Put the earlier day in --from."),
            fields={"--to": "before --from"},
            from_day=from_day.isoformat(),
            to_day=to_day.isoformat(),
        )
    with app.store.reading() as uow:
        billed = billed_in(uow, app.settings.branch_name, from_day, to_day)
    sets: list[tuple[str, tuple[str, ...], Rows]] = [
        ("cost_and_usage", rows.COST_AND_USAGE, _cost_and_usage(billed)),
        ("invoice_detail", rows.INVOICE_DETAIL, _invoice_detail(billed)),
        ("contract_commitment", rows.CONTRACT_COMMITMENT, _commitments(app, billed)),
        ("billing_period", rows.BILLING_PERIOD, _periods(app, billed)),
    ]
    return [
        FocusFile(name, *app.write_rows(folder / f"{name}.csv", header, made))
        for name, header, made in sets
    ]


def _cost_and_usage(billed: list[Billed]) -> Rows:
    return map(rows.cost_and_usage, billed)


def _invoice_detail(billed: list[Billed]) -> Rows:
    return (rows.invoice_detail(one) for one in billed if one.document.number)


def _commitments(app: App, billed: list[Billed]) -> Rows:
    works = {one.work.lease.id: (one.document, one.work) for one in billed if one.work is not None}
    for document, work in works.values():
        yield rows.contract_commitment(document, work, app.clock.now())


def _periods(app: App, billed: list[Billed]) -> Rows:
    months: dict[tuple[int, int, str], list[Billed]] = {}
    for one in billed:
        day = local_day(one.document.issued_at)
        months.setdefault((day.year, day.month, one.document.issuer), []).append(one)
    for month in sorted(months):
        yield rows.billing_period(months[month], app.clock.now())
