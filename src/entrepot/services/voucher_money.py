"""Voucher money of a lease: reserved with the booking, lowered to the bill, given back on release.

Every counter moves by one conditional update inside the booking's own transaction, so that no
cap and no fund is ever passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork


def reserve_vouchers(
    app: App, uow: UnitOfWork, lease: r.Lease, chosen: Mapping[str, object]
) -> None:
    """Reserve what the candidate's price counts on, or refuse the lease.

    Raises:
        Conflict: a cap or a fund was used up since the quote.
    """
    firm = uow.registry.firm(lease.firm_id)
    assert firm is not None
    for row in cast(Sequence[Mapping[str, object]], chosen["reserve"]):
        limits = cast(Sequence[Mapping[str, object]], row["limits"])
        amount = cast(int, row["amount_minor"])
        for limit in limits:
            step = 1 if limit["counts_projects"] else amount
            if not uow.vouchers.take(str(limit["scope"]), cast(int, limit["limit_minor"]), step):
                raise Conflict(
                    "voucher.exhausted",
                    N_("The {limit} of {programme} was used up since the quote."),
                    hint=N_("Quote again: entrepot quote JOB.yaml"),
                    limit=limit["name"],
                    programme=row["programme"],
                )
        uow.vouchers.add(
            r.VoucherReservation(
                app.ids.new(ids.CLAIM),
                lease.id,
                lease.firm_id,
                firm.group_id,
                str(row["programme"]),
                str(row["family"]),
                str(row["asset"]),
                amount,
                "reserved",
                {"limits": [dict(limit) for limit in limits]},
            )
        )


def release_vouchers(uow: UnitOfWork, lease_id: str) -> None:
    """Give back all that a lease reserved."""
    for held in uow.vouchers.of_lease(lease_id):
        _lower(uow, held, 0, "released")


def apply_vouchers(uow: UnitOfWork, lease_id: str, billed: PriceBreakdown) -> None:
    """Lower what a lease reserved to what its bill uses; the rest goes back to cap and fund."""
    used = {voucher.programme: voucher.amount.minor for voucher in billed.vouchers}
    for held in uow.vouchers.of_lease(lease_id):
        minor = used.get(held.programme, 0)
        _lower(uow, held, minor, "applied" if minor else "released")


def lower_vouchers(uow: UnitOfWork, lease_id: str, price: PriceBreakdown) -> None:
    """Lower what a lease reserved to what its price still counts on; it stays reserved."""
    wanted = {voucher.programme: voucher.amount.minor for voucher in price.vouchers}
    for held in uow.vouchers.of_lease(lease_id):
        minor = min(held.amount_minor, wanted.get(held.programme, 0))
        _lower(uow, held, minor, "reserved" if minor else "released")


def _lower(uow: UnitOfWork, held: r.VoucherReservation, minor: int, state: str) -> None:
    if held.state != "reserved":
        return
    lower_limits(uow, held.limits, held.amount_minor, minor)
    uow.vouchers.set_state(held.id, state, minor)


def limits_in(kept: r.Body) -> Sequence[Mapping[str, object]]:
    """Return the limits that a reservation or a claim keeps."""
    return cast(Sequence[Mapping[str, object]], kept["limits"])


def step_of(limit: Mapping[str, object], minor: int) -> int:
    """Return by how much an amount moves the counter of a limit: the amount, or one project."""
    return (1 if minor else 0) if limit["counts_projects"] else minor


def lower_limits(uow: UnitOfWork, kept: r.Body, held_minor: int, keep_minor: int) -> None:
    """Give back to cap and fund what is held above ``keep_minor``."""
    for limit in limits_in(kept):
        back = step_of(limit, held_minor) - step_of(limit, keep_minor)
        if back:
            uow.vouchers.give_back(str(limit["scope"]), back)
