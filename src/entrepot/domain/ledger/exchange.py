"""Exchange of one asset for another: a linked pair through the two clearing accounts.

    debit account   ── amount given ──▶  clearing of the given asset
    clearing of the received asset  ── amount received ──▶  credit account

Each leg balances in its own asset; what the clearing accounts hold is the open position.
"""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.money import Amount


@dataclass(frozen=True, slots=True)
class ExchangeLeg:
    """One side of an exchange.

    Attributes:
        transfer_id: id of the transfer.
        account: the account that gives or receives.
        amount: of the account's asset, > 0.
    """

    transfer_id: str
    account: str
    amount: Amount


def clearing(asset: str) -> str:
    """Return the code of the clearing account of an asset.

    >>> clearing("CNH")
    'fx_clearing_cnh'
    """
    return f"fx_clearing_{asset.lower()}"


def exchange_pair(
    given: ExchangeLeg,
    received: ExchangeLeg,
    *,
    group: str,
    cause: str,
    code: str = "fx",
    phase: Phase = Phase.POSTED,
) -> tuple[Transfer, Transfer]:
    """Return the two linked transfers of an exchange.

    Args:
        given: account debited (a cost, or a bank account is credited by the mirror pair).
        received: account credited in the other asset.
        group: link group, unique to the exchange.
        cause: id of the rate snapshot or batch behind it.
        code: kind of posting.
        phase: ``posted``, or ``pending`` while the legs wait for their confirmation.

    Raises:
        ValueError: both legs are of one asset.

    >>> from entrepot.kernel.money import CNH, HKD
    >>> pair = exchange_pair(
    ...     ExchangeLeg("T1", "cost_of_compute", Amount(1100, HKD)),
    ...     ExchangeLeg("T2", "payable:C", Amount(1000, CNH)), group="X-1", cause="X-1")
    >>> [(one.debit, one.credit) for one in pair]
    [('cost_of_compute', 'fx_clearing_hkd'), ('fx_clearing_cnh', 'payable:C')]
    """
    if given.amount.asset == received.amount.asset:
        raise ValueError("an exchange has two assets")
    out = clearing(given.amount.asset.code)
    into = clearing(received.amount.asset.code)
    return (
        _leg(given, given.account, out, group, cause, code, phase),
        _leg(received, into, received.account, group, cause, code, phase),
    )


def _leg(
    leg: ExchangeLeg, debit: str, credit: str, group: str, cause: str, code: str, phase: Phase
) -> Transfer:
    return Transfer(
        leg.transfer_id,
        debit,
        credit,
        leg.amount.minor,
        leg.amount.asset.code,
        code,
        phase,
        link_group=group,
        cause=cause,
    )
