"""The chart of accounts of the Hong Kong entity: which codes exist and how they behave.

A code is a kind, or a kind and an owner joined by a colon: ``bank``, ``prepaid:F-…``.
Nature says on which side the account grows: assets and costs by debits, liabilities and
income by credits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from entrepot.domain.ledger.model import Account
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

_OWNER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")


@dataclass(frozen=True, slots=True)
class AccountKind:
    """One kind of account.

    Attributes:
        kind: part of the code before the colon.
        asset: what it counts.
        nature: ``asset``, ``liability``, ``income`` or ``cost``.
        owned: the code carries an owner.
        label: name for people, marked for translation.
        debit_bound: debits may not exceed posted credits.
    """

    kind: str
    asset: str
    nature: str
    owned: bool
    label: str
    debit_bound: bool = False


_ROWS = (
    AccountKind("receivable", "HKD", "asset", True, N_("Receivable from a customer")),
    AccountKind("prepaid", "HKD", "liability", True, N_("Prepaid by a customer"), True),
    AccountKind("revenue", "HKD", "income", False, N_("Revenue")),
    AccountKind("spread_income", "HKD", "income", False, N_("Income from the spread")),
    AccountKind("cost_of_compute", "HKD", "cost", False, N_("Cost of compute")),
    AccountKind("payable", "CNH", "liability", True, N_("Payable to a centre")),
    AccountKind("bank", "HKD", "asset", False, N_("Bank, Hong Kong dollars")),
    AccountKind("bank_cnh", "CNH", "asset", False, N_("Bank, renminbi")),
    AccountKind("fx_clearing_hkd", "HKD", "asset", False, N_("Exchange clearing, HKD")),
    AccountKind("fx_clearing_cnh", "CNH", "asset", False, N_("Exchange clearing, renminbi")),
    AccountKind("fx_realised", "HKD", "income", False, N_("Exchange gain or loss, realised")),
    AccountKind("fx_unrealised", "HKD", "income", False, N_("Exchange gain or loss, unrealised")),
    AccountKind("fx_spread_cost", "HKD", "cost", False, N_("Cost of the bank's exchange spread")),
    AccountKind("voucher_receivable", "HKD", "asset", True, N_("Receivable from a programme")),
    AccountKind("voucher_payable", "HKD", "liability", True, N_("Voucher owed to a customer")),
    AccountKind("voucher_owed", "HKD", "asset", True, N_("Voucher owed back by a customer")),
    # The two sides of a memorandum: they cancel out, and their bound is the credit limit.
    AccountKind("credit_line", "HKD", "asset", True, N_("Credit line left to a customer"), True),
    AccountKind("credit_lines", "HKD", "asset", False, N_("Credit lines, counterpart")),
    # Money of the auction: received, then bound for centre and operator until a slot is delivered.
    AccountKind("auction_clearing", "HKD", "liability", False, N_("Auction, clearing")),
    AccountKind("auction_owed", "HKD", "liability", True, N_("Auction, slots not delivered yet")),
    AccountKind("auction_rent", "HKD", "liability", False, N_("Auction, rent not earned yet")),
    AccountKind("auction_income", "HKD", "income", False, N_("Auction, rent, fees and residue")),
    AccountKind("auction_credit", "HKD", "cost", False, N_("Auction, credits for failed slots")),
    AccountKind("auction_resale", "HKD", "cost", False, N_("Auction, proceeds of resold slots")),
    AccountKind("bad_debt", "HKD", "cost", False, N_("Bad debts")),
    AccountKind("unbilled", "HKD", "asset", True, N_("Charged to a customer, not yet invoiced")),
    AccountKind("bank_fee", "HKD", "cost", False, N_("Bank fees")),
    AccountKind("tax", "HKD", "liability", False, N_("Tax")),
    AccountKind("rounding", "HKD", "income", False, N_("Rounding differences")),
)

CHART: dict[str, AccountKind] = {row.kind: row for row in _ROWS}
"""Kind → how accounts of that kind behave."""


def kind_of(code: str) -> AccountKind | None:
    """Return the kind of an account code; None if the chart does not know it.

    >>> kind_of("prepaid:F-1").nature, kind_of("prepaid"), kind_of("teapot")
    ('liability', None, None)
    """
    name, colon, owner = code.partition(":")
    kind = CHART.get(name)
    if kind is None or kind.owned != bool(colon) or (colon and not _OWNER.match(owner)):
        return None
    return kind


def account_of(code: str, number: int) -> Account:
    """Return the account that the chart describes by its code.

    Args:
        code: ``payable:SZ-NSCC``.
        number: its id.

    Raises:
        Invalid: the chart does not know the code.

    >>> account_of("payable:SZ-NSCC", 7).asset
    'CNH'
    """
    kind = kind_of(code)
    if kind is None:
        raise Invalid(
            "ledger.chart",
            N_("The chart of accounts has no account {account}."),
            hint=N_("Kinds are {kinds}; some take an owner: prepaid:F-…"),
            account=code,
            kinds=", ".join(CHART),
        )
    owner = code.partition(":")[2]
    return Account(number, code, kind.asset, owner, debit_bound=kind.debit_bound)
