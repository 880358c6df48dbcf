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

MARK = "auction"
"""Key of a lease's choice by which the auction's leases are told."""


def is_auction(lease: r.Lease) -> bool:
    """Say whether a call has made a lease."""
    return MARK in lease.choice


def window_of(lease: r.Lease) -> tuple[int, int]:
    """Return the Unix seconds [from, to) of a lease that a call made."""
    said = cast("Mapping[str, int]", lease.choice[MARK])
    return said["from_t"], said["to_t"]


def run_seconds(lease: r.Lease, now: int) -> int:
    """Return how long the job of a lease may run if it starts now.

    A lease of the auction ends with its window, whenever its job starts.
    """
    return min(lease.duration_s, lease.start_by - now) if is_auction(lease) else lease.duration_s


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
    begin, end = window_of(lease)
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
