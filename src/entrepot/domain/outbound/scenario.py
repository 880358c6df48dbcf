"""Tax scenarios: what one states, what the rules make of it, and how two of them differ.

Money is in minor units of the tax book's currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from entrepot.kernel.money import Amount, asset_of

Translate = Callable[[str], str]


class TaxStatus(StrEnum):
    """What becomes of a scenario.

    ``counted``: rules with force give the whole answer. ``needs_review``: some rule only advises,
    and its advice stands beside the tax. ``needs_info``: facts are missing or contradictory.
    """

    COUNTED = "counted"
    NEEDS_REVIEW = "needs_review"
    NEEDS_INFO = "needs_info"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One set of facts to be taxed.

    Attributes:
        name: shown beside the answer.
        facts: facts of scope tax, by name of the dictionary; money in minor units.
        known: only what was recorded by this day counts; None = everything.
    """

    name: str
    facts: Mapping[str, object]
    known: date | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule or parameter that was used.

    Attributes:
        id: its name in the tax file, with ``$`` before a parameter's, as rule files write it.
        grade: how well it is founded.
        standing: in force, or unknown.
        value: value of a parameter in the year, basis points or minor units; None for a rule, and
            for a parameter that is not stated.
        text: a rule's own words, or a parameter's note; may be empty.
        sources: addresses.
        recorded_at: day on which it was written down; None for a parameter.
    """

    id: str
    grade: str
    standing: str
    value: int | None
    text: str
    sources: tuple[str, ...]
    recorded_at: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One figure of the computation.

    Attributes:
        name: stable name of the figure, such as ``taxable``.
        minor: its value, minor units.
        title: what it is, English, marked for translation.
        rates: names of places in the title → what stands there: basis points or minor units.
        cites: ids of the rules and parameters behind it; empty = stated by the scenario.
    """

    name: str
    minor: int
    title: str
    rates: Mapping[str, int] = field(default_factory=dict[str, int])
    cites: tuple[str, ...] = ()

    def render(self, currency: str, translate: Translate = str) -> str:
        """Return the title in the language of ``translate``.

        >>> Step("band", 0, "up to {limit_minor} at {rate_bp}",
        ...      {"limit_minor": 100, "rate_bp": 825}).render("HKD")
        'up to HKD 1.00 at 8.25 %'
        """
        words = {name: _written(name, value, currency) for name, value in self.rates.items()}
        return translate(self.title).format(**words)


def _written(name: str, value: int, currency: str) -> str:
    if name.endswith("_minor"):
        return str(Amount(value, asset_of(currency)))
    return f"{value // 100}.{value % 100:02d} %"


@dataclass(frozen=True, slots=True)
class Advice:
    """What a rule without force would say; it is shown and never counted.

    Attributes:
        rule: id of the rule.
        tax_minor: tax if the rule had force; None = the rule only warns.
        grade: its grade; standing: in force, or unknown.
        text: the rule in words.
        sources: addresses.
        cites: ids of the rule and its parameters.
    """

    rule: str
    tax_minor: int | None
    grade: str
    standing: str
    text: str
    sources: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer to a scenario.

    Attributes:
        name: of the scenario.
        year: year of assessment, such as ``2025/26``; None = not stated.
        currency: asset of the money.
        status: counted, needs_review or needs_info.
        tax_minor: profits tax by the rules with force; None where it cannot be said.
        reduction_minor: one-off reduction of the year; 0 where none is stated.
        payable_minor: tax less reduction; None where it cannot be said.
        steps: every figure in order.
        advice: what rules without force would say.
        reasons: why a human must look, such as ``grade_K: hk.patent_box``.
        not_stated: ids of parameters that the sources leave open in the year.
        missing: facts to be asked, sorted.
        conflicts: pairs of facts that contradict each other.
        unusable: fact → why a given value does not count.
        cited: rules and parameters used, by id.
        facts: the values judged.
        book: digest of the tax file.
    """

    name: str
    year: str | None
    currency: str
    status: TaxStatus
    tax_minor: int | None = None
    reduction_minor: int = 0
    payable_minor: int | None = None
    steps: tuple[Step, ...] = ()
    advice: tuple[Advice, ...] = ()
    reasons: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, ...], ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict[str, str])
    cited: Mapping[str, Cited] = field(default_factory=dict[str, Cited])
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    book: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure in which two scenarios differ.

    Attributes:
        step: name of the figure.
        first_minor, second_minor: its values; None = the scenario has no such figure.
        first_cites, second_cites: ids of the rules and parameters behind each.
    """

    step: str
    first_minor: int | None
    second_minor: int | None
    first_cites: tuple[str, ...]
    second_cites: tuple[str, ...]

    @property
    def minor(self) -> int:
        """Second less first, minor units; a figure that is not there counts as none."""
        return (self.second_minor or 0) - (self.first_minor or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A scenario beside the first one.

    Attributes:
        first, second: names.
        payable_minor: payable of the second less that of the first; None where one is unknown.
        facts: fact → its two values, where they differ.
        differences: figures that differ, in order of the computation.
    """

    first: str
    second: str
    payable_minor: int | None
    facts: Mapping[str, tuple[object, object]]
    differences: tuple[Difference, ...]
