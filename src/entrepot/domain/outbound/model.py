"""Tax parameters and rules by year of assessment, dated and graded.

Money is in minor units, rates in basis points (10000 = the whole). None means *not stated*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.kernel.rulebook.condition import Condition
from entrepot.kernel.rulebook.grade import Grade, has_force
from entrepot.kernel.rulebook.series import Series

_YEAR = re.compile(r"(?P<first>20[0-9]{2})/(?P<second>[0-9]{2})\Z")


class Unit(StrEnum):
    """Unit of a parameter; money is kept in minor units."""

    BP = "bp"
    BP_OF_SPEND = "bp_of_spend"
    HKD = "HKD"
    EUR = "EUR"


class TaxStanding(StrEnum):
    """Whether a parameter or rule is known to be in force."""

    IN_FORCE = "in_force"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What a rule does to the tax."""

    HALF_RATE = "half_rate_on_qualifying_else_standard"
    STANDARD_RATE = "standard_rate"
    TWO_TIER = "two_tier_rates"
    RD_TYPE_A = "rd_type_a"
    RD_TYPE_B = "rd_type_b"
    PATENT_BOX = "patent_box_rate"
    MINIMUM_TAX = "minimum_tax_notice"


def first_day(year_of_assessment: str) -> date:
    """Return the first day of a year of assessment (1 April).

    Raises:
        ValueError: it is not written as ``2025/26``.

    Source: ``facts/rules/tax.yaml``, 2026-11-21.

    >>> first_day("2025/26")
    datetime.date(2025, 4, 1)
    """
    match = _YEAR.match(year_of_assessment)
    if match is None or (int(match["first"]) + 1) % 100 != int(match["second"]):
        raise ValueError(f"{year_of_assessment} is no year of assessment")
    return date(int(match["first"]), 4, 1)


@dataclass(frozen=True, slots=True)
class TaxSource:
    """Where something was read.

    Attributes:
        key: name in the file.
        url: address; None = none was seen.
        grade: how good it is.
    """

    key: str
    url: str | None
    grade: Grade


@dataclass(frozen=True, slots=True)
class TaxParameter:
    """A rate or limit by year of assessment.

    Attributes:
        id: stable name.
        unit: unit of its values.
        series: first day of the year → value; None = not stated from that year on.
        standing: in force, or unknown.
        grade, field_grades: how well it is founded.
        src: keys of its sources.
        note, conflict: what a reader must know besides.
    """

    id: str
    unit: Unit
    series: Series
    standing: TaxStanding
    grade: Grade
    field_grades: Mapping[str, Grade]
    src: tuple[str, ...]
    note: str | None
    conflict: str | None

    def at(self, year_of_assessment: str, known: date | None = None) -> int | None:
        """Return the value of a year; None = not stated.

        Args:
            year_of_assessment: such as ``2025/26``.
            known: only what was recorded by this day counts; None = all.
        """
        value = self.series.at(first_day(year_of_assessment), known)
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A rule of one topic; the first of a topic that holds decides.

    Attributes:
        id: stable name.
        topic: what it decides.
        starts: first day of its first year of assessment.
        recorded_at: day on which it was written down.
        when: all must hold; empty = always. Money in minor units.
        effect: what it does.
        text: the rule in words.
        standing: in force, or unknown.
        grade: how well it is founded.
        src: keys of its sources.
    """

    id: str
    topic: str
    starts: date
    recorded_at: date
    when: tuple[Condition, ...]
    effect: Effect
    text: str
    standing: TaxStanding
    grade: Grade
    src: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaxBook:
    """The tax file.

    Attributes:
        currency: asset of the tax.
        parameters: id → parameter, in the order of the file.
        rules: in the order of the file.
        sources: key → source.
        force: grades that decide by themselves.
        not_found: what was looked for and not found.
        hash: digest of the file's text.
    """

    currency: str
    parameters: Mapping[str, TaxParameter]
    rules: tuple[TaxRule, ...]
    sources: Mapping[str, TaxSource]
    force: frozenset[Grade]
    not_found: tuple[str, ...]
    hash: str

    def topics(self) -> dict[str, tuple[TaxRule, ...]]:
        """Return topic → its rules in the order in which they are tried."""
        found: dict[str, list[TaxRule]] = {}
        for rule in self.rules:
            found.setdefault(rule.topic, []).append(rule)
        return {topic: tuple(rules) for topic, rules in found.items()}

    def decides(self, item: TaxParameter | TaxRule) -> bool:
        """Say whether a parameter or rule counts by itself, and not as advice alone."""
        return item.standing is TaxStanding.IN_FORCE and has_force(item.grade, self.force)
