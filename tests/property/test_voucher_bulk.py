"""A bulk run and the single path, row by row: the same amounts, bounds and words, exactly."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.bulk_cases import (
    answers,
    crowded_cases,
    differences,
    random_cases,
    single_row,
)
from tests.property.voucher_oracle import DICTIONARY, PAYING, PROGRAMMES, RAW

from entrepot.domain.vouchers import bulk, bulk_check, bulk_run
from entrepot.domain.vouchers.bulk import entitle_bulk
from entrepot.domain.vouchers.bulk_columns import BulkCases, Numbers, encode
from entrepot.domain.vouchers.bulk_limits import BOUNDS
from entrepot.domain.vouchers.bulk_step import STATUSES, Step
from entrepot.domain.vouchers.case import Entitlement
from entrepot.domain.vouchers.model import Ceiling, Programme

SEEDS = st.integers(0, 2**32)


def drawn(seed: int, rows_max: int = 60) -> tuple[BulkCases, np.random.Generator]:
    draw = np.random.default_rng(seed)
    programmes = PAYING if draw.random() < 0.7 else sorted(RAW)
    programme = programmes[draw.integers(len(programmes))]
    return random_cases(programme, int(draw.integers(0, rows_max)), draw), draw


def capped(programme: str, draw: np.random.Generator) -> tuple[Programme, ...]:
    """Give the versions of a programme ceilings that its text does not have."""
    found: list[Programme] = []
    for one in PROGRAMMES:
        versions = one.versions
        if one.id == programme:
            versions = tuple(
                replace(version, ceilings={**version.ceilings, **random_ceilings(draw)})
                for version in versions
            )
        found.append(replace(one, versions=versions))
    return tuple(found)


def random_ceilings(draw: np.random.Generator) -> dict[Ceiling, int]:
    return {name: int(10 ** draw.uniform(2, 10)) for name in Ceiling if draw.random() < 0.45}


def crowded(seed: int) -> tuple[BulkCases, tuple[Programme, ...]]:
    draw = np.random.default_rng(seed)
    programme = PAYING[draw.integers(len(PAYING))]
    cases = crowded_cases(programme, int(draw.integers(0, 60)), draw)
    return cases, capped(programme, draw)


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_bulk_agrees_with_the_single_path(seed: int) -> None:
    cases, _ = drawn(seed)
    assert differences(cases) == []


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_bulk_agrees_under_any_ceilings(seed: int) -> None:
    cases, draw = drawn(seed)
    assert differences(cases, capped(cases.programme, draw)) == []


def test_the_random_cases_reach_every_step() -> None:
    met: Counter[int] = Counter()
    for seed in range(250):
        cases, _ = drawn(seed)
        met.update(entitle_bulk(PROGRAMMES, DICTIONARY, cases).steps.tolist())
    assert {Step(step) for step in met} == set(Step)


@given(SEEDS)
@settings(max_examples=120, deadline=None)
def test_bulk_agrees_where_caps_and_funds_decide(seed: int) -> None:
    assert differences(*crowded(seed)) == []


def disagreements() -> int:
    return sum(len(differences(*crowded(seed))) for seed in range(60))


def test_a_forgotten_lifetime_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the lifetime cuts must not count against the year."""
    assert disagreements() == 0
    honest = bulk_run.Run._within_firm

    def forgetful(self: Any) -> Any:
        found = honest(self)
        if self.year is not None and self.life is not None and self.year.scope is not None:
            self.year.before = self.year.scope.before(self._paid(self.claims))
            return np.minimum(found, self.year.left())
        return found

    monkeypatch.setattr(bulk_run.Run, "_within_firm", forgetful)
    assert disagreements() > 0


