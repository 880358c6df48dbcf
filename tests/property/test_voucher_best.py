"""The best combination against every set of programmes, each judged beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.property.voucher_oracle import DICTIONARY, PROGRAMMES

from entrepot.domain.vouchers import stacking
from entrepot.domain.vouchers.case import Entitlement, EntitlementCase, OtherClaim, Status
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Ceiling, Programme, RateKind
from entrepot.kernel.money import CNY, Amount

DAY = date(2025, 6, 1)
BEIJING = next(p for p in PROGRAMMES if p.id == "cn.beijing.ai_voucher")
FACTS: dict[str, object] = {"line_already_claimed_in_family": False}
UNLAWFUL = {"no_stacking", "already_claimed"}


def made(name: str, family: str, stacks: set[str], rate_bp: int, cap: int, fund: int) -> Programme:
    """Return a programme whose only terms are a rate, a cap an application and a fund."""
    (version,) = (v for v in BEIJING.versions if v.validity.from_day <= DAY)
    rate = replace(version.rates[0], rate_bp=rate_bp, when=(), cap_minor=None)
    version = replace(
        version,
        rates=(rate,),
        rate_kind=RateKind.FIXED,
        eligible=(),
        ceilings={Ceiling.APPLICATION: cap, Ceiling.FUND_TOTAL: fund},
        windows=None,
    )
    return replace(
        BEIJING, id=name, family=family, stacks_with=frozenset(stacks), versions=(version,)
    )


@st.composite
def markets(draw: st.DrawFn) -> list[Programme]:
    """Return up to five programmes with random terms, families and mutual stacking."""
    names = [f"p{n}" for n in range(draw(st.integers(1, 5)))]
    pairs = list(combinations(names, 2))
    joined = draw(st.sets(st.sampled_from(pairs))) if pairs else set[tuple[str, str]]()
    few = st.integers(1, 60)
    return [
        made(
            name,
            draw(st.sampled_from("fgh")),
            {a for pair in joined for a in pair if name in pair} - {name},
            draw(st.sampled_from((500, 2000, 5000, 9000, 10_000))),
            draw(few),
            draw(few),
        )
        for name in names
    ]


def paid(
    market: Sequence[Programme], name: str, invoice: int, others: dict[str, int]
) -> Entitlement:
    """Judge one programme with the others of the line stated, by the law's own order."""
    claims = tuple(OtherClaim(other, amount) for other, amount in others.items())
    case = EntitlementCase(
        name, name, DAY, FACTS, invoice, "CNY", used_this_year_minor=0, other_claims=claims
    )
    return entitle(market, DICTIONARY, case)


def of_all_sets(market: Sequence[Programme], invoice: int) -> int:
    """Return the most that any lawful set pays: the sets are tried one by one.

    Whom a short fund leaves to a review alone takes no part, whatever others leave to pay.
    """
    alone = {programme.id: paid(market, programme.id, invoice, {}) for programme in market}
    names = [name for name, answer in alone.items() if answer.status is Status.PAYS]
    groups = [g for size in range(len(names) + 1) for g in combinations(names, size)]
    return max(_together(market, group, invoice) for group in groups)


def _together(market: Sequence[Programme], group: Sequence[str], invoice: int) -> int:
    """Return what a set pays, each after those before it; 0 if one refuses another."""
    amounts: dict[str, int] = {}
    for name in group:
        answer = paid(market, name, invoice, amounts)
        if UNLAWFUL & set(answer.reasons):
            return 0
        amounts[name] = answer.amount_minor
    return sum(amounts.values())


def disagreement(market: Sequence[Programme], invoice: int) -> str:
    """Say where the solver and the trial of all sets differ; empty = nowhere."""
    alone = [paid(market, programme.id, invoice, {}) for programme in market]
    found = stacking.best_combination(
        [one for one in alone if one.status is Status.PAYS], Amount(invoice, CNY)
    )
    most = of_all_sets(market, invoice)
    if (found.total.minor, found.to_pay.minor) != (most, invoice - most):
        return f"{found.total.minor} but all sets say {most}"
    names = [name for name, _amount in found.parts]
    return "" if _together(market, names, invoice) == most else f"{names} is not lawful"


TRAP = [
    made("a", "f", {"b"}, 10_000, 60, 999),
    made("b", "g", {"a"}, 10_000, 50, 999),
    made("c", "h", set(), 10_000, 100, 999),
]
"""Two that stack pay 110; the largest alone pays 100."""

SHORT = [made("a", "f", {"b"}, 5_000, 2, 2), made("b", "g", {"a"}, 9_000, 3, 2)]
"""The second's fund is short of its claim, and would cover what the first leaves of 4."""


@given(markets(), st.integers(1, 150))
@example(TRAP, 1000)
@example(TRAP, 105)
@example(SHORT, 4)
def test_no_lawful_set_leaves_less(market: list[Programme], invoice: int) -> None:
    assert disagreement(market, invoice) == ""


def test_a_greedy_choice_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(rest: Sequence[Entitlement], *_more: Any) -> Iterator[tuple[Entitlement, ...]]:
        group: tuple[Entitlement, ...] = ()
        for one in sorted(rest, key=lambda e: -e.amount_minor):
            if all(stacking.may_join(one, member) for member in group):
                group = (*group, one)
        yield group

    assert disagreement(TRAP, 1000) == ""
    monkeypatch.setattr(stacking, "_groups", greedy)
    assert disagreement(TRAP, 1000) == "100 but all sets say 110"


def test_a_choice_that_forgets_families_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    kin = [replace(one, family="f") for one in TRAP]
    assert disagreement(kin, 1000) == ""

    def blind(one: Entitlement, other: Entitlement) -> bool:
        return other.programme in one.stacks_with

    monkeypatch.setattr(stacking, "may_join", blind)
    assert disagreement(kin, 1000) != ""


def test_every_lawful_combination_is_counted() -> None:
    """Of n that all stack there are 2ⁿ − 1, until one covers the invoice."""
    names = "abcd"
    market = [made(n, n, set(names) - {n}, 10_000, 10, 999) for n in names]
    alone = [paid(market, name, 1000, {}) for name in names]
    assert stacking.best_combination(alone, Amount(1000, CNY)).tried == 15
    tried = [stacking.best_combination(alone, Amount(m, CNY)).tried for m in (0, 10, 20, 30, 40)]
    assert tried[:2] == [0, 4]
    assert all(a < b for a, b in pairwise(tried)) and tried[-1] == 15
