"""What a change of a lease must keep to: its state, the terms of its kind, its offer's steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.lease_rule import size_text, time_text
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.text import N_
from entrepot.services.call_mark import is_auction
from entrepot.services.lease_terms import terms_in

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.ports import UnitOfWork

REASON_LENGTH_MAX = 200
OPEN = ("held", "running")


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of a lease.

    Attributes:
        what: ``extend``, ``shrink`` or ``give_back``.
        seconds, milli_devices: by how much, not below nought, not both nought.
        reason: in the words of who asks.

    Raises:
        Invalid: nothing is asked, or less than nothing, or the reason is too long.
    """

    what: str
    seconds: int
    milli_devices: int
    reason: str

    def __post_init__(self) -> None:
        if min(self.seconds, self.milli_devices) < 0 or not (self.seconds or self.milli_devices):
            raise Invalid(
                "lease.change",
                N_("A change of a lease is a time or a number of devices above nought."),
                hint=N_("As in --by 2h, or --devices 1."),
            )
        if len(self.reason) > REASON_LENGTH_MAX or not self.reason.isprintable():
            raise Invalid(
                "lease.reason",
                N_("A reason has at most {most} printable characters."),
                hint=N_("Say it shorter."),
                most=REASON_LENGTH_MAX,
            )


def see_open(lease: r.Lease, job: r.Job | None, change: Change) -> None:
    """Refuse to change a lease that has ended, was bought in an auction, or runs on its devices.

    Raises:
        Conflict: it has ended.
        Refused: it was bought in an auction, or its job runs on the devices.
    """
    if lease.state not in OPEN:
        raise Conflict(
            "lease.over",
            N_("Lease {id} has ended: {state}."),
            hint=N_("Quote a new one: entrepot quote JOB.yaml"),
            id=lease.id,
            state=lease.state,
        )
    if is_auction(lease):
        raise Refused(
            "lease.auction",
            N_("Lease {id} was bought in an auction: its hours are fixed."),
            hint=N_("Bid for more, or ask for less, in a later call: entrepot auction --help"),
            id=lease.id,
        )
    if job is not None and change.milli_devices:
        raise Refused(
            "lease.devices_run",
            N_("The job of lease {id} runs on its devices; their number changes before it starts."),
            hint=N_("Change its time with --by, or quote another lease."),
            id=lease.id,
        )


def see_bounds(
    uow: UnitOfWork, lease: r.Lease, job: r.Job | None, change: Change, now: int
) -> None:
    """Refuse sizes and times that the kind of the lease or its offer does not allow.

    Raises:
        Invalid: no size of this kind or offer.
        Refused: longer than the kind allows, or an end before the least time and the notice.
    """
    if change.what == "extend":
        _see_size(uow, lease, lease.milli_devices + change.milli_devices)
        _see_longest(lease, lease.duration_s + change.seconds)
    else:
        _see_size(uow, lease, lease.milli_devices - change.milli_devices)
        if change.seconds:
            _see_notice(lease, job, lease.duration_s - change.seconds, now)


def _see_size(uow: UnitOfWork, lease: r.Lease, milli: int) -> None:
    terms, offer = terms_in(lease), uow.registry.offer(lease.offer_id)
    step = min(offer.milli_min, MILLI) if offer is not None else MILLI
    whole = lease.isolation == "exclusive" or lease.milli_devices > MILLI or milli > MILLI
    least, most = max(terms.milli_min, step if not whole else MILLI), terms.milli_max
    if not least <= milli <= most or milli % (MILLI if whole else step):
        raise Invalid(
            "lease.size",
            N_("A lease of {size} devices is not sold as {kind}: {least} to {most}, by {step}."),
            hint=N_("Change it by another number of devices."),
            size=size_text(max(0, milli)),
            kind=terms.kind.value,
            least=size_text(least),
            most=size_text(most),
            step=size_text(MILLI if whole else step),
        )


def _see_longest(lease: r.Lease, duration_s: int) -> None:
    terms = terms_in(lease)
    if duration_s > terms.duration_s_max:
        raise Refused(
            "lease.longest",
            N_("A lease of the kind {kind} lasts {most} at most; this one would last {asked}."),
            hint=N_("Extend it by less, or quote another lease for the time after."),
            kind=terms.kind.value,
            most=time_text(terms.duration_s_max),
            asked=time_text(duration_s),
        )


def least_duration_s(lease: r.Lease, job: r.Job | None, now: int) -> int:
    """Return to how many seconds a lease can be shortened now: least time, and used + notice."""
    terms = terms_in(lease)
    used_s = elapsed_s(job, now)
    return max(1, terms.minimum_s, used_s + max(terms.notice_s, 1 if job else 0))


def elapsed_s(job: r.Job | None, now: int) -> int:
    """Return how long a job has had its devices."""
    if job is None:
        return 0
    return max(0, now - (job.started_at if job.started_at is not None else job.created_at))


def _see_notice(lease: r.Lease, job: r.Job | None, duration_s: int, now: int) -> None:
    least = least_duration_s(lease, job, now)
    if duration_s < least:
        terms = terms_in(lease)
        raise Refused(
            "lease.notice",
            N_("As {kind} it lasts {least} at least (least time {minimum}, notice {notice})."),
            hint=N_("Shorten it by {room} at most."),
            kind=terms.kind.value,
            least=time_text(least),
            minimum=time_text(terms.minimum_s),
            notice=time_text(terms.notice_s),
            room=time_text(max(0, lease.duration_s - least)),
        )