def test_a_closed_form_where_rows_disagree_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of one firm that state different openings must be reckoned one by one."""

    def none_uneven(self: Any) -> Any:
        return np.zeros(0, np.int64)

    monkeypatch.setattr(bulk_run.Run, "_uneven_rows", none_uneven)
    assert disagreements() > 0


def test_sums_beyond_64_bits_are_exact() -> None:
    draw = np.random.default_rng(1)
    rows = 2_000
    amounts = draw.integers(8 * 10**15, 9 * 10**15, rows)
    cases = random_cases("hk.bud.general", rows, draw, amount_minor=Numbers(amounts))
    lavish = capped_at(cases.programme, 9 * 10**15)
    assert differences(cases, lavish) == []


def capped_at(programme: str, limit: int) -> tuple[Programme, ...]:
    ceilings = {Ceiling.FIRM_LIFETIME: limit, Ceiling.FUND_TOTAL: limit}
    return tuple(
        replace(one, versions=tuple(replace(v, ceilings=ceilings) for v in one.versions))
        if one.id == programme
        else one
        for one in PROGRAMMES
    )


# --- pieces, and columns of half the width

WIDTHS = (2**31, 2**32, 2**31 * 10_000 // 2_000, 2**32 // 3, 9 * 10**15)
"""Numbers about which a column changes its width."""


def pieces(seed: int, rows: int) -> tuple[BulkCases, tuple[Programme, ...]]:
    """Return rows that share no counter, with amounts about the bounds of a width."""
    draw = np.random.default_rng(seed)
    cases = crowded_cases(PAYING[draw.integers(len(PAYING))], rows, draw)
    used = about_widths(draw, rows) if draw.random() < 0.7 else int(draw.integers(0, 10**16))
    single = replace(
        cases,
        firm=None,
        fund_left_minor=None,
        amount_minor=about_widths(draw, rows),
        used_this_year_minor=min(used, 9 * 10**15) if isinstance(used, int) else used,
    )
    return single, without_fund(capped(cases.programme, draw))


def about_widths(draw: np.random.Generator, rows: int) -> Numbers:
    most = WIDTHS[draw.integers(len(WIDTHS))]
    near = np.minimum(most + draw.integers(-3, 3, rows), 9 * 10**15)
    found = np.where(draw.random(rows) < 0.5, near, draw.integers(0, most, rows))
    return Numbers(found, draw.random(rows) < 0.9 if draw.random() < 0.3 else None)


def without_fund(programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    funds = (Ceiling.FUND_YEAR, Ceiling.FUND_TOTAL)
    return tuple(
        replace(
            one,
            versions=tuple(
                replace(v, ceilings={k: x for k, x in v.ceilings.items() if k not in funds})
                for v in one.versions
            ),
        )
        for one in programmes
    )


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 15, 16, 17])
def test_rows_about_the_edge_of_a_piece_agree(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 8)
    for seed in range(25):
        assert differences(*pieces(seed, rows)) == []


def width_differences() -> int:
    return sum(len(differences(*pieces(seed, 12))) for seed in range(80))


def test_amounts_about_the_edge_of_a_width_agree() -> None:
    assert width_differences() == 0


@pytest.mark.parametrize("name", ["SMALL_MAX", "UINT32_MAX"])
def test_a_column_made_too_narrow_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_check, name, 2**40)
    assert width_differences() > 0


# --- Beijing's policy over a million firm-years

BEIJING = "cn.beijing.ai_voucher"


def firm_years(rows: int, seed: int) -> BulkCases:
    """Return random applications of firms over three years; nine of ten facts are in order."""
    draw = np.random.default_rng(seed)
    cases = random_cases(BEIJING, rows, draw)
    facts = {
        "registered_in": one_of(draw, rows, ["shanghai", *["beijing"] * 9]),
        "sector": one_of(draw, rows, ["finance", *["manufacturing", "software_it"] * 5]),
        "related_party": one_of(draw, rows, [None, *[False] * 30, True]),
        "contract_months": Numbers(draw.integers(1, 14, rows)),
        "dishonest_record_3y": one_of(draw, rows, [*[False] * 30, True]),
        "other_municipal_compute_subsidy": one_of(draw, rows, [*[False] * 30, True]),
        "contract_already_claimed": one_of(draw, rows, [*[False] * 30, True]),
    }
    return replace(
        cases,
        facts=facts,
        amount_minor=Numbers(draw.integers(0, 3 * 10**9, rows)),
        as_of=one_of(draw, rows, [date(year, 10, 1) for year in (2023, 2024, 2025)]),
        currency="CNY",
        firm=draw.integers(0, max(1, rows // 3), rows),
        used_this_year_minor=0,
        contract=None,
        application=None,
        fund_left_minor=None,
    )


def one_of(draw: np.random.Generator, rows: int, values: list[Any]) -> Any:
    column = encode(values)
    return replace(column, codes=column.codes[draw.integers(0, len(values), rows)])


def test_thousands_of_firm_years_agree() -> None:
    cases = firm_years(3_000, 7)
    assert differences(cases) == []
    paid = entitle_bulk(PROGRAMMES, DICTIONARY, cases).amount_minor
    assert int(paid.sum()) > 0


ROWS = 1_000_000 if settings().max_examples >= 2_000 else 30_000
"""The deep profile of hypothesis takes the whole million, some minutes of single judgements:
``HYPOTHESIS_PROFILE=deep python -m pytest tests/property/test_voucher_bulk.py -k million``."""


@pytest.mark.slow
@pytest.mark.parametrize("firms", [True, False], ids=["caps-running", "a-firm-a-row"])
def test_a_million_firm_years_agree(firms: bool) -> None:
    """Every row of the applications, reckoned singly with plain counters."""
    cases = firm_years(ROWS, 11)
    if not firms:
        used = np.random.default_rng(12).integers(0, 2_100_000_00, ROWS)
        cases = replace(cases, firm=None, used_this_year_minor=Numbers(used))
    found = entitle_bulk(PROGRAMMES, DICTIONARY, cases)
    columns = (found.statuses, found.amount_minor, found.bounds)
    ours = zip(*(column.tolist() for column in columns), strict=True)
    wrong = sum(one != figures(single) for one, single in zip(ours, answers(cases), strict=True))
    assert wrong == 0


def figures(single: Entitlement) -> tuple[int, int, int]:
    """Return status, amount and bounds as a bulk run writes them."""
    _, amount, _, names = single_row(single)
    bits = sum(1 << BOUNDS.index(name) for name in names)
    return (STATUSES.index(single.status), amount, bits)
