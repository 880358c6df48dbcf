"""Applying transfers to a state of the books, transfer by transfer, as a pure function.

For an account with the four totals dp, cp (posted) and dh, ch (held):

    posted   debit.dp += a            credit.cp += a
    pending  debit.dh += a            credit.ch += a
    post     debit.dh -= h, dp += a   credit.ch -= h, cp += a      a ≤ h, the rest is released
    void     debit.dh -= h            credit.ch -= h
    expire   as void, from the deadline on

and after every single transfer ``dp + dh ≤ cp`` on a debit-bound account, ``cp + ch ≤ dp``
on a credit-bound one. A refusal is a value and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from entrepot.domain.ledger import refusals
from entrepot.domain.ledger.model import (
    COMPONENT_MAX,
    Balance,
    Outcome,
    Phase,
    Refusal,
    Transfer,
)
from entrepot.domain.ledger.shape import shape
from entrepot.domain.ledger.state import Applied, LedgerState

__all__ = ["Applied", "LedgerState", "apply", "apply_parts"]

_DP, _CP, _DH, _CH = range(4)


def apply(state: LedgerState, transfers: Sequence[Transfer]) -> Applied:
    """Book transfers in order; refuse each that breaks a rule, with its whole link group.

    Args:
        state: the books before.
        transfers: members of a link group stand together.

    Returns:
        An outcome for each transfer and the balances that changed. The same id with the
        same body is reported as repeated and books nothing.

    >>> from entrepot.domain.ledger.model import Account
    >>> state = LedgerState().open(Account(1, "bank", "HKD")).open(
    ...     Account(2, "prepaid:F", "HKD", "F", debit_bound=True))
    >>> paid = Transfer("T1", "bank", "prepaid:F", 500, "HKD")
    >>> hold = Transfer("T2", "prepaid:F", "bank", 600, "HKD", phase=Phase.PENDING)
    >>> applied = apply(state, [paid, hold])
    >>> applied.balances["prepaid:F"].credit_free, applied.refused[0].refusal.code
    (500, 'ledger.funds')
    """
    return apply_parts(state, [transfers])[0]


def apply_parts(state: LedgerState, parts: Sequence[Sequence[Transfer]]) -> list[Applied]:
    """Book the transfers of several clients in order; no link group reaches over two parts.

    Args:
        state: the books before.
        parts: transfers of each client; members of a link group stand together.

    Returns:
        For each part its outcomes, and the balances that changed by all parts together.
    """
    book = _Book(state)
    outcomes = [book.part(part) for part in parts]
    balances = book.changed()
    return [Applied(part, balances) for part in outcomes]


def _runs(transfers: Sequence[Transfer]) -> Iterator[Sequence[Transfer]]:
    start = 0
    for index in range(1, len(transfers) + 1):
        group = transfers[start].link_group
        if group and index < len(transfers) and transfers[index].link_group == group:
            continue
        yield transfers[start:index]
        start = index


class _Book:
    """A layer over a state that gathers changes; never leaves this module."""

    def __init__(self, state: LedgerState) -> None:
        self.state = state
        self.totals: dict[str, list[int]] = {}
        self.booked: dict[str, Transfer] = {}
        self.resolved: dict[str, str] = {}
        self.groups: set[str] = set()
        self.touched: set[str] = set()

    def part(self, transfers: Sequence[Transfer]) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        for run in _runs(transfers):
            if run[0].link_group:
                outcomes.extend(self.linked(run))
            else:
                outcomes.append(self.single(run[0]))
        return tuple(outcomes)

    def changed(self) -> dict[str, Balance]:
        return {code: Balance(*self.totals[code]) for code in sorted(self.touched)}

    def known(self, transfer_id: str) -> Transfer | None:
        return self.booked.get(transfer_id) or self.state.transfers.get(transfer_id)

    def total(self, code: str) -> list[int]:
        if code not in self.totals:
            balance = self.state.balances.get(code, _ZERO)
            self.totals[code] = [
                balance.debits_posted,
                balance.credits_posted,
                balance.debits_pending,
                balance.credits_pending,
            ]
        return self.totals[code]

    def single(self, transfer: Transfer) -> Outcome:
        """Book one transfer that stands alone or belongs to a group being tried."""
        before = self.known(transfer.id)
        if before is not None:
            if before.body == transfer.body:
                return Outcome(before, repeated=True)
            return Outcome(transfer, refusals.id_used(transfer))
        refusal = self.refusal(transfer)
        if refusal is None:
            self.book(transfer)
        return Outcome(transfer, refusal)

    def linked(self, members: Sequence[Transfer]) -> list[Outcome]:
        """Book all members of a link group, or none."""
        group = members[0].link_group
        ids = frozenset(member.id for member in members)
        if self.state.groups.get(group) == ids:
            again = [self.single(member) for member in members]
            if all(outcome.repeated for outcome in again):
                return again
            return [Outcome(member, refusals.group_used(member)) for member in members]
        fresh = len(ids) == len(members) and not any(self.known(one) for one in ids)
        if group in self.state.groups or group in self.groups or not fresh:
            return [Outcome(member, refusals.group_used(member)) for member in members]
        return self._all_or_none(group, members)

    def _all_or_none(self, group: str, members: Sequence[Transfer]) -> list[Outcome]:
        codes = {code for member in members for code in (member.debit, member.credit)}
        saved = {code: list(self.total(code)) for code in codes}
        touched = set(self.touched)
        for member in members:
            refusal = self.refusal(member)
            if refusal is None:
                self.book(member)
                continue
            self.totals.update(saved)
            self.touched = touched
            for undone in members:
                if self.booked.pop(undone.id, None):
                    self.resolved.pop(undone.pending_id, None)
            return [
                Outcome(other, refusal if other is member else refusals.linked(other, member))
                for other in members
            ]
        self.groups.add(group)
        return [Outcome(member) for member in members]

    def refusal(self, transfer: Transfer) -> Refusal | None:
        """Return why the transfer cannot be booked now, or None."""
        return (
            shape(transfer)
            or self._sides(transfer)
            or (self._hold(transfer) if transfer.phase.resolves else self._bounds(transfer))
        )

    def _sides(self, transfer: Transfer) -> Refusal | None:
        for code in (transfer.debit, transfer.credit):
            account = self.state.accounts.get(code)
            if account is None:
                return refusals.no_account(code)
            if account.closed:
                return refusals.closed(account)
            if account.asset != transfer.asset:
                return refusals.asset(transfer, account)
        return None

    def _hold(self, transfer: Transfer) -> Refusal | None:
        hold = self.known(transfer.pending_id)
        if hold is None or hold.phase is not Phase.PENDING:
            return refusals.no_hold(transfer)
        by = self.resolved.get(hold.id) or self.state.resolved.get(hold.id)
        if by is not None:
            return refusals.resolved(transfer, by)
        if (hold.debit, hold.credit) != (transfer.debit, transfer.credit):
            return refusals.differs(transfer)
        due = hold.deadline is not None and transfer.t >= hold.deadline
        if transfer.phase is Phase.POST:
            if transfer.amount > hold.amount:
                return refusals.exceeds(transfer, hold)
            return refusals.expired(hold) if due else self._overflow(transfer, _DP, _CP)
        if transfer.amount != hold.amount:
            return refusals.differs(transfer)
        return refusals.not_due(hold) if transfer.phase is Phase.EXPIRE and not due else None

    def _bounds(self, transfer: Transfer) -> Refusal | None:
        amount = transfer.amount
        debit, credit = (self.state.accounts[c] for c in (transfer.debit, transfer.credit))
        if debit.debit_bound:
            dp, cp, dh, _ = self.total(debit.code)
            if dp + dh + amount > cp:
                return refusals.funds(debit, cp - dp - dh, amount)
        if credit.credit_bound:
            dp, cp, _, ch = self.total(credit.code)
            if cp + ch + amount > dp:
                return refusals.funds(credit, dp - cp - ch, amount)
        held = transfer.phase is Phase.PENDING
        return self._overflow(transfer, *((_DH, _CH) if held else (_DP, _CP)))

    def _overflow(self, transfer: Transfer, debit_side: int, credit_side: int) -> Refusal | None:
        for code, side in ((transfer.debit, debit_side), (transfer.credit, credit_side)):
            if self.total(code)[side] + transfer.amount > COMPONENT_MAX:
                return refusals.overflow(self.state.accounts[code])
        return None

    def book(self, transfer: Transfer) -> None:
        """Write a transfer that nothing refuses."""
        debit, credit = self.total(transfer.debit), self.total(transfer.credit)
        if transfer.phase is Phase.PENDING:
            debit[_DH] += transfer.amount
            credit[_CH] += transfer.amount
        elif transfer.phase.resolves:
            hold = self.known(transfer.pending_id)
            assert hold is not None
            debit[_DH] -= hold.amount
            credit[_CH] -= hold.amount
            self.resolved[hold.id] = transfer.id
        if transfer.phase in (Phase.POSTED, Phase.POST):
            debit[_DP] += transfer.amount
            credit[_CP] += transfer.amount
        self.booked[transfer.id] = transfer
        self.touched.update((transfer.debit, transfer.credit))


_ZERO = Balance()
