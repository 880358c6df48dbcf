"""The chart opens the accounts that the Hong Kong entity needs, and no others."""

from __future__ import annotations

import pytest

from entrepot.domain.ledger.apply import LedgerState, apply
from entrepot.domain.ledger.chain import GENESIS, BatchHead, batch_hash, next_head
from entrepot.domain.ledger.chart import CHART, account_of, kind_of
from entrepot.domain.ledger.exchange import ExchangeLeg, clearing, exchange_pair
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, Amount


def test_prepaid_money_cannot_be_overspent() -> None:
    assert account_of("prepaid:F-1", 1).debit_bound
    assert account_of("prepaid:F-1", 1).owner == "F-1"
    assert [kind.kind for kind in CHART.values() if kind.debit_bound] == ["prepaid", "credit_line"]


def test_centres_are_owed_renminbi() -> None:
    assert account_of("payable:SZ-NSCC", 1).asset == "CNH"
    assert {kind.asset for kind in CHART.values()} == {"HKD", "CNH"}


@pytest.mark.parametrize("code", ["", "teapot", "bank:F-1", "prepaid", "prepaid:", "prepaid:a b"])
def test_unknown_codes_are_refused(code: str) -> None:
    assert kind_of(code) is None
    with pytest.raises(Invalid, match="no account"):
        account_of(code, 1)


def test_an_exchange_balances_in_each_asset() -> None:
    pair = exchange_pair(
        ExchangeLeg("T1", "cost_of_compute", Amount(1_100, HKD)),
        ExchangeLeg("T2", "payable:C", Amount(1_000, CNH)),
        group="X-1",
        cause="X-1",
    )
    codes = {code for leg in pair for code in (leg.debit, leg.credit)}
    state = LedgerState({code: account_of(code, n) for n, code in enumerate(sorted(codes))})
    applied = apply(state, pair)
    assert not applied.refused
    assert applied.balances[clearing("HKD")].credits_posted == 1_100
    assert applied.balances[clearing("CNH")].debits_posted == 1_000
    assert {leg.link_group for leg in pair} == {"X-1"}


def test_an_exchange_needs_two_assets() -> None:
    leg = ExchangeLeg("T1", "bank", Amount(1, HKD))
    with pytest.raises(ValueError, match="two assets"):
        exchange_pair(leg, leg, group="X", cause="X")


def test_the_chain_hashes_every_part() -> None:
    def digest(**change: object) -> str:
        parts: dict[str, object] = {
            "before": BatchHead(1, 5, 10, "aa"),
            "t": 11,
            "opened": [[1, "bank"]],
            "closed": [2],
            "columns": [[6], ["T1"], [5]],
        }
        return batch_hash(**{**parts, **change})  # pyright: ignore[reportArgumentType]

    changes: list[dict[str, object]] = [
        {},
        {"before": BatchHead(2, 5, 10, "aa")},
        {"before": BatchHead(1, 6, 10, "aa")},
        {"before": BatchHead(1, 5, 10, "ab")},
        {"t": 12},
        {"opened": []},
        {"opened": [[1, "bank", ""]]},
        {"closed": []},
        {"columns": [[6], ["T1"], ["5"]]},
        {"columns": [[6, "T1"], [5]]},
    ]
    digests = [digest(**change) for change in changes]
    assert len(set(digests)) == len(changes)
    assert next_head(BatchHead(), 9, 3, "ff") == BatchHead(1, 3, 9, "ff")
    assert BatchHead().hash == GENESIS
