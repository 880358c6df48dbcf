"""Whatever one value is changed in the shipped rules, checking and the worked cases catch it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from tests.property.idle_mutations import is_idle
from tests.property.rule_mutations import (
    DICTIONARY,
    GATES,
    PROPOSED,
    SHIPPED,
    TAX,
    VOUCHERS,
    Mutant,
    mutants,
    shipped_document,
)

from entrepot.adapters.imports.rules import only_proposed
from entrepot.adapters.imports.worked_cases import load_worked_cases
from entrepot.domain.outbound.load import load_tax
from entrepot.domain.vouchers.load import read_programmes
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.document import Document
from entrepot.kernel.rulebook.lint_tables import lint_gate
from entrepot.kernel.rulebook.load import load_rulebook
from entrepot.kernel.rulebook.read_dictionary import read_dictionary
from entrepot.kernel.rulebook.read_gate import read_gate
from entrepot.kernel.rulebook.table import Rulebook
from entrepot.services.rules_authoring import has_errors
from entrepot.services.worked_case import Law, WorkedCase, judge_worked

FILES = (*GATES, VOUCHERS, PROPOSED, TAX, DICTIONARY)
STEP = 6
"""Every how many mutants one is tried, unless all are."""


@cache
def documents() -> dict[str, Document]:
    return {name: shipped_document(name) for name in FILES}


@cache
def law() -> Law:
    names = ("dictionary.yaml", *GATES)
    book = load_rulebook({name: (SHIPPED / name).read_text("utf-8") for name in names})
    pays, proposed = (
        read_programmes(documents()[name], book.dictionary) for name in (VOUCHERS, PROPOSED)
    )
    tax = load_tax((SHIPPED / TAX).read_text("utf-8"), TAX, book.dictionary)
    return Law(book, pays, proposed, tax)


@cache
def all_cases() -> list[WorkedCase]:
    return load_worked_cases(Path(str(SHIPPED)).parent, None)


@cache
def cases(programme: str | None, *parts: str) -> tuple[WorkedCase, ...]:
    """The worked cases that a change in one programme, or in one gate, can reach."""
    every = all_cases()
    if programme is not None:
        return tuple(case for case in every if case.body.get("programme") == programme)
    return tuple(case for case in every if any(part in case.body for part in parts))


def changed_law(mutant: Mutant) -> Law | None:
    """The law of a mutant; None where a rule file like that is refused."""
    shipped = law()
    document = mutant.document(documents()[mutant.file])
    book = shipped.rulebook
    try:
        if mutant.file == VOUCHERS:
            return replace(shipped, programmes=read_programmes(document, book.dictionary))
        if mutant.file == PROPOSED:
            proposed = read_programmes(document, book.dictionary)
            only_proposed(proposed, PROPOSED)
            return replace(shipped, proposed=proposed)
        if mutant.file == TAX:
            text = yaml.safe_dump(document.data, sort_keys=False)
            return replace(shipped, tax=load_tax(text, TAX, book.dictionary))
        if mutant.file == DICTIONARY:
            changed = Rulebook(*read_dictionary(document), book.gates, {})
            return replace(shipped, rulebook=changed)
        gate = read_gate(document, book.dictionary)
    except Invalid:
        return None
    if has_errors(lint_gate(document, gate)):
        return None
    gates = {**book.gates, gate.name: gate}
    return replace(shipped, rulebook=Rulebook(book.dictionary, book.constraints, gates, {}))


def is_told(mutant: Mutant, changed: Law) -> bool:
    """Say whether a worked case tells the changed law from the shipped one."""
    data: Any = documents()[mutant.file].data
    if mutant.file in (VOUCHERS, PROPOSED):
        tried = cases(data["programmes"][mutant.path[1]]["id"])
    else:
        parts = {"flow.yaml": ("leg",), "placement.yaml": ("placement",), TAX: ("tax",)}
        tried = cases(None, *parts.get(mutant.file, ("leg", "placement")))
    near = name_of(mutant, data)
    ordered = sorted(tried, key=lambda case: not case.name.startswith(near))
    return any(judge_worked(changed, case).differences for case in ordered)


def name_of(mutant: Mutant, data: Any) -> str:
    """The name that the changed value stands under: its cases are tried first, for speed."""
    for step in mutant.path[:-1]:
        data = data[step]
        if isinstance(data, dict) and "when" in data and "id" in data:
            return str(cast("dict[str, object]", data)["id"])
    return ""


def all_mutants() -> list[tuple[Mutant, bool]]:
    dictionary = law().rulebook.dictionary
    return [
        (mutant, is_idle(mutant, documents()[name].data))
        for name in FILES
        for mutant in mutants(name, dictionary)
    ]


def misjudged(step: int) -> list[str]:
    """Mutants that live though something rests on the value, or are told though nothing does.

    One that checking refuses is caught before any case is tried.
    """
    found: list[str] = []
    for mutant, idle in all_mutants()[::step]:
        changed = changed_law(mutant)
        if changed is not None and is_told(mutant, changed) is idle:
            found.append(f"{'idle but told' if idle else 'not caught'}: {mutant.label}")
    return found


def test_a_sample_of_mutants_is_caught() -> None:
    assert misjudged(STEP) == []


@pytest.mark.slow
def test_every_mutant_is_caught() -> None:
    assert misjudged(1) == []


def test_few_values_are_idle() -> None:
    found = all_mutants()
    idle = [mutant.label for mutant, lazy in found if lazy]
    assert len(found) > 1_000
    assert len(idle) < len(found) // 10, idle


def test_without_its_cases_a_threshold_is_not_caught() -> None:
    """The catch is the cases': with those at the edge gone, the wrong edge goes by unseen."""
    path = ("parameters", "pi_low", "series", 0, "value")
    mutant = Mutant("flow.yaml", path, 99_999)
    changed = changed_law(mutant)
    assert changed is not None and is_told(mutant, changed)
    blunt = [c for c in cases(None, "leg") if "99999" not in str(c.body)]
    assert not any(judge_worked(changed, case).differences for case in blunt)
