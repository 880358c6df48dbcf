"""Rebuilding balances from the transfers alone: all at once, or batch by batch.

balance(t) = replay of the transfers booked until t

The rebuilding tries every transfer by :func:`entrepot.domain.ledger.apply.apply`, never by the
short way that wrote most of them, so that the two prove each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from entrepot.domain.ledger.apply import LedgerState, apply
from entrepot.domain.ledger.model import Account, Balance, Outcome, Phase, Transfer


@dataclass(frozen=True, slots=True)
class Replayed:
    """Books rebuilt.

    Attributes:
        state: accounts, balances, transfers, holds.
        failed: transfers that could not have been booked in this order.
    """

    state: LedgerState
    failed: tuple[Outcome, ...]

    def balance(self, code: str) -> Balance:
        """Return the balance of an account; zeros if nothing touched it."""
        return self.state.balances.get(code, Balance())


def replay(
    accounts: Iterable[Account], transfers: Iterable[Transfer], until: int | None = None
) -> Replayed:
    """Rebuild the books.

    Args:
        accounts: all accounts; closing is ignored, as it came after the transfers.
        transfers: all transfers in the order of booking.
        until: Unix second of the last transfer that counts; None counts all.

    >>> bank, fee = Account(1, "bank", "HKD"), Account(2, "bank_fee", "HKD")
    >>> replay([bank, fee], [Transfer("T1", "bank_fee", "bank", 7, "HKD")]).balance("bank")
    Balance(debits_posted=0, credits_posted=7, debits_pending=0, credits_pending=0)
    """
    state = LedgerState({one.code: replace(one, closed=False) for one in accounts})
    prefix = [one for one in transfers if until is None or one.t <= until]
    applied = apply(state, prefix)
    failed = tuple(outcome for outcome in applied.outcomes if not outcome.booked)
    return Replayed(state.after(applied), failed)


class RunningReplay:
    """Books rebuilt batch by batch, in memory for the accounts and the open holds alone.

    That no id comes twice and no link group in pieces is left to whoever reads the batches.

    Args:
        accounts: all accounts; closing is ignored, as it came after the transfers.

    >>> running = RunningReplay([Account(1, "bank", "HKD"), Account(2, "bank_fee", "HKD")])
    >>> running.take([Transfer("T1", "bank_fee", "bank", 7, "HKD")])
    []
    >>> running.result().balance("bank").credits_posted
    7
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._accounts = {one.code: replace(one, closed=False) for one in accounts}
        self._balances: dict[str, Balance] = {}
        self._holds: dict[str, Transfer] = {}
        self._failed: list[Outcome] = []

    def take(self, transfers: Sequence[Transfer]) -> list[Outcome]:
        """Book the next batch; return what of it could not have been booked.

        Args:
            transfers: in the order of booking.
        """
        applied = apply(LedgerState(self._accounts, self._balances, self._holds), transfers)
        self._balances.update(applied.balances)
        for one in applied.booked:
            if one.phase is Phase.PENDING:
                self._holds[one.id] = one
            elif one.pending_id:
                del self._holds[one.pending_id]
        failed = [outcome for outcome in applied.outcomes if not outcome.booked]
        self._failed.extend(failed)
        return failed

    def result(self) -> Replayed:
        """Return the books as rebuilt so far, with the open holds as their only transfers."""
        state = LedgerState(self._accounts, self._balances, self._holds)
        return Replayed(state, tuple(self._failed))


def differences(
    rebuilt: Replayed, kept: Mapping[str, Balance]
) -> list[tuple[str, Balance, Balance]]:
    """Return (code, rebuilt, kept) of each account whose kept balance is not the rebuilt."""
    codes = [
        *rebuilt.state.accounts,
        *(code for code in kept if code not in rebuilt.state.accounts),
    ]
    pairs = ((code, rebuilt.balance(code), kept.get(code, Balance())) for code in codes)
    return [(code, right, found) for code, right, found in pairs if right != found]
