"""What tells a lease of the auction from any other, and what its job has to wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Conflict, Refused
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.ports import UnitOfWork

GIVEN_UP = ("yielded", "resold")
"""States of slots that a lease has no more."""
MARK = "auction"
"""Key of a lease's choice by which the auction's leases are told."""


def is_auction(lease: r.Lease) -> bool:
    """Say whether a call has made a lease."""
    return MARK in lease.choice


def window_of(lease: r.Lease) -> tuple[int, int]:
    """Return the Unix seconds [from, to) of a lease that a call made."""
    said = cast("Mapping[str, int]", lease.choice[MARK])
    return said["from_t"], said["to_t"]


def run_seconds(uow: UnitOfWork, lease: r.Lease, now: int) -> int:
    """Return how long the job of a lease may run if it starts now.

    A lease of the auction ends with its window, whenever its job starts, and before slots of it
    that were given up.
    """
    return (
        min(lease.duration_s, own_run(uow, lease, now)[1] - now)
        if is_auction(lease)
        else (lease.duration_s)
    )


def own_run(uow: UnitOfWork, lease: r.Lease, now: int) -> tuple[int, int]:
    """Return the run of slots, [from, to), that a lease still has now or next; empty if none.

    Args:
        uow: one view of everything; lease: of the auction; now: Unix second.
    """
    window = window_of(lease)
    begin = end = window[1]
    for slot in reversed(uow.market.slots(lease.id)):
        if slot.state in GIVEN_UP:
            continue
        after = slot.slot_t + slot.slot_s
        if after <= now:
            break
        begin, end = slot.slot_t, (end if after == begin else after)
    return begin, end


def see_job(lease: r.Lease, declared: Mapping[str, object]) -> None:
    """Refuse to start a lease of the auction whose order named nothing to run.

    Raises:
        Refused: there is nothing to run.
    """
    if is_auction(lease) and not declared.get("run"):
        raise Refused(
            "auction.no_job",
            N_("The order of lease {id} named no job, so there is nothing to run."),
            hint=N_("Give it one: entrepot auction use {id} JOB.yaml"),
            id=lease.id,
        )


def begin_window(uow: UnitOfWork, lease: r.Lease, now: int) -> None:
    """Take the devices of a lease of the auction whose job starts; they were promised to it.

    Raises:
        Refused: its window has not begun.
        Conflict: a job before it has not given the devices back yet.
    """
    if not is_auction(lease):
        return
    begin, end = own_run(uow, lease, now)
    _see_own(uow, lease, begin < end)
    if now < begin:
        raise Refused(
            "auction.early",
            N_("Lease {id} runs from {begin} to {end}; it is {now} now."),
            hint=N_("Start it in its window: entrepot run {id}"),
            id=lease.id,
            begin=iso_utc(begin),
            end=iso_utc(end),
            now=iso_utc(now),
        )
    if not uow.capacity.reserve(lease.id, lease.pool_id, lease.milli_devices, True):
        raise Conflict(
            "auction.devices_late",
            N_("The devices of lease {id} are not free yet; its centre is late."),
            hint=N_("Try again in a minute, or report it: entrepot auction fail {id}"),
            id=lease.id,
        )


def _see_own(uow: UnitOfWork, lease: r.Lease, has_slots: bool) -> None:
    """Refuse to start what has no slot left, or whose slots are on offer.

    Raises:
        Refused: so it is.
    """
    if not has_slots:
        raise Refused(
            "auction.given_up",
            N_("Lease {id} has no slot left: it gave way, or was sold again."),
            hint=N_("See: entrepot auction notices --lease {id}"),
            id=lease.id,
        )
    for standing in uow.elastic.standing(lease_id=lease.id):
        ask = uow.market.order(standing.ask_id)
        if standing.order_id is None and ask is not None and ask.state in ("sealed", "opened"):
            raise Refused(
                "auction.on_offer",
                N_("A slot of lease {id} is on offer in call {call}."),
                hint=N_("Take it back before the gate closes: entrepot auction withdraw {ask}"),
                id=lease.id,
                call=standing.call_id,
                ask=standing.ask_id,
            )


def see_not_paid(lease: r.Lease) -> None:
    """Refuse to give back a lease that a call made: it is paid for.

    Raises:
        Refused: it is one.
    """
    if is_auction(lease):
        raise Refused(
            "auction.paid",
            N_("Lease {id} was bought in an auction and is paid for; it is not given back."),
            hint=N_("Run its job in its window: entrepot run {id}"),
            id=lease.id,
        )
