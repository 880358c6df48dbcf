"""The trial balance, and the sums that must agree in any state of the books.

1  for each asset: Σ debits = Σ credits, posted and pending apart
2  no total is negative
3  for each asset: pending debits = Σ open holds = pending credits
4  every bound holds, held amounts included
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from entrepot.domain.ledger.chart import kind_of
from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account of the trial balance; one of the two sides is zero.

    Attributes:
        code: account.
        label: name of its kind; the code itself outside the chart.
        asset: what it counts.
        debit: net debit in minor units.
        credit: net credit in minor units.
        held: minor units held on either side.
    """

    code: str
    label: str
    asset: str
    debit: int
    credit: int
    held: int


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A sum that does not agree.

    Attributes:
        where: account code or asset.
        message: sentence, marked for translation.
    """

    where: str
    message: str


def trial_balance(
    accounts: Iterable[Account], balances: Mapping[str, Balance], asset: str | None = None
) -> list[TrialRow]:
    """Return the accounts with their net balances, ordered by asset and code.

    Args:
        accounts: all accounts.
        balances: code → balance.
        asset: only accounts of this asset.

    >>> bank = Account(1, "bank", "HKD")
    >>> trial_balance([bank], {"bank": Balance(9, 4)})[0].debit
    5
    """
    rows: list[TrialRow] = []
    for one in sorted(accounts, key=lambda account: (account.asset, account.code)):
        if asset not in (None, one.asset):
            continue
        balance = balances.get(one.code, Balance())
        kind = kind_of(one.code)
        rows.append(
            TrialRow(
                one.code,
                kind.label if kind else one.code,
                one.asset,
                max(balance.debit_net, 0),
                max(balance.credit_net, 0),
                balance.debits_pending + balance.credits_pending,
            )
        )
    return rows


def imbalances(
    accounts: Iterable[Account], balances: Mapping[str, Balance], holds: Iterable[Transfer]
) -> list[Imbalance]:
    """Return what breaks sums 1 to 4; empty if the books are sound.

    Args:
        accounts: all accounts.
        balances: code → balance.
        holds: open holds.
    """
    found: list[Imbalance] = []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in accounts:
        balance = balances.get(one.code, Balance())
        found.extend(Imbalance(one.code, message) for message in _unsound(one, balance))
        sums[one.asset] = [a + b for a, b in zip(sums[one.asset], astuple(balance), strict=True)]
    held: dict[str, int] = defaultdict(int)
    for hold in holds:
        held[hold.asset] += hold.amount
    for asset in sorted({*sums, *held}):
        debits, credits, debits_held, credits_held = sums[asset]
        if debits != credits:
            found.append(Imbalance(asset, N_("posted debits and credits differ")))
        if debits_held != credits_held:
            found.append(Imbalance(asset, N_("held debits and credits differ")))
        if debits_held != held[asset]:
            found.append(Imbalance(asset, N_("held totals are not the sum of the open holds")))
    return found


def _unsound(account: Account, balance: Balance) -> list[str]:
    found: list[str] = []
    if min(astuple(balance)) < 0:
        found.append(N_("a total is negative"))
    if account.debit_bound and balance.debits_pending > balance.credit_net:
        found.append(N_("debits exceed credits on a bound account"))
    if account.credit_bound and balance.credits_pending > balance.debit_net:
        found.append(N_("credits exceed debits on a bound account"))
    return found
