"""``entrepot invoice month``: issue the invoices of a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, emit, money, pad, show_table
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.contracts.monthly import MonthInvoice
    from entrepot.services.monthly_invoice import Issued
    from entrepot.services.ports_contracts import MonthBill


@cli_command(
    "month",
    help=N_(
        "Issue the invoices of a month that is over: one a firm with monthly billing, over all its "
        "jobs. Asked again, it finds those that were issued and makes only what is missing."
    ),
    examples=("entrepot invoice month 2026-11", "entrepot invoice month 2026-11 --firm F-01…"),
)
@click.argument("month_", metavar="MONTH")
@click.option("--firm", metavar="F-…", help=N_("Only this firm."))
@json_option
@pass_session
def month(session: Session, month_: str, firm: str | None) -> None:
    """Issue months' invoices."""
    from entrepot.services.monthly_invoice import issue_months

    issued = issue_months(session.app, month_, firm)
    data = [{**month_data(one.bill), "papers": one.papers} for one in issued]
    emit(session, data, lambda: _show(issued))


def month_data(bill: MonthBill) -> dict[str, object]:
    """Return a month's invoice for ``--json``."""
    return {
        "number": bill.number,
        "invoice_id": bill.id,
        "firm_id": bill.firm_id,
        "contract_id": bill.contract_id,
        "month": bill.month,
        "issued_at": bill.issued_at,
        "due_on": bill.due_on,
        "total_minor": bill.total_minor,
        "digest": bill.digest,
    }


def show_month(session: Session, number_: str) -> bool:
    """Show the invoice of a month line by line; False if the number is none of a month."""
    from entrepot.services.monthly_invoice import the_month

    with session.app.store.reading() as uow:
        if uow.receivables.month(number_) is None:
            return False
    bill, paper = the_month(session.app, number_)
    data = {**month_data(bill), "document": paper.as_dict()}
    emit(session, data, lambda: _show_paper(paper))
    return True


def _show_paper(paper: MonthInvoice) -> None:
    head = paper.head
    text = N_("Invoice {number} of {month}, due {due}")
    print(_(text).format(number=head.number, month=head.month, due=head.due_on))
    rows: list[list[str]] = []
    for job in paper.jobs:
        for place, line in enumerate(job.lines):
            rows.append([str(job.first_line + place), job.bill, line.render(_), money(line.amount)])
    rows += [[str(line.number), "–", line.render(_), money(line.amount)] for line in paper.extra]
    columns = [Column("#", True), Column(_(N_("job bill"))), Column(_(N_("charge")))]
    show_table([*columns, Column("HKD", True)], rows)
    sums = (
        (N_("total"), paper.total),
        (N_("payable"), paper.payable),
        (N_("paid from the prepaid account"), paper.paid_from_prepaid),
        (N_("still due"), paper.due),
    )
    for label, amount in sums:
        print(f"  {pad(_(label), 32)} {money(amount):>14}")


def _show(issued: Sequence[Issued]) -> None:
    titles = (N_("invoice"), N_("firm"), N_("due"))
    columns = [*(Column(_(title)) for title in titles), Column(_(N_("total")), True)]
    rows = [
        [one.bill.number, one.bill.firm_id, one.bill.due_on, money(_total(one.bill))]
        for one in issued
    ]
    show_table(columns, rows, empty=_(N_("No firm with monthly billing had a job in that month.")))


def _total(bill: MonthBill) -> Amount:
    return Amount(bill.total_minor, HKD)


COMMANDS = (month,)
