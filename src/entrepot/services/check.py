"""Prove the books: the ledger against itself, and the business against the ledger.

The store proves chain, balances and bounds. Here the deals are held against the books: every
hold belongs to an open lease, every bill to its transfers, every device to its leases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from entrepot.domain.contracts.settlement import DONE, LIVE
from entrepot.kernel.money import HKD
from entrepot.services import records as r
from entrepot.services.accrued import accrued_minor, accrued_problems
from entrepot.services.app import App
from entrepot.services.call_mark import is_auction
from entrepot.services.check_contracts import charged_beside_jobs, contract_problems
from entrepot.services.check_fx import fx_problems
from entrepot.services.check_settlement import settlement_problems
from entrepot.services.check_vouchers import voucher_problems
from entrepot.services.ports import UnitOfWork


def check_books(app: App) -> list[str]:
    """Return one sentence a problem of ledger and deals; none means proven.

    Args:
        app: the exchange.
    """
    from entrepot.services.call_check import market_problems  # needed by a proof only

    problems = app.store.check_ledger()
    if problems:
        return problems  # Held against books that are damaged, the deals would prove nothing.
    with app.store.reading() as uow:
        for check in (
            *(_invoices, contract_problems, accrued_problems),
            *(_batches, settlement_problems, _sums, market_problems),
        ):
            problems.extend(check(uow))
        problems.extend(uow.capacity.oversold())
        problems.extend(_leased(uow))
        problems.extend(_devices(uow))
        problems.extend(voucher_problems(uow))
        problems.extend(fx_problems(uow))
    return problems


def _invoices(uow: UnitOfWork) -> list[str]:
    """Σ lines = total."""
    problems: list[str] = []
    for invoice in uow.deals.invoices():
        lines = cast(Sequence[Mapping[str, object]], invoice.body["amounts"])
        total = sum(cast(int, line["minor"]) for line in lines)
        if total != invoice.total_minor:
            problems.append(f"invoice {invoice.number}: lines {total}, total {invoice.total_minor}")
    return problems


def _batches(uow: UnitOfWork) -> list[str]:
    """Payable of a centre = Σ owed of invoices and debts that no settled batch has paid."""
    settled = {batch.id for batch in uow.settlements.batches(DONE)}
    owed: dict[str, int] = {centre.id: 0 for centre in uow.registry.centres()}
    members: dict[str, int] = {}
    for invoice in uow.deals.invoices():
        if invoice.batch_id:
            members[invoice.batch_id] = members.get(invoice.batch_id, 0) + invoice.centre_minor
        if invoice.batch_id not in settled:
            owed[invoice.centre_id] += invoice.centre_minor
    for debt in uow.settling.debts():
        if debt.batch_id not in settled:
            owed[debt.centre_id] += debt.centre_minor
    problems = [
        f"centre {centre_id}: payable {uow.ledger.balance(f'payable:{centre_id}').credit_net} fen, "
        f"open invoices {minor}"
        for centre_id, minor in owed.items()
        if uow.ledger.balance(f"payable:{centre_id}").credit_net != minor
    ]
    for debt in uow.settling.debts():
        if debt.batch_id:
            members[debt.batch_id] = members.get(debt.batch_id, 0) + debt.centre_minor
    for batch in uow.settlements.batches((*LIVE, *DONE)):
        if members.get(batch.id, 0) != batch.centre_minor:
            problems.append(f"batch {batch.id}: pays {batch.centre_minor}, members differ")
    return problems


def _sums(uow: UnitOfWork) -> list[str]:
    """What the invoices charged stands in revenue, spread income and tax."""
    charged = sum(invoice.total_minor for invoice in uow.deals.invoices())
    charged += charged_beside_jobs(uow) + accrued_minor(uow)
    codes = ("revenue", "spread_income", "tax", "auction_income")
    booked = sum(uow.ledger.balance(code).credit_net for code in codes)
    if charged == booked:
        return []
    return [f"invoices charge {charged} {HKD.code} cents, income accounts hold {booked}"]


def _leased(uow: UnitOfWork) -> list[str]:
    """Every open lease is either waiting or has a job that is not billed yet."""
    problems: list[str] = []
    for lease in uow.deals.leases(("closed",)):
        job = uow.deals.job_of_lease(lease.id)
        if job is None or uow.deals.invoice_of_job(job.id) is None:
            problems.append(f"lease {lease.id} is closed without an invoice")
    for lease in uow.deals.leases(("held", "released")):
        if uow.deals.job_of_lease(lease.id) is not None:
            problems.append(f"lease {lease.id} has a job but stands as {lease.state}")
    return problems


def _devices(uow: UnitOfWork) -> list[str]:
    """Devices are held by the open leases, by each of them and by nobody else.

    A lease of the auction holds none until its job runs; they are promised to it.
    """
    found = uow.deals.leases(("held", "running"))
    open_leases = {x.id for x in found if x.state == "running" or not is_auction(x)}
    holders = uow.capacity.holders()
    return [
        *(f"lease {name} is not open but holds devices" for name in sorted(holders - open_leases)),
        *(f"lease {name} is open but holds no device" for name in sorted(open_leases - holders)),
    ]


def open_work(uow: UnitOfWork, now: int) -> tuple[list[r.Lease], list[r.Lease]]:
    """Return (leases that waited too long, leases that run and are not billed)."""
    late = [lease for lease in uow.deals.leases(("held",)) if now >= lease.start_by]
    return late, uow.deals.leases(("running",))
