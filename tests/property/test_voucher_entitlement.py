"""Laws of entitlement on random cases; an independent oracle; stacking and reservation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from tests.property.voucher_oracle import (
    DICTIONARY,
    FACTS,
    PROGRAMMES,
    RAW,
    cases,
    friendly,
    oracle,
)

from entrepot.domain.vouchers import caps, rate
from entrepot.domain.vouchers.case import Entitlement, EntitlementCase, Status
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.read_case import read_case
from entrepot.domain.vouchers.reserve import Exhausted, LimitKey, reserve
from entrepot.domain.vouchers.stacking import best_combination
from entrepot.kernel.money import CNY, Amount


def disagreement(case: EntitlementCase) -> str:
    answer = entitle(PROGRAMMES, DICTIONARY, case)
    ours = (answer.status.value, answer.amount_minor + answer.advice_minor)
    return "" if ours == oracle(case) else f"{ours} but the oracle says {oracle(case)}"


# --- laws


@given(cases())
def test_the_oracle_agrees(case: EntitlementCase) -> None:
    assert disagreement(case) == ""


BEIJING = read_case({
    "programme": "cn.beijing.ai_voucher", "as_of": "2025-06-01", "amount_minor": 999,
    "currency": "CNY", "used_this_year_minor": 0, "facts": friendly(RAW["cn.beijing.ai_voucher"]
    ["versions"][0]),
})  # fmt: skip


def test_the_oracle_catches_a_planted_bug(monkeypatch: Any) -> None:
    """Rounding up instead of down must not pass unseen."""
    assert disagreement(BEIJING) == ""

    def upwards(amount_minor: int, rate_bp: int) -> int:
        return -(-amount_minor * rate_bp // rate.WHOLE_BP)

    monkeypatch.setattr(caps, "share_minor", upwards)
    assert disagreement(BEIJING) == "('pays', 200) but the oracle says ('pays', 199)"


def test_the_oracle_catches_a_forgotten_count(monkeypatch: Any) -> None:
    case = replace(BEIJING, used_this_year_minor=199_999_900, amount_minor=10**9)
    assert disagreement(case) == ""
    honest: Callable[..., tuple[caps.Bound, ...]] = caps.bounds_of

    def forgetful(sitting: Any, chosen: Any) -> tuple[caps.Bound, ...]:
        blank = replace(sitting.case, used_this_year_minor=0)
        return honest(replace(sitting, case=blank), chosen)

    monkeypatch.setattr(caps, "bounds_of", forgetful)
    assert disagreement(case) != ""


@given(cases())
def test_only_pays_carries_an_amount_and_no_bound_is_passed(case: EntitlementCase) -> None:
    answer = entitle(PROGRAMMES, DICTIONARY, case)
    total = answer.amount_minor + answer.advice_minor
    assert (answer.amount_minor > 0) == (answer.status is Status.PAYS)
    assert answer.advice_minor == 0 or answer.status is Status.NEEDS_REVIEW
    assert 0 <= total <= (case.amount_minor or 0)
    if answer.version is None or total == 0:
        return
    for name, limit in answer.version.ceilings.items():
        waived = name.value.startswith("soft") and case.facts.get("soft_cap_waived") is True
        assert limit is None or waived or total <= limit
    yearly = answer.version.ceilings.get(caps.Ceiling.FIRM_YEAR)
    if yearly is not None:
        assert total + (case.used_this_year_minor or 0) <= yearly
    assert total * 10000 <= (case.amount_minor or 0) * (answer.rate_bp or 0)


def with_ceiling(programme: Programme, name: caps.Ceiling, limit: int) -> Programme:
    versions = tuple(replace(v, ceilings={**v.ceilings, name: limit}) for v in programme.versions)
    return replace(programme, versions=versions)


@given(cases(), st.sampled_from(list(caps.Ceiling)), st.integers(1, 10**10), st.integers(1, 10**10))
def test_a_higher_cap_never_pays_less(
    case: EntitlementCase, name: caps.Ceiling, one: int, other: int
) -> None:
    def total(limit: int) -> int:
        changed = [
            with_ceiling(p, name, limit) if p.id == case.programme else p for p in PROGRAMMES
        ]
        answer = entitle(changed, DICTIONARY, case)
        return answer.amount_minor + answer.advice_minor

    assert total(min(one, other)) <= total(max(one, other))


@given(cases(), st.integers(0, 10**12))
def test_a_larger_amount_never_pays_less(case: EntitlementCase, more: int) -> None:
    def total(amount: int) -> int:
        answer = entitle(PROGRAMMES, DICTIONARY, replace(case, amount_minor=amount))
        return answer.amount_minor + answer.advice_minor

    base = min(case.amount_minor or 0, 10**15)
    assert total(base) <= total(base + more)


def paying_cases() -> list[EntitlementCase]:
    found: list[EntitlementCase] = []
    for programme in PROGRAMMES:
        for raw in RAW[programme.id]["versions"]:
            facts = friendly(raw)
            for item in raw["rates"]:
                facts |= {k: 1 if isinstance(v, dict) else v[0] if isinstance(v, list) else v
                          for k, v in item["when"].items()}  # fmt: skip
            day = date(2026, 5, 6) if "windows" in raw else raw.get("certain_from") or raw["from"]
            found.append(read_case({
                "programme": programme.id, "as_of": day, "facts": facts, "amount_minor": 10**7,
                "currency": programme.currency, "used_this_year_minor": 0,
            }))  # fmt: skip
    return [c for c in found if entitle(PROGRAMMES, DICTIONARY, c).status is Status.PAYS]


def test_a_missing_fact_never_pays_whichever_is_dropped() -> None:
    """Exhaustive over facts × paying cases; null counts as missing for every fact read."""
    paying = paying_cases()
    assert len(paying) >= 6
    for case in paying:
        read = {
            line.params["fact"]
            for line in entitle(PROGRAMMES, DICTIONARY, case).lines
            if line.step == "eligibility"
        }
        assert read
        for name in read:
            for facts in ({k: v for k, v in case.facts.items() if k != name},
                          {**case.facts, name: None}):  # fmt: skip
                answer = entitle(PROGRAMMES, DICTIONARY, replace(case, facts=facts))
                assert answer.status is Status.NEEDS_INFO and name in answer.missing


@given(cases(), st.data())
def test_dropping_a_fact_never_raises_the_status_to_pays(
    case: EntitlementCase, data: st.DataObject
) -> None:
    """A fact with a default excepted: its absence means the default by declaration."""
    before = entitle(PROGRAMMES, DICTIONARY, case)
    plain = sorted(name for name in case.facts if FACTS[name].default is None)
    if before.status is Status.PAYS or not plain:
        return
    name = data.draw(st.sampled_from(plain))
    facts = {k: v for k, v in case.facts.items() if k != name}
    assert entitle(PROGRAMMES, DICTIONARY, replace(case, facts=facts)).status is not Status.PAYS


# --- stacking and reservation


@st.composite
def offers(draw: st.DrawFn) -> list[Entitlement]:
    count = draw(st.integers(0, 7))
    names = [f"p{n}" for n in range(count)]
    pairs = [(a, b) for a in names for b in names if a < b]
    joined = draw(st.sets(st.sampled_from(pairs))) if pairs else set[tuple[str, str]]()
    return [
        Entitlement(
            "n", name, date(2026, 1, 1), draw(st.sampled_from("fgh")), "CNY",
            frozenset({b for a, b in joined if a == name} | {a for a, b in joined if b == name}),
            Status.PAYS, amount_minor=draw(st.integers(1, 50)),
        )
        for name in names
    ]  # fmt: skip


@given(offers(), st.integers(0, 120))
@example([], 0)
def test_the_best_combination_is_the_best_of_all_subsets(
    given_offers: list[Entitlement], invoice: int
) -> None:
    best = 0
    for mask in range(1 << len(given_offers)):
        group = [e for n, e in enumerate(given_offers) if mask >> n & 1]
        lawful = all(
            a.family != b.family and a.programme in b.stacks_with
            for a in group
            for b in group
            if a is not b
        )
        if lawful:
            best = max(best, min(invoice, sum(e.amount_minor for e in group)))
    found = best_combination(given_offers, Amount(invoice, CNY))
    assert found.total.minor == best
    assert found.to_pay.minor == invoice - best >= 0
    granted = {e.programme: e.amount_minor for e in given_offers}
    assert all(0 < part.minor <= granted[p] for p, part in found.parts)


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 60)), max_size=30),
    st.integers(1, 100),
    st.integers(1, 150),
)
def test_no_sequence_of_reservations_passes_a_limit(
    claims: list[tuple[str, int]], firm_limit: int, fund_limit: int
) -> None:
    counters: dict[str, int] = {}
    refused = 0
    for firm, amount in claims:
        keys = [LimitKey("firm", firm, firm_limit), LimitKey("fund", "fund", fund_limit)]
        after = reserve(counters, keys, amount)
        if isinstance(after, Exhausted):
            refused += 1
            assert after.left_minor < amount
        else:
            counters = after
        assert counters.get("fund", 0) <= fund_limit
        assert all(counters.get(name, 0) <= firm_limit for name in "AB")
    assert counters.get("fund", 0) == counters.get("A", 0) + counters.get("B", 0)
    assert refused or counters.get("fund", 0) == sum(amount for _, amount in claims)
