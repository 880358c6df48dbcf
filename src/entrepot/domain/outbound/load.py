"""Text of the tax file → tax book; whatever does not fit is refused with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from entrepot.domain.outbound.model import (
    Effect,
    TaxBook,
    TaxParameter,
    TaxRule,
    TaxSource,
    TaxStanding,
    Unit,
    first_day,
)
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import ASSETS, MINOR_MAX
from entrepot.kernel.rulebook.condition import Condition
from entrepot.kernel.rulebook.dictionary import FactDictionary, Kind
from entrepot.kernel.rulebook.document import parse_document
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.rulebook.read_condition import ConditionReader
from entrepot.kernel.rulebook.series import Series, Step
from entrepot.kernel.text import N_

SCHEMA = "entrepot.tax/1"
MINOR_PER_MAJOR = 100
"""Hong Kong dollars and euros both have two decimals."""

BP_MAX = 1_000_000


def load_tax(text: str, file: str, dictionary: FactDictionary) -> TaxBook:
    """Read the tax file.

    Args:
        text: text of the file (YAML).
        file: its name, for refusals.
        dictionary: declares the facts that rules may name.

    Raises:
        Invalid: an unknown key, fact or source, a value of the wrong form, a name that stands
            there twice; with file, line and field.
    """
    document = parse_document(text, file)
    box = Fields.of(document, (), document.data)
    box.only(
        *("schema", "retrieved", "currency", "force_grades"),
        *("sources", "parameters", "rules", "not_found"),
    )
    if box.text("schema") != SCHEMA:
        raise _refuse(
            box, "schema", N_("{file}, line {line}: {field} must be {wanted}."), wanted=SCHEMA
        )
    box.day("retrieved")
    currency = box.text("currency")
    if currency not in ASSETS:
        raise _refuse(
            box, "currency", N_("{file}, line {line}: {asset} is no asset."), asset=currency
        )
    sources = {key: _source(key, part) for key, part in box.named("sources")}
    parameters: dict[str, TaxParameter] = {}
    for part in box.parts("parameters"):
        _once(part, parameters)
        parameters[part.text("id")] = _parameter(part, sources)
    rules: dict[str, TaxRule] = {}
    for part in box.parts("rules"):
        _once(part, rules)
        rules[part.text("id")] = _rule(part, sources, dictionary)
    return TaxBook(
        currency=currency,
        parameters=parameters,
        rules=tuple(rules.values()),
        sources=sources,
        force=frozenset(box.as_word("force_grades", w, Grade) for w in box.words("force_grades")),
        not_found=box.words("not_found"),
        hash=sha256_hex(text.encode()),
    )


def _source(key: str, box: Fields) -> TaxSource:
    box.only("url", "grade")
    return TaxSource(key, box.text_or_none("url"), box.word("grade", Grade))


def _parameter(box: Fields, sources: dict[str, TaxSource]) -> TaxParameter:
    box.only(
        *("id", "unit", "recorded_at", "series", "status", "grade", "field_grades"),
        *("src", "note", "conflict"),
    )
    unit, grades = box.word("unit", Unit), box.part("field_grades")
    return TaxParameter(
        id=box.text("id"),
        unit=unit,
        series=_series(box, unit),
        standing=box.word("status", TaxStanding, TaxStanding.IN_FORCE),
        grade=box.word("grade", Grade),
        field_grades={name: grades.word(name, Grade) for name in grades.data},
        src=_src(box, sources),
        note=box.text_or_none("note"),
        conflict=box.text_or_none("conflict"),
    )


def _series(box: Fields, unit: Unit) -> Series:
    inside, recorded = box.part("series"), box.day("recorded_at")
    most = MINOR_MAX // MINOR_PER_MAJOR if unit in (Unit.HKD, Unit.EUR) else BP_MAX
    scale = MINOR_PER_MAJOR if unit in (Unit.HKD, Unit.EUR) else 1
    steps: list[Step] = []
    for year in inside.data:
        value = inside.whole_or_none(year)
        if value is not None and not 0 <= value <= most:
            raise _refuse(
                inside,
                year,
                N_("{file}, line {line}: {field} lies outside 0 to {most}."),
                most=most,
            )
        scaled = None if value is None else value * scale
        steps.append(Step(_year(inside, year, year), scaled, recorded))
    if not steps:
        raise _refuse(box, "series", N_("{file}, line {line}: {field} states no year."))
    return Series(box.text("id"), tuple(sorted(steps, key=lambda step: step.from_day)))


def _rule(box: Fields, sources: dict[str, TaxSource], dictionary: FactDictionary) -> TaxRule:
    box.only(
        *("id", "topic", "recorded_at", "from", "when", "effect", "text"),
        *("grade", "status", "src"),
    )
    read = ConditionReader(dictionary, "tax").read_all(box, "when")
    return TaxRule(
        id=box.text("id"),
        topic=box.text("topic"),
        starts=_year(box, "from", box.text("from")),
        recorded_at=box.day("recorded_at"),
        when=tuple(_in_minor(condition, dictionary) for condition in read),
        effect=box.word("effect", Effect),
        text=box.text("text"),
        standing=box.word("status", TaxStanding, TaxStanding.IN_FORCE),
        grade=box.word("grade", Grade),
        src=_src(box, sources),
    )


def _in_minor(condition: Condition, dictionary: FactDictionary) -> Condition:
    """Turn a bound on money into minor units, in which cases give their facts."""
    value = condition.value
    if dictionary.facts[condition.fact].kind is Kind.MONEY and isinstance(value, int):
        return replace(condition, value=value * MINOR_PER_MAJOR)
    return condition


def _year(box: Fields, key: str, text: str) -> date:
    try:
        return first_day(text)
    except ValueError:
        raise _refuse(
            box, key, N_("{file}, line {line}: {year} is no year of assessment."), year=text
        ) from None


def _src(box: Fields, sources: dict[str, TaxSource]) -> tuple[str, ...]:
    found = box.words("src")
    if not found or not set(found) <= set(sources):
        raise _refuse(box, "src", N_("{file}, line {line}: {field} must name sources of the file."))
    return found


def _once(box: Fields, seen: dict[str, TaxParameter] | dict[str, TaxRule]) -> None:
    if box.text("id") in seen:
        raise _refuse(
            box, "id", N_("{file}, line {line}: {id} stands there twice."), id=box.text("id")
        )


def _refuse(box: Fields, key: str, message: str, **params: object) -> Invalid:
    return box.refuse(key, "tax.file", message, N_("Correct that line."), **params)
