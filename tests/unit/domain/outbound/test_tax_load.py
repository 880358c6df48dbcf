"""The tax file: values by year, standing, and faults named with their line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import entrepot.kernel
from entrepot.domain.outbound.load import load_tax
from entrepot.domain.outbound.model import Effect, TaxBook, first_day
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.load import load_dictionary

RULES = Path(entrepot.kernel.__file__).parents[1] / "facts" / "rules"


@pytest.fixture(scope="module")
def dictionary() -> FactDictionary:
    return load_dictionary((RULES / "dictionary.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def text() -> str:
    return (RULES / "tax.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def book(text: str, dictionary: FactDictionary) -> TaxBook:
    return load_tax(text, "tax.yaml", dictionary)


def test_the_shipped_file(book: TaxBook) -> None:
    assert (len(book.parameters), len(book.rules)) == (14, 7)
    assert list(book.topics()) == ["rate", "rd_deduction", "ip", "minimum_tax"]
    assert [rule.effect for rule in book.topics()["rate"]] == [
        Effect.HALF_RATE,
        Effect.STANDARD_RATE,
        Effect.TWO_TIER,
    ]


@pytest.mark.parametrize(
    ("name", "year", "value"),
    [
        ("hk.two_tier.corp.rate", "2026/27", 825),
        ("hk.two_tier.corp.rate", "2017/18", None),
        ("hk.two_tier.limit", "2018/19", 2_000_000_00),
        ("hk.rd.type_b.tier1", "2024/25", 30_000),
        ("hk.patent_box.rate", "2022/23", None),
        ("hk.patent_box.rate", "2023/24", 500),
        ("hk.one_off_reduction.cap", "2024/25", None),
        ("hk.one_off_reduction.cap", "2025/26", 3_000_00),
        ("hk.one_off_reduction.cap", "2026/27", None),
        ("hk.minimum_tax.group_revenue", "2025/26", 750_000_000_00),
    ],
)
def test_values_by_year(book: TaxBook, name: str, year: str, value: int | None) -> None:
    assert book.parameters[name].at(year) == value


def test_what_was_not_yet_recorded_has_no_value(book: TaxBook) -> None:
    rate = book.parameters["hk.corp.rate"]
    assert rate.at("2025/26", date(2026, 11, 21)) == 1650
    assert rate.at("2025/26", date(2026, 11, 20)) is None


def test_the_example_of_the_page(book: TaxBook) -> None:
    limit, low, high = (
        book.parameters[name].at("2025/26") or 0
        for name in ("hk.two_tier.limit", "hk.two_tier.corp.rate", "hk.corp.rate")
    )
    profits = 5_000_000_00
    assert (low * limit + high * (profits - limit)) // 10_000 == 660_000_00


def test_weak_or_unknown_figures_only_advise(book: TaxBook) -> None:
    advised = [p.id for p in book.parameters.values() if not book.decides(p)]
    assert advised == [
        "hk.patent_box.rate",
        "hk.minimum_tax.rate",
        "hk.minimum_tax.group_revenue",
    ]
    assert [r.id for r in book.rules if not book.decides(r)] == ["hk.patent_box", "hk.minimum_tax"]


def test_bounds_on_money_are_in_minor_units(book: TaxBook) -> None:
    (bound,) = book.topics()["minimum_tax"][0].when
    assert bound.value == 750_000_000_00
    assert book.rules[0].when[0].value is True


FAULTS = [
    ("currency: HKD", "currency: XXX", "XXX is no asset"),
    ("schema: entrepot.tax/1", "schema: entrepot.tax/9", "schema must be entrepot.tax/1"),
    ("- id: hk.corp.rate", "- id: hk.two_tier.limit", "hk.two_tier.limit stands there twice"),
    ('series: {"2023/24": 500}', 'series: {"2023/25": 500}', "2023/25 is no year of assessment"),
    ('series: {"2023/24": 500}', 'series: {"2023/24": -5}', "outside 0 to"),
    ('series: {"2023/24": 500}', "series: {}", "states no year"),
    ("- [elects_half_rate_regime, eq, true]", "- [elects_half_rate, eq, true]", "no fact of scope"),
    ("effect: rd_type_a", "effect: rd_type_c", "effect should be"),
    ("  topic: ip", "  topics: ip", "topics is not known"),
    ("src: [none_seen]\n  note", "src: [nobody]\n  note", "must name sources of the file"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_a_fault_is_named_with_its_line(
    text: str, dictionary: FactDictionary, old: str, new: str, said: str
) -> None:
    assert text.count(old) == 1
    with pytest.raises(Invalid) as caught:
        load_tax(text.replace(old, new), "tax.yaml", dictionary)
    assert said in str(caught.value) and "tax.yaml, line " in str(caught.value)


@pytest.mark.parametrize("wrong", ["2025", "2025/27", "25/26", "2025/26 "])
def test_a_year_of_assessment_has_one_form(wrong: str) -> None:
    with pytest.raises(ValueError, match="no year of assessment"):
        first_day(wrong)


def test_the_turn_of_the_century_is_no_fault() -> None:
    assert first_day("2099/00") == date(2099, 4, 1)
