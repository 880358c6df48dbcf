"""Slots that a centre did not deliver: it gets nothing for them, and the firm its money back.

Beside the price of the slot the firm gets a credit, a part of that price that the call has stated
when it was opened. The centre bears it: its debt falls by as much in RMB, at the rate of the call,
which its next settlement nets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.market.resale import made_good
from entrepot.kernel import ids
from entrepot.kernel.errors import Invalid, NotFound, Refused
from entrepot.kernel.money import CNH, HKD
from entrepot.kernel.period import iso_utc
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_
from entrepot.services.call_money import failure_entries, post_entries
from entrepot.services.call_offer import cnh_rate
from entrepot.services.call_open import found_call
from entrepot.services.ports_market import AuctionLease, Call, LeaseSlot
from entrepot.services.ports_settlement import Debt
from entrepot.services.postings import Entry
from entrepot.services.record_checks import check_texts

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

BP = 10_000


@dataclass(frozen=True, slots=True)
class Failure:
    """Slots that were reported as not delivered.

    Attributes:
        lease_id: whose; slots: they; refund_minor: HKD cents given back.
        credit_minor: HKD cents beside that; borne_minor: CNH fen that the centre bears of it.
    """

    lease_id: str
    slots: tuple[LeaseSlot, ...]
    refund_minor: int
    credit_minor: int
    borne_minor: int


def fail_slots(
    app: App, lease_id: str, hours: Sequence[int], reason: str, reference: str, key: str
) -> Failure:
    """Report slots of a lease as not delivered: refund, credit, no pay to the centre.

    Args:
        app: the exchange.
        lease_id: of the auction.
        hours: first seconds of the slots; none = all that are due.
        reason: what happened; reference: of the report.
        key: idempotency key.

    Raises:
        NotFound: no such lease of the auction.
        Invalid: the lease has no such slot, or a text is no line of words.
        Refused: a slot is billed, or was reported before.
    """
    check_texts({"reason": reason, "reference": reference})
    now = app.clock.now()
    with app.store.reading() as uow:
        lease = the_auction_lease(uow, lease_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        slots = _asked(uow, lease, hours)
        for slot in slots:
            uow.market.set_slot(lease_id, slot.slot_t, "due", "failed", reference, now)
        refund = sum(slot.paid_minor for slot in slots)
        call = found_call(uow, lease.call_id)
        credit = half_even(Fraction(refund * call.credit_bp, BP))
        cause = f"auction_failure:{lease_id}:{slots[0].slot_t}"
        hours_failed = [slot.slot_t for slot in slots]
        parts = [p for p in uow.elastic.parts([lease_id]) if p.slot_t in hours_failed]
        entries = failure_entries(lease.firm_id, lease.centre_id, slots, credit, parts)
        bears = credit + sum(made_good(part.minor, part.basis_minor) for part in parts)
        fen, borne = borne_by(app, uow, lease.centre_id, call, bears, cause)
        entries += borne
        post_entries(app, uow, entries, cause)
        told = {"refund_minor": refund, "credit_minor": credit, "borne_minor": fen}
        return {"lease_id": lease_id, "hours": hours_failed, **told}

    body: Body = {"lease_id": lease_id, "hours": list(hours)}
    body |= {"reason": reason, "reference": reference}
    answer = app.store.command(app.actor, "auction.fail", key, body, now, action)
    failed = set(cast("list[int]", answer["hours"]))
    with app.store.reading() as uow:
        slots = tuple(slot for slot in uow.market.slots(lease_id) if slot.slot_t in failed)
    names = ("refund_minor", "credit_minor", "borne_minor")
    return Failure(lease_id, slots, *(cast("int", answer[name]) for name in names))


def the_auction_lease(uow: UnitOfWork, lease_id: str) -> AuctionLease:
    """Return a lease that a call made.

    Raises:
        NotFound: no call has made it.
    """
    lease = uow.market.lease(lease_id)
    if lease is None:
        raise NotFound(
            "auction.lease_unknown",
            N_("No call of the auction has made a lease {id}."),
            hint=N_("entrepot auction results CALL lists the leases of a call."),
            id=lease_id[:60],
        )
    return lease


def _asked(uow: UnitOfWork, lease: AuctionLease, hours: Sequence[int]) -> list[LeaseSlot]:
    slots = {slot.slot_t: slot for slot in uow.market.slots(lease.lease_id)}
    wrong = [hour for hour in hours if hour not in slots]
    if wrong:
        raise Invalid(
            "auction.slot_unknown",
            N_("Lease {id} has no slot that begins at {at}."),
            hint=N_("Its slots run from {begin} to {end}, hour by hour."),
            id=lease.lease_id,
            at=iso_utc(wrong[0]),
            begin=iso_utc(lease.from_t),
            end=iso_utc(lease.to_t),
        )
    asked = [slots[hour] for hour in sorted(set(hours))]
    if not hours:
        asked = [slot for slot in slots.values() if slot.state == "due"]
    over = [slot for slot in asked if slot.state != "due"]
    if over or not asked:
        raise Refused(
            "auction.slot_over",
            N_("The slot of lease {id} is {state} already."),
            hint=N_("What was billed is credited by two persons: entrepot invoice credit --help"),
            id=lease.lease_id,
            state=over[0].state if over else next(iter(slots.values())).state,
        )
    return asked


def borne_by(
    app: App,
    uow: UnitOfWork,
    centre_id: str,
    call: Call,
    minor: int,
    cause: str,
    reason: str = "auction_failure",
) -> tuple[int, list[Entry]]:
    """Lower the debt to a centre by what it bears, in RMB at the rate of a call.

    Args:
        app: the exchange; uow: the transaction; centre_id: who bears.
        call: whose rate; minor: HKD cents; cause: of the postings; reason: of the debt.

    Returns:
        CNH fen that it bears, and the entries.
    """
    rate = cnh_rate(call).value
    fen = half_even(minor / rate)
    cents = half_even(fen * rate)
    if fen:
        made, now = app.ids.new(ids.DEBT), app.clock.now()
        uow.settling.add_debt(Debt(made, centre_id, cause, reason, now, -fen, -cents, None))
    return fen, [
        Entry(f"payable:{centre_id}", "fx_clearing_cnh", fen, CNH, "auction_credit"),
        Entry("fx_clearing_hkd", "cost_of_compute", cents, HKD, "auction_credit"),
    ]
