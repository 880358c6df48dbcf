"""Balance sheet and income statement, by asset and in Hong Kong dollars.

In each asset, of the totals of the trial balance::

    Σ assets − Σ liabilities = Σ income − Σ costs        (the result)

In HKD every account is translated at one rate a day ``m``, rounded on its own. The two clearing
accounts of the exchange are no property: what they hold, translated, is the difference between
the open position at the day's rate and at the rates of its bills. It is a line of its own::

    translation = −([clearing_cnh·m] + clearing_hkd)
    Σ assets − Σ liabilities = result + translation + rounding

where the rounding is what n accounts rounded on their own leave, at most n/2 cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from entrepot.domain.ledger.chart import kind_of
from entrepot.domain.ledger.model import Account, Balance
from entrepot.kernel.rounding import half_even

HKD = "HKD"
CLEARING = ("fx_clearing_hkd", "fx_clearing_cnh")
BY_DEBIT = ("asset", "cost")


@dataclass(frozen=True, slots=True)
class Row:
    """One account of a statement, on the side on which it grows.

    Attributes:
        code, label, asset, nature: of the account.
        minor: minor units of its asset.
        hkd_minor: HKD cents at the day's rate; None without a rate.
    """

    code: str
    label: str
    asset: str
    nature: str
    minor: int
    hkd_minor: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of one asset, or of all in HKD; equations at the head of this module.

    Attributes:
        rounded: number of accounts that were translated; 0 in the sums of one asset.
    """

    assets: int
    liabilities: int
    income: int
    costs: int
    translation: int = 0
    rounding: int = 0
    rounded: int = 0

    @property
    def result(self) -> int:
        """Income less costs."""
        return self.income - self.costs

    @property
    def balances(self) -> bool:
        """Say whether both sides agree, and what rounding explains is all that it explains."""
        rest = self.assets - self.liabilities - self.result - self.translation
        return rest == self.rounding and 2 * abs(rest) <= self.rounded


@dataclass(frozen=True, slots=True)
class FinancialStatement:
    """Accounts with their sums.

    Attributes:
        rows: accounts that hold something.
        by_asset: asset → sums, exact.
        in_hkd: sums of all that has a rate, in HKD cents.
        untranslated: assets without a rate, left out of ``in_hkd``.
    """

    rows: tuple[Row, ...]
    by_asset: Mapping[str, Totals]
    in_hkd: Totals
    untranslated: tuple[str, ...]


def statement(
    accounts: Iterable[Account],
    balances: Mapping[str, Balance],
    rates: Mapping[str, Fraction],
    natures: Iterable[str] = ("asset", "liability", "income", "cost"),
) -> FinancialStatement:
    """Return accounts and sums as of one moment, or of the movements of a period.

    Args:
        accounts: all accounts.
        balances: code → balance, or movement.
        rates: asset → HKD for one unit; HKD itself is 1.
        natures: accounts of these natures only.

    >>> books = [Account(1, "bank", "HKD"), Account(2, "revenue", "HKD")]
    >>> made = statement(books, {"bank": Balance(5, 0), "revenue": Balance(0, 5)}, {})
    >>> made.by_asset["HKD"].assets, made.in_hkd.result, made.in_hkd.balances
    (5, 5, True)
    """
    known = {HKD: Fraction(1), **rates}
    wanted = frozenset(natures)
    rows = [_row(one, balances.get(one.code, Balance()), known) for one in accounts]
    kept = [row for row in rows if row.minor and row.nature in wanted]
    assets = sorted({row.asset for row in kept})
    by_asset = {code: _totals([r for r in kept if r.asset == code]) for code in assets}
    return FinancialStatement(
        tuple(sorted(kept, key=lambda row: (row.nature, row.asset, row.code))),
        by_asset,
        _in_hkd(kept, whole=wanted >= frozenset(("asset", "liability", "income", "cost"))),
        tuple(code for code in assets if code not in known),
    )


def movement(before: Balance, after: Balance) -> Balance:
    """Return what was posted between two moments.

    >>> movement(Balance(3, 1), Balance(9, 1))
    Balance(debits_posted=6, credits_posted=0, debits_pending=0, credits_pending=0)
    """
    return Balance(
        after.debits_posted - before.debits_posted, after.credits_posted - before.credits_posted
    )


def _row(account: Account, balance: Balance, rates: Mapping[str, Fraction]) -> Row:
    kind = kind_of(account.code)
    nature = kind.nature if kind else "asset"
    minor = balance.debit_net if nature in BY_DEBIT else balance.credit_net
    rate = rates.get(account.asset)
    return Row(
        account.code,
        kind.label if kind else account.code,
        account.asset,
        nature,
        minor,
        None if rate is None else half_even(minor * rate),
    )


def _totals(rows: list[Row]) -> Totals:
    def total(nature: str) -> int:
        return sum(row.minor for row in rows if row.nature == nature)

    return Totals(total("asset"), total("liability"), total("income"), total("cost"))


def _in_hkd(rows: list[Row], *, whole: bool) -> Totals:
    def total(nature: str) -> int:
        found = (row for row in rows if row.nature == nature and row.code not in CLEARING)
        return sum(row.hkd_minor or 0 for row in found)

    assets, liabilities = total("asset"), total("liability")
    income, costs = total("income"), total("cost")
    if not whole:
        return Totals(assets, liabilities, income, costs)
    translation = -sum(row.hkd_minor or 0 for row in rows if row.code in CLEARING)
    rounding = assets - liabilities - (income - costs) - translation
    rounded = sum(row.asset != HKD and row.hkd_minor is not None for row in rows)
    return Totals(assets, liabilities, income, costs, translation, rounding, rounded)
