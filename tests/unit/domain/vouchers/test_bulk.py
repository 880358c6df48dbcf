"""A bulk run by hand: caps that run, funds that end, columns that cannot be judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.unit.domain.vouchers.voucher_cases import AISS, BEIJING, HANGZHOU

from entrepot.domain.vouchers import bulk
from entrepot.domain.vouchers.bulk import entitle_bulk
from entrepot.domain.vouchers.bulk_answer import BulkAnswer
from entrepot.domain.vouchers.bulk_columns import BulkCases, Cell, Coded, Column, Numbers, encode
from entrepot.domain.vouchers.bulk_share import shares
from entrepot.domain.vouchers.bulk_words import words_of
from entrepot.domain.vouchers.case import Status
from entrepot.domain.vouchers.model import Ceiling, Programme, Standing
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.rulebook.dictionary import FactDictionary

Run = Callable[[BulkCases], BulkAnswer]
DAY = date(2025, 6, 1)


@pytest.fixture
def run(programmes: tuple[Programme, ...], dictionary: FactDictionary) -> Run:
    return lambda cases: entitle_bulk(programmes, dictionary, cases)


def beijing_rows(amounts: list[int], **more: Any) -> BulkCases:
    facts = plain_facts(BEIJING) | more.pop("facts", {})
    body: dict[str, Any] = {"as_of": DAY, "currency": "CNY", "facts": facts} | more
    return BulkCases(
        programme="cn.beijing.ai_voucher", amount_minor=Numbers(np.array(amounts)), **body
    )


def plain_facts(facts: dict[str, object]) -> dict[str, Column | Cell]:
    return {name: value for name, value in facts.items() if isinstance(value, (bool, int, str))}


def paid(answer: BulkAnswer) -> list[int]:
    return answer.amount_minor.tolist()


def statuses(answer: BulkAnswer) -> list[str]:
    return [answer.status(row).value for row in range(len(answer))]


def test_the_cap_of_a_firm_and_year_runs_in_order(run: Run) -> None:
    """Shares of 1.2, 1.2 and 0.2 million; the cap of 2 million cuts the second."""
    amounts = [6_000_000_00, 6_000_000_00, 1_000_000_00]
    answer = run(beijing_rows(amounts, firm=np.array([5, 5, 5])))
    assert paid(answer) == [1_200_000_00, 800_000_00, 0]
    assert answer.bound_names(1) == ("cap_per_firm_year",)
    assert statuses(answer) == ["pays", "pays", "refused"]
    assert answer.explain(2).reasons == ("exhausted: cap_per_firm_year",)


def test_firms_and_years_have_caps_of_their_own(run: Run) -> None:
    days = encode([date(2024, 6, 1), date(2025, 6, 1), date(2024, 6, 2), date(2024, 6, 3)])
    cases = beijing_rows([30_000_000_00] * 4, as_of=days, firm=np.array([1, 1, 2, 1]))
    assert paid(run(cases)) == [2_000_000_00, 2_000_000_00, 2_000_000_00, 0]


def test_what_was_used_before_counts_once(run: Run) -> None:
    used = Numbers(np.array([1_999_999_99, 1_999_999_99]))
    cases = beijing_rows([100_00, 100_00], firm=np.array([1, 1]), used_this_year_minor=used)
    assert paid(run(cases)) == [1, 0]


def test_rows_that_state_different_openings_are_told_exactly(run: Run) -> None:
    used = Numbers(np.array([0, 1_500_000_00, 0]))
    amounts = [2_000_000_00] * 3
    cases = beijing_rows(amounts, firm=np.array([1, 1, 1]), used_this_year_minor=used)
    assert paid(run(cases)) == [400_000_00, 100_000_00, 400_000_00]


def test_no_firm_column_means_a_firm_a_row(run: Run) -> None:
    assert paid(run(beijing_rows([30_000_000_00] * 3))) == [2_000_000_00] * 3


def test_a_fund_that_falls_short_leaves_the_row_to_a_review(run: Run) -> None:
    """A fund of 25: the third claim of 10 is short, the fourth of 4 fits, the fifth is short."""
    facts = plain_facts(HANGZHOU | {"annual_compute_contracts": 600_000_00})
    amounts = Numbers(np.array([50_00, 50_00, 50_00, 20_00, 10_00]))
    cases = BulkCases(
        "cn.hangzhou.compute_voucher", amounts, facts, date(2025, 7, 1), "CNY",
        firm=np.arange(5), fund_left_minor=37_50,
    )  # fmt: skip
    answer = run(cases)
    assert paid(answer) == [15_00, 15_00, 0, 6_00, 0]
    assert answer.advice_minor.tolist() == [0, 0, 7_50, 0, 1_50]
    assert answer.explain(2).reasons == ("fund_short",)
    assert answer.bound_names(4) == ("fund_per_year",)
    assert paid(run(replace(cases, fund_runs=False))) == [15_00, 15_00, 15_00, 6_00, 3_00]


def test_advice_is_not_paid_and_takes_nothing(run: Run) -> None:
    cases = BulkCases(
        "hk.aiss", Numbers(np.array([100_00])), plain_facts(AISS), date(2026, 1, 1), "HKD"
    )
    answer = run(cases)
    assert (paid(answer), answer.advice_minor.tolist()) == ([0], [70_00])
    assert answer.status(0) is Status.NEEDS_REVIEW


def test_every_kind_of_row_has_its_words(run: Run) -> None:
    facts: dict[str, Any] = {
        "registered_in": encode(["beijing", "shanghai", None, "beijing"]),
        "contract_months": Numbers(np.array([12, 13, 1, 0]), np.array([True, True, True, False])),
    }
    words = words_of(run(beijing_rows([100_00, 100_00, 100_00, 0], facts=facts)))
    kinds = [words.kinds[kind] for kind in words.rows]
    assert [(k.reasons, k.missing) for k in kinds] == [
        ((), ()),
        (("not_registered", "contract_too_long"), ()),
        ((), ("registered_in",)),
        (("zero_amount",), ()),
    ]
    assert sum(count for _, count in words.counts()) == 4


def test_pieces_give_what_the_whole_gives(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = beijing_rows(list(range(1, 50)))
    whole = paid(run(cases))
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 7)
    assert paid(run(cases)) == whole


def test_nothing_at_all_is_an_answer(run: Run) -> None:
    assert paid(run(beijing_rows([]))) == []
    assert paid(run(beijing_rows([], firm=np.array([], np.int64)))) == []


@pytest.mark.parametrize(("amount", "rate"), [(9 * 10**15, 9999), (9 * 10**15 - 1, 7), (4, 2000)])
def test_shares_are_exact(amount: int, rate: int) -> None:
    expected = amount * rate // 10_000
    numbers = np.array([amount])
    assert shares(numbers, rate).tolist() == [expected]
    assert shares(numbers, np.array([rate])).tolist() == [expected]


# --- bad input


def refusal(run: Run, cases: BulkCases) -> Invalid:
    with pytest.raises(Invalid) as caught:
        run(cases)
    return caught.value


def test_a_negative_amount_is_refused_with_its_row(run: Run) -> None:
    error = refusal(run, beijing_rows([1, -5]))
    assert str(error).startswith("amount_minor, row 2 is -5")


def test_a_fault_in_a_later_piece_is_named_by_its_row_in_the_whole(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 2)
    error = refusal(run, beijing_rows([1, 2, 3, 4, 5, -5]))
    assert str(error).startswith("amount_minor, row 6 is -5")
    column = Coded(np.array([1, 1, 1, 2]), ("finance",))
    faulty = beijing_rows([1, 2, 3, 4], facts={"sector": column})
    assert refusal(run, faulty).code == "vouchers.bulk_code"
    undated = beijing_rows([1, 2, 3], as_of=encode([DAY, DAY, None]))
    assert refusal(run, undated).params["row"] == 3


def test_an_opening_that_is_no_amount_is_refused_without_rows_too(run: Run) -> None:
    for amounts in ([], [1]):
        error = refusal(run, beijing_rows(amounts, used_this_year_minor=-1))
        assert error.code == "vouchers.amount"


def test_an_amount_beyond_the_ledger_is_refused(run: Run) -> None:
    assert refusal(run, beijing_rows([9 * 10**15 + 1])).code == "vouchers.amount"


def test_a_missing_amount_is_asked_for_whatever_stands_there(run: Run) -> None:
    known = Numbers(np.array([-7, 100_00]), np.array([False, True]))
    answer = run(replace(beijing_rows([1, 1]), amount_minor=known))
    assert statuses(answer) == ["needs_info", "pays"]


def test_columns_of_other_lengths_are_refused(run: Run) -> None:
    cases = beijing_rows([1, 2], facts={"sector": encode(["finance"])})
    assert refusal(run, cases).fields == {"sector": "length"}


def test_a_code_without_a_value_is_refused(run: Run) -> None:
    column = Coded(np.array([2]), ("finance",))
    assert refusal(run, beijing_rows([1], facts={"sector": column})).code == "vouchers.bulk_code"


def test_a_row_without_a_day_is_refused(run: Run) -> None:
    assert refusal(run, beijing_rows([1, 2], as_of=encode([DAY, None]))).params["row"] == 2


def test_unknown_names_are_refused(run: Run) -> None:
    assert "sector" in refusal(run, beijing_rows([1], facts={"sectr": "x"})).render_hint()
    with pytest.raises(NotFound):
        run(replace(beijing_rows([1]), programme="cn.beijing.ai_vouchr"))


def test_true_and_one_are_different_values(run: Run) -> None:
    """1 is no truth: the fact is missing, as in a single case."""
    answer = run(beijing_rows([100_00] * 2, facts={"related_party": encode([False, 0])}))
    assert statuses(answer) == ["pays", "needs_info"]


def test_a_lifetime_with_a_fund_of_its_own_year(
    programmes: tuple[Programme, ...], dictionary: FactDictionary
) -> None:
    """Lifetime 30 lies around years of 20: 20 in the first, 10 in the second, then nothing."""
    ceilings = {Ceiling.FIRM_YEAR: 20, Ceiling.FIRM_LIFETIME: 30}
    changed = tuple(
        replace(one, versions=tuple(replace(v, ceilings=ceilings) for v in one.versions))
        for one in programmes
    )
    days = encode([date(2024, 6, 1), date(2025, 6, 1), date(2025, 7, 1)])
    cases = beijing_rows([10_00] * 3, as_of=days, firm=np.array([1, 1, 1]))
    answer = entitle_bulk(changed, dictionary, cases)
    assert paid(answer) == [20, 10, 0]
    assert [answer.bound_names(row) for row in range(3)] == [
        ("cap_per_firm_year",),
        ("cap_per_firm_lifetime",),
        ("cap_per_firm_lifetime",),
    ]


def test_a_proposal_is_only_what_if(
    programmes: tuple[Programme, ...], dictionary: FactDictionary
) -> None:
    """A proposed version holds where it is assumed, and then it advises."""
    proposed = tuple(
        replace(one, versions=tuple(replace(v, standing=Standing.PROPOSED) for v in one.versions))
        for one in programmes
    )
    cases = beijing_rows([100_00])
    assumed = replace(cases, what_if=frozenset({cases.programme}))
    answers = [entitle_bulk(proposed, dictionary, one) for one in (cases, assumed)]
    assert [statuses(answer) for answer in answers] == [["refused"], ["needs_review"]]
    assert answers[1].advice_minor.tolist() == [20_00]
    assert words_of(answers[1]).kinds[0].reasons == answers[1].explain(0).reasons
