"""Extend and shrink a lease: time, devices, hold, vouchers and stock in one transaction.

The price is that of the lease's own quote at another quantity, with milli-devices m, seconds d and
what is owed for devices given back before, k::

    quantity = m · d + k          hold = what a lease of this quantity can cost at most

Everything moves together or nothing does. The lease is written only if nobody changed it since it
was read, its devices by conditional updates, and the same key gives the same change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.lease_kind import owed_seconds
from entrepot.domain.contracts.lease_price import changed_price
from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.agent_watch import may_go
from entrepot.services.budget_guard import note_alerts, see_budgets
from entrepot.services.call_stock import see_not_promised
from entrepot.services.credit_line import move_hold
from entrepot.services.dunning import see_not_suspended
from entrepot.services.lease import the_lease
from entrepot.services.lease_bounds import Change, see_bounds, see_open
from entrepot.services.lease_stock import give_back_devices, take_more
from entrepot.services.lease_terms import KEPT, kept_in, terms_in
from entrepot.services.ports_leases import LeaseChange
from entrepot.services.run_limit import follow_lease, see_adjustable
from entrepot.services.voucher_money import lower_vouchers

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

EXTEND, SHRINK, GIVE_BACK = "extend", "shrink", "give_back"


@dataclass(frozen=True, slots=True)
class Changed:
    """A lease after a change, with what the change was.

    Attributes:
        lease: as it stands now; change: as it was kept.
    """

    lease: r.Lease
    change: LeaseChange

    @property
    def hold_change_minor(self) -> int:
        """HKD cents held more; below nought, given back."""
        before, after = self.change.before["hold_minor"], self.change.after["hold_minor"]
        return cast(int, after) - cast(int, before)


def extend_lease(
    app: App, lease_id: str, *, seconds: int = 0, milli_devices: int = 0, reason: str, key: str
) -> Changed:
    """Lengthen a lease, or add devices to it, at the price of its quote.

    Args:
        app: the exchange.
        lease_id: ``L-…``, held or running.
        seconds: longer by so much; milli_devices: larger by so much, before its job starts.
        reason: in the words of who asks.
        key: idempotency key; the same key gives the same change.

    Returns:
        The lease as it is now, and the change.

    Raises:
        NotFound: no such lease.
        Invalid: nothing to change, or no size that the kind of lease allows.
        Refused: no money, suspended, no longer lawful, beyond the longest time of its kind, or
            its centre cannot lengthen a run that has begun.
        Conflict: it has ended, was changed meanwhile, or the devices are sold or promised.
    """
    change = Change(EXTEND, seconds, milli_devices, reason)
    return change_lease(app, lease_id, change, key)


def shrink_lease(
    app: App, lease_id: str, *, seconds: int = 0, milli_devices: int = 0, reason: str, key: str
) -> Changed:
    """Shorten a lease, or give back some of its devices; arguments as :func:`extend_lease`.

    Raises:
        NotFound: no such lease.
        Invalid: nothing to change, or no size that the kind of lease allows.
        Refused: it would end before its least time and notice, or its centre cannot shorten a run.
        Conflict: it has ended, or was changed meanwhile.
    """
    change = Change(SHRINK, seconds, milli_devices, reason)
    return change_lease(app, lease_id, change, key)


def change_lease(app: App, lease_id: str, change: Change, key: str) -> Changed:
    """Carry out a change of a lease; see :func:`extend_lease` and :func:`shrink_lease`."""
    the_lease(app, lease_id)
    now, hold_id, void_id = app.clock.now(), *(app.ids.new(ids.TRANSFER) for _ in range(2))

    def action(uow: UnitOfWork) -> dict[str, object]:
        before = _found(uow, lease_id)
        job = uow.deals.job_of_lease(lease_id)
        see_open(before, job, change)
        if change.what == EXTEND:
            see_not_suspended(uow, before.firm_id, local_day(now))
        see_bounds(uow, before, job, change, now)
        if job is not None:
            see_adjustable(app, job)
        after = _after(before, change, hold_id)
        _write(app, uow, before, after, change, void_id)
        kept = _kept(uow, before, after, change, (now, app.actor, key))
        uow.leases.add_change(kept)
        return {"lease_id": lease_id, "number": kept.number, "after": dict(kept.after)}

    body: dict[str, object] = {
        "lease_id": lease_id,
        "seconds": change.seconds,
        "milli_devices": change.milli_devices,
        "reason": change.reason,
    }
    answer = app.store.command(app.actor, f"lease.{change.what}", key, body, now, action)
    found = changed(app, lease_id, cast(int, answer["number"]))
    note_alerts(app, found.lease)
    follow_lease(app, found.lease)
    return found


def changed(app: App, lease_id: str, number: int) -> Changed:
    """Return a change of a lease by its number, with the lease as it stands."""
    with app.store.reading() as uow:
        lease = _found(uow, lease_id)
        return Changed(lease, uow.leases.changes(lease_id)[number - 1])


def _found(uow: UnitOfWork, lease_id: str) -> r.Lease:
    lease = uow.deals.lease(lease_id)
    if lease is None:
        raise NotFound("lease.unknown", N_("There is no lease {id}."), id=lease_id)
    return lease


def _after(before: r.Lease, change: Change, hold_id: str) -> r.Lease:
    sign = 1 if change.what == EXTEND else -1
    milli = before.milli_devices + sign * change.milli_devices
    duration_s = before.duration_s + sign * change.seconds
    kept = kept_in(before)
    if change.milli_devices and sign < 0:
        # What is given back owes its least time and notice, whatever becomes of the rest.
        owed_s = owed_seconds(terms_in(before), 0, before.duration_s)
        kept += change.milli_devices * owed_s
    price = changed_price(
        from_plain(PriceBreakdown, before.choice["price"]), milli * duration_s + kept
    )
    return replace(
        before,
        milli_devices=milli,
        duration_s=duration_s,
        hold_id=hold_id,
        hold_minor=price.payable_now.minor,
        choice=_choice(before.choice, price, milli, kept),
    )


def _choice(
    choice: Mapping[str, object], price: PriceBreakdown, milli: int, kept: int
) -> dict[str, object]:
    wanted = {voucher.programme: voucher.amount.minor for voucher in price.vouchers}
    rows = cast("list[Mapping[str, object]]", choice["reserve"])
    reserve = [{**row, "amount_minor": wanted.get(str(row["programme"]), 0)} for row in rows]
    return {
        **choice,
        **({KEPT: kept} if kept else {}),
        "milli_devices": milli,
        "price": to_plain(price),
        "total_minor": price.total.minor,
        "payable_now_minor": price.payable_now.minor,
        "net_minor": price.net_after_vouchers.minor,
        "reserve": reserve,
    }


def _write(
    app: App,
    uow: UnitOfWork,
    before: r.Lease,
    after: r.Lease,
    change: Change,
    void_id: str,
) -> None:
    if not uow.leases.change(before, after):
        raise Conflict(
            "lease.changed",
            N_("Lease {id} was changed meanwhile."),
            hint=N_("Look at it and ask again: entrepot lease show {id}"),
            id=before.id,
        )
    if change.what == EXTEND:
        _see_lawful(app, uow, before)
        take_more(uow, before, after)
        see_not_promised(uow, after)
    else:
        give_back_devices(uow, before, after)
        lower_vouchers(uow, before.id, from_plain(PriceBreakdown, after.choice["price"]))
    move_hold(uow, before, after, void_id)
    more = after.hold_minor - before.hold_minor
    see_budgets(uow, after.firm_id, more, app.clock.now(), after.quote_id)


def _see_lawful(app: App, uow: UnitOfWork, lease: r.Lease) -> None:
    if not may_go(app, uow, lease):
        raise Refused(
            "gate.closed_since",
            N_("The gate no longer lets the job of lease {id} go to {centre}."),
            hint=N_("Quote again: a new verdict says what is missing or to be accepted."),
            id=lease.id,
            centre=lease.centre_id,
        )


def _kept(
    uow: UnitOfWork, before: r.Lease, after: r.Lease, change: Change, said: tuple[int, str, str]
) -> LeaseChange:
    now, actor, key = said
    number = len(uow.leases.changes(before.id)) + 1
    sides = (_side(before), {**_side(after), "key": key})
    return LeaseChange(before.id, number, change.what, *sides, change.reason, now, actor)


def _side(lease: r.Lease) -> dict[str, object]:
    return {
        "milli_devices": lease.milli_devices,
        "duration_s": lease.duration_s,
        "kept": kept_in(lease),
        "hold_id": lease.hold_id,
        "hold_minor": lease.hold_minor,
        "total_minor": lease.choice["total_minor"],
        "net_minor": lease.choice["net_minor"],
    }
