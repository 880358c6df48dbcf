"""Centres and bills made cheaply, so that a test of settlement can have many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.contract.business_samples import INVOICE, JOB, LEASE, QUOTE
from tests.unit.services.desk import CENTRE, Desk

from entrepot.domain.contracts.settlement import DONE
from entrepot.kernel import ids
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services import check
from entrepot.services.check_settlement import settlement_problems
from entrepot.services.postings import Entry, open_accounts, transfers_of
from entrepot.services.register import deposit


class HandIds:
    """Ids that come in the same order in every run."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._count = desk, 0

    def new(self, prefix: str) -> str:
        """Return the next id of a kind, later than every one before."""
        self._count += 1
        return ids.make_id(prefix, self._desk.clock.now() * 1000, self._count)


def steady_ids(desk: Desk) -> Desk:
    """Let a desk make the same ids in every run."""
    desk._parts["ids"] = HandIds(desk)
    return desk


def add_centres(desk: Desk, count: int) -> list[str]:
    """Put centres under contract, each with an account: C-01, C-02, …"""
    names = [f"c{n:02d}" for n in range(1, count + 1)]

    def action(uow: Any) -> None:
        known = uow.registry.centre(CENTRE)
        for n, name in enumerate(names, 1):
            account = {"name": f"算力中心{n}", "number": f"{n:019d}", "cnaps": f"{n:012d}"}
            uow.registry.add_centre(replace(known, id=name, account=account))

    desk.write(action, f"centres-{count}")
    return names


def fund(desk: Desk, minor: int) -> None:
    """Let the firm pay in."""
    deposit(desk, desk.firm.id, Amount(minor, HKD), f"more-{minor}", f"more-{minor}")


def add_bills(desk: Desk, bills: Sequence[tuple[int, str, int, int]], *, paid: bool = True) -> None:
    """Book bills as (number, centre, CNH fen owed, HKD cents carried), paid from prepaid or not."""
    firm = desk.firm.id

    def action(uow: Any) -> None:
        pool, offer = uow.registry.pools()[0].id, uow.registry.offers()[0].id
        for number, centre, cnh, hkd in bills:
            total = hkd + hkd // 10 + 1
            mark = f"{number:06d}"
            uow.deals.add_quote(replace(QUOTE, id=f"Q-x{mark}", firm_id=firm))
            same = {"firm_id": firm, "centre_id": centre}
            lease = replace(LEASE, id=f"L-x{mark}", quote_id=f"Q-x{mark}", pool_id=pool,
                            offer_id=offer, state="closed", hold_minor=0,
                            hold_id=f"T-x{mark}", **same)  # fmt: skip
            uow.deals.add_lease(lease)
            job = replace(JOB, id=f"J-x{mark}", lease_id=lease.id, state="succeeded", **same)
            uow.deals.add_job(job)
            document = {"head": {"usage": {"milli_device_seconds": 1}}, "payable": {"minor": total}}
            body = {"document": document, "amounts": [{"kind": "use", "minor": total}]}
            invoice = replace(INVOICE, id=f"I-x{mark}", number=f"HK-2026-{mark}", seq=number,
                              lease_id=lease.id, job_id=job.id, total_minor=total,
                              centre_minor=cnh, carrying_minor=hkd, body=body, **same)  # fmt: skip
            uow.deals.add_invoice(invoice)
            entries = [
                Entry(f"receivable:{firm}", "revenue", total, HKD, "charge"),
                Entry("cost_of_compute", "fx_clearing_hkd", hkd, HKD, "cost"),
                Entry("fx_clearing_cnh", f"payable:{centre}", cnh, CNH, "debt"),
            ]
            if paid:
                owed = Entry(f"prepaid:{firm}", f"receivable:{firm}", total, HKD, "payment")
                entries.append(owed)
            made = transfers_of(
                entries, lambda: desk.ids.new(ids.TRANSFER), f"invoice:{invoice.id}"
            )
            open_accounts(uow.ledger, made)
            uow.ledger.post(made)

    desk.write(action, f"bills-{bills[0][0]}")


def pay_bills(desk: Desk, minor: int, key: str) -> None:
    """Let the firm pay what it owes, HKD cents."""
    firm = desk.firm.id
    entry = Entry(f"prepaid:{firm}", f"receivable:{firm}", minor, HKD, "payment")

    def action(uow: Any) -> None:
        uow.ledger.post(transfers_of([entry], lambda: desk.ids.new(ids.TRANSFER), f"paid:{key}"))

    desk.write(action, key)


def problems(desk: Desk) -> list[str]:
    """Prove the ledger, and hold the settlement against it; the rest is not made cheaply."""
    with desk.store.reading() as uow:
        found = [*check._batches(uow), *settlement_problems(uow)]
    return [*desk.store.check_ledger(), *found]


def residue(desk: Desk) -> dict[str, int]:
    """Return what is not nought of the accounts that a full settlement leaves at nought."""
    with desk.store.reading() as uow:
        centres = [centre.id for centre in uow.registry.centres()]
        codes = [*(f"payable:{name}" for name in centres), "fx_clearing_hkd", "fx_clearing_cnh"]
        found = {code: uow.ledger.balance(code).debit_net for code in [*codes, "bank_cnh"]}
    return {code: minor for code, minor in found.items() if minor}


def done(state: str) -> bool:
    """Say whether a batch is in a state that the bank's money has led to."""
    return state in DONE
