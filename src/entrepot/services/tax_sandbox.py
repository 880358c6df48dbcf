"""Tax scenarios compared, and their answers as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from entrepot.domain.outbound.scenario import (
    Advice,
    Assessment,
    Cited,
    Comparison,
    Difference,
    Scenario,
)
from entrepot.domain.outbound.tax import assess
from entrepot.domain.outbound.tax_compare import compare
from entrepot.kernel.rulebook.plain import plain_value
from entrepot.services.app import App

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class TaxTable:
    """Scenarios side by side.

    Attributes:
        answers: one a scenario, in the order asked.
        comparisons: each after the first, against the first.
    """

    answers: tuple[Assessment, ...]
    comparisons: tuple[Comparison, ...]


def tax_scenarios(app: App, scenarios: Sequence[Scenario], known: date | None) -> TaxTable:
    """Tax scenarios and compare each with the first.

    Args:
        app: the exchange; its tax book decides.
        scenarios: at least one.
        known: only what was recorded by this day; None = everything.

    Raises:
        Invalid: a fact is not declared.
    """
    named = _distinct(scenarios)
    dictionary = app.rulebook.dictionary
    answers = tuple(assess(app.tax, dictionary, replace(s, known=known)) for s in named)
    return TaxTable(answers, compare(answers))


def _distinct(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Give scenarios of one name a number, so that a column is never mistaken for another."""
    found: list[Scenario] = []
    for scenario in scenarios:
        taken = {other.name for other in found}
        name, number = scenario.name, 2
        while name in taken:
            name, number = f"{scenario.name} ({number})", number + 1
        found.append(replace(scenario, name=name))
    return found


def table_data(app: App, table: TaxTable, translate: Translate = str) -> dict[str, object]:
    """Return a table as plain values for ``--json``."""
    return {
        "currency": app.tax.currency,
        "book": app.tax.hash,
        "not_found": list(app.tax.not_found),
        "scenarios": [_answer(app, answer, translate) for answer in table.answers],
        "comparisons": [_comparison(table, item) for item in table.comparisons],
    }


def _answer(app: App, answer: Assessment, translate: Translate) -> dict[str, object]:
    return {
        "name": answer.name,
        "year_of_assessment": answer.year,
        "status": answer.status.value,
        "tax_minor": answer.tax_minor,
        "reduction_minor": answer.reduction_minor,
        "payable_minor": answer.payable_minor,
        "reasons": list(answer.reasons),
        "not_stated": list(answer.not_stated),
        "missing": list(answer.missing),
        "conflicts": [list(pair) for pair in answer.conflicts],
        "unusable": dict(answer.unusable),
        "questions": app.rulebook.dictionary.questions(answer.missing),
        "steps": [
            {
                "step": step.name,
                "minor": step.minor,
                "text": step.render(answer.currency, translate),
                "rules": list(step.cites),
            }
            for step in answer.steps
        ],
        "advice": [_advice(advice) for advice in answer.advice],
        "rules": [_cited(item) for item in answer.cited.values()],
        "facts": {name: plain_value(value) for name, value in answer.facts.items()},
    }


def _advice(advice: Advice) -> dict[str, object]:
    return {
        "rule": advice.rule,
        "tax_minor": advice.tax_minor,
        "counted": False,
        "grade": advice.grade,
        "status": advice.standing,
        "text": advice.text,
        "rules": list(advice.cites),
        "sources": list(advice.sources),
    }


def _cited(item: Cited) -> dict[str, object]:
    return {
        "id": item.id,
        "value": item.value,
        "grade": item.grade,
        "status": item.standing,
        "text": item.text,
        "recorded_at": item.recorded_at,
        "sources": list(item.sources),
    }


def _comparison(table: TaxTable, item: Comparison) -> dict[str, object]:
    first, second = (
        next(answer.cited for answer in table.answers if answer.name == name)
        for name in (item.first, item.second)
    )
    return {
        "first": item.first,
        "second": item.second,
        "payable_minor": item.payable_minor,
        "facts": {name: {"first": a, "second": b} for name, (a, b) in item.facts.items()},
        "differences": [_difference(one, first, second) for one in item.differences],
    }


def _difference(
    one: Difference, first: Mapping[str, Cited], second: Mapping[str, Cited]
) -> dict[str, object]:
    return {
        "step": one.step,
        "first_minor": one.first_minor,
        "second_minor": one.second_minor,
        "difference_minor": one.minor,
        "first_rules": [_cited(first[name]) for name in one.first_cites],
        "second_rules": [_cited(second[name]) for name in one.second_cites],
    }
