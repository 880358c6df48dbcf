"""Rebuilding balances from the transfers alone.

balance(t) = replay of the transfers booked until t
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from entrepot.domain.ledger.apply import LedgerState, apply
from entrepot.domain.ledger.model import Account, Balance, Outcome, Transfer


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
