"""Reading of a case from plain values."""

from __future__ import annotations

from datetime import date

import pytest

from entrepot.domain.vouchers.case import CaseDates, ClaimsLedger, OtherClaim
from entrepot.domain.vouchers.read_case import read_case
from entrepot.kernel.errors import Invalid


def test_a_full_case() -> None:
    case = read_case({
        "name": "n", "programme": "hk.bud.general", "as_of": "2026-11-21",
        "known": date(2026, 11, 22),
        "facts": {"listed_company": False}, "amount_minor": 7, "currency": "HKD",
        "used_this_year_minor": 1, "fund_left_minor": 2,
        "ledger": {"lifetime_minor": 3, "in_force_minor": 4},
        "other_claims": ["a", {"programme": "b", "amount_minor": 5}],
        "dates": {"contract": "2026-01-01", "invoice": None},
    })  # fmt: skip
    assert case.as_of == date(2026, 11, 21) and case.known == date(2026, 11, 22)
    assert case.ledger == ClaimsLedger(3, 4)
    assert case.other_claims == (OtherClaim("a"), OtherClaim("b", 5))
    assert case.dates == CaseDates(contract=date(2026, 1, 1))
    assert case.days["invoice_date"] == date(2026, 11, 21)


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"amout_minor": 1}, "amout_minor"),
    ({"ledger": {"lifetime": 1}}, "ledger.lifetime"),
    ({"ledger": {"lifetime_minor": None}}, "ledger.lifetime_minor"),
    ({"ledger": {"lifetime_minor": -1}}, "ledger.lifetime_minor"),
    ({"ledger": []}, "ledger"),
    ({"dates": {"contract": "2026-02-30"}}, "dates.contract"),
    ({"dates": {"contract": "20260201"}}, "dates.contract"),
    ({"dates": {"contracts": "2026-02-01"}}, "dates.contracts"),
    ({"other_claims": "hk.aiss"}, "other_claims"),
    ({"other_claims": [{"amount_minor": 1}]}, "other_claims[0].programme"),
    ({"other_claims": [{"programme": "x", "amount": 1}]}, "other_claims[0].amount"),
    ({"facts": [1]}, "facts"),
    ({"as_of": 20261121}, "as_of"),
    ({"as_of": None}, "as_of"),
    ({"programme": ""}, "programme"),
    ({"programme": None}, "programme"),
    ({"name": 5}, "name"),
    ({"amount_minor": 10.0}, "amount_minor"),
]


@pytest.mark.parametrize(("change", "field"), FAULTS)
def test_a_fault_names_its_field(change: dict[str, object], field: str) -> None:
    body: dict[str, object] = {"programme": "hk.aiss", "as_of": "2026-11-21"}
    with pytest.raises(Invalid) as caught:
        read_case(body | change)
    assert list(caught.value.fields) == [field]


def test_the_day_of_law_may_come_from_outside() -> None:
    assert read_case({"programme": "hk.aiss"}, date(2026, 1, 2)).as_of == date(2026, 1, 2)
