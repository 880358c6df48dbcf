"""Netting batches: many invoices of one centre, one payment in RMB.

Its amounts are in :mod:`entrepot.domain.contracts.settlement_values`. A member is an invoice, or
what an earlier batch left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from entrepot.domain.contracts.funding import NOTHING, Booked, Mode, Own
from entrepot.domain.contracts.settlement_values import (
    Member,
    SettlementValues,
    settlement_values,
)
from entrepot.kernel.errors import Conflict
from entrepot.kernel.money import ExchangeRate
from entrepot.kernel.text import N_


class BatchState(StrEnum):
    """Where a netting batch stands."""

    OPEN = "open"
    FROZEN = "frozen"
    FUNDING = "funding"
    FUNDED = "funded"
    INSTRUCTED = "instructed"
    PART_SETTLED = "part_settled"
    SETTLED = "settled"
    RETURNED = "returned"
    FAILED = "failed"
    REOPENED = "reopened"


_PAID = frozenset({BatchState.SETTLED, BatchState.PART_SETTLED, BatchState.RETURNED})

MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.OPEN: frozenset({BatchState.FROZEN}),
    BatchState.FROZEN: frozenset({BatchState.FUNDING, BatchState.INSTRUCTED, BatchState.FAILED}),
    BatchState.FUNDING: frozenset({BatchState.FUNDED, BatchState.FAILED}),
    BatchState.FUNDED: frozenset({BatchState.INSTRUCTED, BatchState.FAILED}),
    BatchState.INSTRUCTED: frozenset(
        {BatchState.SETTLED, BatchState.PART_SETTLED, BatchState.FAILED}
    ),
    BatchState.SETTLED: _PAID - {BatchState.SETTLED},
    BatchState.PART_SETTLED: _PAID,
    BatchState.RETURNED: _PAID - {BatchState.RETURNED},
    BatchState.FAILED: frozenset({BatchState.REOPENED}),
    BatchState.REOPENED: frozenset({BatchState.FROZEN}),
}
"""Moves allowed from each state; past settlement only the bank's own word moves a batch."""

LIVE = ("frozen", "funding", "funded", "instructed")
"""States in which a batch holds its members and waits."""

DONE = ("settled", "part_settled", "returned")
"""States in which its members are discharged; what is still owed is a debt of its own."""


@dataclass(frozen=True, slots=True)
class NettingBatch:
    """A batch of one centre and value date.

    Attributes:
        id: id.
        centre: id of the centre.
        value_date: ISO date on which the money moves.
        members: fixed from the moment the batch is frozen.
        state: see ``MOVES``.
        attempt: 1, and one more after each reopening.
        cut_off: Unix seconds of the freezing; None before.
        values: amounts at the frozen rate; None before.
        reason: why it failed; empty otherwise.
        mode: how it is funded and paid.
        booked: what the bank has moved so far.
    """

    id: str
    centre: str
    value_date: str
    members: tuple[Member, ...] = ()
    state: BatchState = BatchState.OPEN
    attempt: int = 1
    cut_off: int | None = None
    values: SettlementValues | None = None
    reason: str = ""
    mode: Mode = Mode.PAY_AS_PAID
    booked: Booked = NOTHING

    @property
    def end_to_end_id(self) -> str:
        """Reference of the payment, at most 35 characters, new for each attempt."""
        return self.id if self.attempt == 1 else f"{self.id}-{self.attempt}"


def add_member(batch: NettingBatch, member: Member) -> NettingBatch:
    """Add an invoice to a batch that is not frozen yet.

    Raises:
        Conflict: the batch is frozen, or holds the invoice already.
    """
    if batch.state not in (BatchState.OPEN, BatchState.REOPENED):
        raise _moved_on(batch, BatchState.OPEN)
    if any(held.invoice == member.invoice for held in batch.members):
        raise Conflict(
            "settlement.twice",
            N_("Invoice {number} is in the batch already."),
            number=member.invoice_number,
        )
    return replace(batch, members=(*batch.members, member))


def freeze(
    batch: NettingBatch, fx: ExchangeRate, spread_bp: int, cut_off: int, own: Own | None = None
) -> NettingBatch:
    """Fix members, rate and cut-off; from here on nothing of them changes.

    Raises:
        Conflict: the batch is not open.
        Invalid: see :func:`settlement_values`.
    """
    values = settlement_values(batch.members, fx, spread_bp, own)
    booked = Booked(reserved=values.pooled, reserved_cost=values.pool_cost)
    frozen = move(batch, BatchState.FROZEN)
    return replace(frozen, cut_off=cut_off, values=values, booked=booked)


def instruct(batch: NettingBatch) -> NettingBatch:
    """Note that the payment file was written.

    Raises:
        Conflict: the batch is not frozen.
    """
    return move(batch, BatchState.INSTRUCTED)


def settle(batch: NettingBatch) -> NettingBatch:
    """Note that the bank's confirmation matched.

    Raises:
        Conflict: the batch is not instructed.
    """
    return move(batch, BatchState.SETTLED)


def fail(batch: NettingBatch, reason: str) -> NettingBatch:
    """Note that the bank refused, or paid another amount.

    Raises:
        Conflict: the batch is neither frozen nor instructed.
    """
    return replace(move(batch, BatchState.FAILED), reason=reason)


def reopen(batch: NettingBatch) -> NettingBatch:
    """Open a failed batch for another attempt with a new reference.

    Raises:
        Conflict: the batch has not failed.
    """
    fresh = move(batch, BatchState.REOPENED)
    return replace(fresh, attempt=batch.attempt + 1, cut_off=None, values=None, reason="")


def check_disjoint(batches: Sequence[NettingBatch]) -> None:
    """See that no invoice is in two batches; the books would pay it twice.

    Raises:
        Conflict: one is.
    """
    seen: dict[str, str] = {}
    for batch in batches:
        for member in batch.members:
            if seen.setdefault(member.invoice, batch.id) != batch.id:
                raise Conflict(
                    "settlement.two_batches",
                    N_("Invoice {number} is in the batches {first} and {second}."),
                    number=member.invoice_number,
                    first=seen[member.invoice],
                    second=batch.id,
                )


def move(batch: NettingBatch, to: BatchState) -> NettingBatch:
    """Move a batch to another state.

    Raises:
        Conflict: the table of moves does not allow it.
    """
    if to not in MOVES[batch.state]:
        raise _moved_on(batch, to)
    return replace(batch, state=to)


def _moved_on(batch: NettingBatch, to: BatchState) -> Conflict:
    return Conflict(
        "settlement.state",
        N_("Batch {id} is {state} and cannot become {to}."),
        hint=N_("See where it stands: entrepot settle show {id}"),
        id=batch.id,
        state=batch.state.value,
        to=to.value,
    )
