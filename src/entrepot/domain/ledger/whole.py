"""Deciding a batch as a whole: the short way for batches of which nothing is refused.

:func:`entrepot.domain.ledger.apply.apply` tries the transfers one by one. Most batches are
accepted from end to end, and that is proven at less cost:

- shape, accounts, assets, ids and link groups by passes over whole columns;
- a bound by a sum: only what a bound account is asked for reduces what it has free, and
  everything else in the batch adds to it. So if all that it is asked for fits what it has free
  before the batch, it fits after every single transfer, in whatever order;
- an account of which more is asked is followed transfer by transfer;
- 64-bit totals by a sum: if the largest total and all amounts together fit, every step fits.

The answer is the one that ``apply`` gives, or None: then ``apply`` has to be asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import eq

from entrepot.domain.ledger.columns import Columns
from entrepot.domain.ledger.model import COMPONENT_MAX, Account, Balance, Phase
from entrepot.domain.ledger.shape import ID_LENGTH_MAX
from entrepot.domain.ledger.state import LedgerState

Sums = dict[str, int]
Hold = tuple[str, str, int, int | None]
"""Debit, credit, amount and deadline of a hold."""

_RESOLVING = frozenset(phase for phase in Phase if phase.resolves)
_ZERO = Balance()


def whole(
    state: LedgerState, batch: Columns, t: int, kept: Mapping[str, Hold] | None = None
) -> dict[str, Balance] | None:
    """Book a batch as a whole, or say that it has to be looked at transfer by transfer.

    Args:
        state: the books before; see :class:`LedgerState`.
        batch: at least one transfer.
        t: Unix second at which all of them are booked.
        kept: hold id → hold, of the holds in the books; None looks for them in ``state``, where
            each would be a whole transfer.

    Returns:
        New balances of the accounts that change, if every transfer is new and nothing is
        refused. None if something is refused or repeated, or if a total may not fit.

    >>> from entrepot.domain.ledger.columns import columns_of
    >>> from entrepot.domain.ledger.model import Transfer
    >>> state = LedgerState().open(Account(1, "bank", "HKD")).open(Account(2, "x", "HKD"))
    >>> whole(state, columns_of([Transfer("T1", "bank", "x", 5, "HKD")]), 9)["x"].credits_posted
    5
    """
    if not (_shaped(batch) and _new(state, batch) and _sides(state.accounts, batch)):
        return None
    held = _held(_open_holds(state) if kept is None else kept, batch, t)
    if held is None:
        return None
    sums = _sums(batch, held)
    tight = _tight(state, sums)
    if tight and not _follows(state, batch, held, tight):
        return None
    return _balances(state, sums, sum(batch.amount))


def _shaped(batch: Columns) -> bool:
    """Say whether every transfer has a meaning; the whole of :func:`shape`."""
    lengths = set(map(len, batch.id))
    if not 0 < min(lengths) <= max(lengths) <= ID_LENGTH_MAX:
        return False
    if set(map(type, batch.amount)) != {int} or min(batch.amount) <= 0:
        return False
    if max(batch.amount) > COMPONENT_MAX or any(map(eq, batch.debit, batch.credit)):
        return False
    if any(batch.pending_id) or not _RESOLVING.isdisjoint(batch.phase):
        pairs = zip(batch.pending_id, batch.phase, strict=True)
        if any(bool(hold) != (phase in _RESOLVING) for hold, phase in pairs):
            return False
    if not any(batch.timeout_s):
        return True
    times = zip(batch.timeout_s, batch.phase, strict=True)
    return 0 <= min(batch.timeout_s) <= max(batch.timeout_s) <= COMPONENT_MAX and all(
        not seconds or phase is Phase.PENDING for seconds, phase in times
    )


def _new(state: LedgerState, batch: Columns) -> bool:
    """Say whether no id comes twice or again, and every link group stands together and once."""
    ids = set(batch.id)
    if len(ids) != len(batch.id) or not state.transfers.keys().isdisjoint(ids):
        return False
    if not any(batch.link_group):
        return True
    groups = [group for group, before in _neighbours(batch.link_group) if group != before]
    named = [group for group in groups if group]
    return len(set(named)) == len(named) and state.groups.keys().isdisjoint(named)


def _neighbours(groups: list[str]) -> Iterator[tuple[str, str]]:
    return zip(groups, ("", *groups), strict=False)


def _sides(accounts: Mapping[str, Account], batch: Columns) -> bool:
    """Say whether both accounts of every transfer are open and of its asset."""
    for debit, credit, asset in set(zip(batch.debit, batch.credit, batch.asset, strict=True)):
        for code in (debit, credit):
            account = accounts.get(code)
            if account is None or account.closed or account.asset != asset:
                return False
    return True


def _held(kept: Mapping[str, Hold], batch: Columns, t: int) -> list[int] | None:
    """Return the amount of the hold that each transfer ends, 0 where it ends none.

    None if a hold cannot be ended so.
    """
    if not any(batch.pending_id):
        return [0] * len(batch.id)
    made: dict[str, Hold] = {}
    amounts: list[int] = []
    for one, debit, credit, amount, phase, hold_id, timeout_s in zip(
        batch.id, batch.debit, batch.credit, batch.amount, batch.phase, batch.pending_id,
        batch.timeout_s, strict=True,
    ):  # fmt: skip
        if phase is Phase.PENDING:
            made[one] = (debit, credit, amount, t + timeout_s if timeout_s else None)
        if not hold_id:
            amounts.append(0)
            continue
        hold = made.get(hold_id) or kept.get(hold_id)
        if hold is None or hold[:2] != (debit, credit) or not _ends(phase, amount, hold, t):
            return None
        made[hold_id] = _ENDED
        amounts.append(hold[2])
    return amounts


_ENDED: Hold = ("", "", 0, None)
"""Stands for a hold of which nothing is left: between no accounts, so that nothing ends it."""


def _open_holds(state: LedgerState) -> dict[str, Hold]:
    return {one.id: (one.debit, one.credit, one.amount, one.deadline) for one in state.open_holds}


def _ends(phase: Phase, amount: int, hold: Hold, t: int) -> bool:
    deadline = hold[3]
    due = deadline is not None and t >= deadline
    if phase is Phase.POST:
        return amount <= hold[2] and not due
    return amount == hold[2] and (phase is Phase.VOID or due)


def _sum() -> Sums:
    return defaultdict(int)


@dataclass(slots=True)
class _Sums:
    """What a batch adds to each account: to the four totals, and what it asks of it."""

    debits: Sums = field(default_factory=_sum)
    credits: Sums = field(default_factory=_sum)
    debits_held: Sums = field(default_factory=_sum)
    credits_held: Sums = field(default_factory=_sum)
    debits_asked: Sums = field(default_factory=_sum)
    credits_asked: Sums = field(default_factory=_sum)


def _sums(batch: Columns, held: list[int]) -> _Sums:
    sums = _Sums()
    kinds = set(batch.phase)
    if kinds == {Phase.POSTED} or kinds == {Phase.PENDING}:
        debits, credits = sums.debits_asked, sums.credits_asked
        for debit, credit, amount in zip(batch.debit, batch.credit, batch.amount, strict=True):
            debits[debit] += amount
            credits[credit] += amount
        if Phase.POSTED in kinds:
            sums.debits, sums.credits = debits, credits
        else:
            sums.debits_held, sums.credits_held = debits, credits
        return sums
    for debit, credit, amount, phase, hold in zip(
        batch.debit, batch.credit, batch.amount, batch.phase, held, strict=True
    ):
        if hold:
            sums.debits_held[debit] -= hold
            sums.credits_held[credit] -= hold
        else:
            sums.debits_asked[debit] += amount
            sums.credits_asked[credit] += amount
        if phase is Phase.PENDING:
            sums.debits_held[debit] += amount
            sums.credits_held[credit] += amount
        elif phase is Phase.POSTED or phase is Phase.POST:
            sums.debits[debit] += amount
            sums.credits[credit] += amount
    return sums


def _tight(state: LedgerState, sums: _Sums) -> set[str]:
    """Return the bound accounts of which more is asked than they have free at the start."""
    tight: set[str] = set()
    for code, asked in sums.debits_asked.items():
        if state.accounts[code].debit_bound:
            balance = state.balances.get(code, _ZERO)
            if asked > balance.credit_net - balance.debits_pending:
                tight.add(code)
    for code, asked in sums.credits_asked.items():
        if state.accounts[code].credit_bound:
            balance = state.balances.get(code, _ZERO)
            if asked > balance.debit_net - balance.credits_pending:
                tight.add(code)
    return tight


def _follows(state: LedgerState, batch: Columns, held: list[int], tight: set[str]) -> bool:
    """Follow the tight accounts transfer by transfer; False at the first bound that breaks."""
    debit_free: Sums = {}
    credit_free: Sums = {}
    for code in tight:
        balance, account = state.balances.get(code, _ZERO), state.accounts[code]
        if account.debit_bound:
            debit_free[code] = balance.credit_net - balance.debits_pending
        if account.credit_bound:
            credit_free[code] = balance.debit_net - balance.credits_pending
    for debit, credit, amount, phase, hold in zip(
        batch.debit, batch.credit, batch.amount, batch.phase, held, strict=True
    ):
        if debit not in tight and credit not in tight:
            continue
        posted = amount if phase is Phase.POSTED or phase is Phase.POST else 0
        # What the side is asked for, less what the end of a hold gives back to it.
        asked = (posted or amount) - hold if not hold or posted else -hold
        if debit in debit_free:
            debit_free[debit] -= asked
            if asked > 0 and debit_free[debit] < 0:
                return False
        if credit in credit_free:
            credit_free[credit] -= asked
            if asked > 0 and credit_free[credit] < 0:
                return False
        if debit in credit_free:
            credit_free[debit] += posted
        if credit in debit_free:
            debit_free[credit] += posted
    return True


def _balances(state: LedgerState, sums: _Sums, total: int) -> dict[str, Balance] | None:
    new: dict[str, Balance] = {}
    touched = {*sums.debits, *sums.credits, *sums.debits_held, *sums.credits_held}
    for code in sorted(touched):
        old = state.balances.get(code, _ZERO)
        before = (old.debits_posted, old.credits_posted, old.debits_pending, old.credits_pending)
        if max(before) + total > COMPONENT_MAX:
            return None
        new[code] = Balance(
            before[0] + sums.debits.get(code, 0),
            before[1] + sums.credits.get(code, 0),
            before[2] + sums.debits_held.get(code, 0),
            before[3] + sums.credits_held.get(code, 0),
        )
    return new
