"""Cost data in the form of FOCUS 1.4: four data sets of what a period has billed.

The Hong Kong branch is service provider and issuer, the centre is host provider. The payment
currency is the leg in RMB: what the centre gets for each line. Each lease is a contract commitment,
since it keeps devices ready for the firm.

Source: FOCUS specification 1.4, https://focus.finops.org, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.contracts.focus_charges import Charge, charges_of
from entrepot.domain.contracts.model import Invoice
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.domain.fx.model import snapshot_id
from entrepot.kernel.errors import Fault, Invalid
from entrepot.kernel.money import Amount, ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import focus_rows as rows
from entrepot.services import records as r
from entrepot.services.stored_invoice import paper_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

Rows = Iterator[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FocusFile:
    """One data set as written: name, where it lies, number of rows."""

    name: str
    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class Billed:
    """An invoice with all that its rows need."""

    record: r.Invoice
    paper: Invoice
    charges: tuple[Charge, ...]
    lease: r.Lease
    centre: r.Centre
    fx_quote: str


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
        billed = billed_in(uow, from_day, to_day)
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


def billed_in(uow: UnitOfWork, from_day: date, to_day: date) -> list[Billed]:
    """Return the invoices issued in a period, with their charges.

    Raises:
        Fault: charges do not sum to what is payable, or an invoice was altered.
    """
    found = (one for one in uow.deals.invoices() if from_day <= local_day(one.issued_at) <= to_day)
    return [_billed(uow, one) for one in found]


def _billed(uow: UnitOfWork, record: r.Invoice) -> Billed:
    paper = paper_of(record)
    lease, centre = uow.deals.lease(record.lease_id), uow.registry.centre(record.centre_id)
    assert lease is not None and centre is not None
    terms = from_plain(PriceBreakdown, lease.choice["price"]).terms
    charges = charges_of(paper, terms, record.centre_minor)
    check_sums(paper, charges, record.centre_minor)
    rate = from_plain(ExchangeRate, lease.choice["cnh_hkd"])
    return Billed(record, paper, charges, lease, centre, snapshot_id(rate))


def check_sums(paper: Invoice, charges: tuple[Charge, ...], centre_minor: int) -> None:
    """See that the rows of an invoice sum to what is payable and to what the centre gets.

    Raises:
        Fault: they do not.
    """
    billed = sum(one.billed_minor for one in charges)
    owed = sum(one.centre_minor for one in charges)
    if billed != paper.payable.minor or owed not in (0, centre_minor):
        raise Fault(
            "focus.sum",
            N_("The rows of invoice {number} sum to {billed}, but {payable} is payable."),
            hint=N_("Nothing was written; report the invoice."),
            number=paper.head.number,
            billed=str(Amount(billed, paper.payable.asset)),
            payable=str(paper.payable),
        )


def _cost_and_usage(billed: list[Billed]) -> Rows:
    for one in billed:
        for charge in one.charges:
            yield rows.cost_and_usage(one, charge)


def _invoice_detail(billed: list[Billed]) -> Rows:
    for one in billed:
        for charge in one.charges:
            yield rows.invoice_detail(one, charge)


def _commitments(app: App, billed: list[Billed]) -> Rows:
    for one in billed:
        yield rows.contract_commitment(one, app.clock.now())


def _periods(app: App, billed: list[Billed]) -> Rows:
    months: dict[tuple[int, int], list[Billed]] = {}
    for one in billed:
        day = local_day(one.record.issued_at)
        months.setdefault((day.year, day.month), []).append(one)
    for month in sorted(months):
        yield rows.billing_period(months[month], app.clock.now())
