"""Voucher programmes as data: versions with dates, rates, ceilings, conditions, grades.

All values are frozen. Money is in minor units of the programme's currency, rates in basis
points (10000 = the whole). None means *not stated*; it never means *no limit*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from entrepot.kernel.period import Dated
from entrepot.kernel.rulebook.condition import Condition, Test
from entrepot.kernel.rulebook.grade import Grade, has_force

WHOLE_BP = 10_000
"""The whole in basis points."""


class Standing(StrEnum):
    """Whether a version is known to be in force; ``unknown`` and ``proposed`` never pay.

    A proposed version holds only in a sandbox that names its programme, and only advises there.
    """

    IN_FORCE = "in_force"
    UNKNOWN = "unknown"
    PROPOSED = "proposed"


class DateRule(StrEnum):
    """Which day chooses the version."""

    CONTRACT = "contract_date"
    APPLICATION = "application_date"
    INVOICE = "invoice_date"


class RateKind(StrEnum):
    """Whether a rate is the most that is paid, or exactly what is paid."""

    CEILING = "ceiling"
    FIXED = "fixed"


class Payout(StrEnum):
    """How the money comes: after a claim, or as a deduction from the bill."""

    CLAIM_THEN_REDEEM = "claim_then_redeem"
    DEDUCTED_AT_PURCHASE = "deducted_at_purchase"


class Ceiling(StrEnum):
    """What limits a voucher; the words are the keys of the rule file."""

    APPLICATION = "cap_per_application"
    FIRM_YEAR = "cap_per_firm_year"
    SOFT_FIRM_YEAR = "soft_cap_per_firm_year"
    FIRM_LIFETIME = "cap_per_firm_lifetime"
    IN_FORCE = "cap_in_force_at_once"
    FUND_YEAR = "fund_per_year"
    FUND_TOTAL = "fund_total"


FUNDS = (Ceiling.FUND_YEAR, Ceiling.FUND_TOTAL)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition on the applicant or the purchase, and the word for its failure.

    Attributes:
        condition: what is compared.
        reason: the rule's own word when the condition is false.
        test: the condition, compiled.
    """

    condition: Condition
    reason: str
    test: Test = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the base, and when it applies.

    Attributes:
        when: all must hold; empty = always.
        rate_bp: share in basis points, 0 to 10000.
        cap_minor: ceiling that belongs to this rate alone; None = none is written.
        grade: grade of this rate; None = the version's.
        tests: ``when``, compiled.
    """

    when: tuple[Condition, ...]
    rate_bp: int
    cap_minor: int | None
    grade: Grade | None
    tests: tuple[Test, ...] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Windows:
    """Days on which an application is taken.

    Attributes:
        known_for: calendar years whose windows are known.
        periods: the windows, first day inclusive, last exclusive.
    """

    known_for: frozenset[int]
    periods: tuple[Dated, ...]

    def open_on(self, day: date) -> bool | None:
        """Say whether an application may be made on ``day``; None = not known.

        >>> spring = Windows(frozenset({2026}), (Dated(date(2026, 5, 6), date(2026, 6, 6)),))
        >>> [spring.open_on(date(y, 6, d)) for y, d in ((2026, 5), (2026, 6), (2025, 5))]
        [True, False, None]
        """
        if any(period.covers(day) for period in self.periods):
            return True
        return False if day.year in self.known_for else None


@dataclass(frozen=True, slots=True)
class Version:
    """A programme as it stands from one day to another.

    Attributes:
        programme: id of the programme.
        validity: [from, to).
        certain_from: before this day the start is in doubt.
        certain_to: from this day on the end is in doubt.
        standing: in force, or unknown.
        recorded_at: day on which the version was written down.
        date_rule: which day chooses the version; None = the text does not say.
        base: what the rate is applied to; None = not stated.
        base_excludes: what does not count towards the base.
        rate_kind: ceiling or fixed.
        rates: in order; the first that holds is taken.
        ceilings: the ceilings that the text speaks of, minor units; None = not stated.
        cap_may_be_lifted: the authority may pay above the firm-year cap.
        years_max: years in which one firm is paid at most; None = none is written.
        projects_max: projects of one firm at most; None = none is written.
        initial_payment_bp: share paid first, for information.
        eligible: conditions, all to hold; None = not stated.
        eligible_not_stated: facts on which the text is silent.
        windows: days of application; None = none are written.
        payout: how the money comes; None = not stated.
        discretionary: an authority decides each case.
        grade, field_grades: how well the version, and single fields, are founded.
        sources: where it is written.
        note, conflict: what a reader must know besides.
        not_stated: keys that the file gives as null, in the file's order.
        row_hash: digest of the row as read; a review record names it.
    """

    programme: str
    validity: Dated
    certain_from: date | None
    certain_to: date | None
    standing: Standing
    recorded_at: date
    date_rule: DateRule | None
    base: str | None
    base_excludes: tuple[str, ...]
    rate_kind: RateKind
    rates: tuple[Rate, ...]
    ceilings: Mapping[Ceiling, int | None]
    cap_may_be_lifted: bool
    years_max: int | None
    projects_max: int | None
    initial_payment_bp: int | None
    eligible: tuple[Requirement, ...] | None
    eligible_not_stated: tuple[str, ...]
    windows: Windows | None
    payout: Payout | None
    discretionary: bool
    grade: Grade
    field_grades: Mapping[str, Grade]
    sources: tuple[str, ...]
    note: str | None
    conflict: str | None
    not_stated: tuple[str, ...]
    row_hash: str

    @property
    def id(self) -> str:
        """Name of the row: the programme and its first day."""
        return f"{self.programme}@{self.validity.from_day.isoformat()}"

    @property
    def fund(self) -> tuple[Ceiling, int] | None:
        """The stated fund, yearly or total; None = not stated."""
        for name in FUNDS:
            limit = self.ceilings.get(name)
            if limit is not None:
                return name, limit
        return None

    def grade_of(self, *fields: str) -> Grade:
        """Return the grade of the first of ``fields`` that has its own, else the version's."""
        for name in fields:
            if name in self.field_grades:
                return self.field_grades[name]
        return self.grade


@dataclass(frozen=True, slots=True)
class Programme:
    """A subsidy programme.

    Attributes:
        id: stable name.
        name: language tag → name.
        place: city, province or region that runs it; None = not stated.
        family: one invoice line is claimed once a family.
        currency: asset code; amounts are never converted.
        stacks_with: programmes that may be joined with it on one line; mutual.
        force: grades that decide by themselves.
        versions: in order of their first day.
    """

    id: str
    name: Mapping[str, str]
    place: str | None
    family: str
    currency: str
    stacks_with: frozenset[str]
    force: frozenset[Grade]
    versions: tuple[Version, ...]

    def decides(self, grade: Grade) -> bool:
        """Say whether a row of ``grade`` pays by itself."""
        return has_force(grade, self.force)
