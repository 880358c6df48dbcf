"""Files of worked cases, which stand beside the rules and say what the rules must answer.

A file names sets of facts once and each case says in what it differs from one of them::

    schema: entrepot.cases/1
    facts:
      leg_out: {place_from: "CN", place_to: "HK"}
    cases:
    - {name: one, as_of: 2026-11-21, leg: {like: leg_out, leg_persons: 0},
       expect: {outcome: allow}}

A fact given as null is taken out of the set. The operator's file takes the place of the
shipped one of the same name.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

from entrepot.adapters.imports.rules import read_text
from entrepot.kernel.rulebook.dictionary import nearest
from entrepot.kernel.rulebook.document import parse_document
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.text import N_
from entrepot.services.worked_case import WorkedCase

SCHEMA = "entrepot.cases/1"
FOLDER = "rules/cases"
LIKE = "like"
TAX = "tax"
FACTS = ("leg", "placement", "facts", TAX)
"""Parts of a case that hold facts."""

Values = dict[str, object]


def load_worked_cases(shipped: Path, overrides: Path | None) -> list[WorkedCase]:
    """Read all worked cases.

    Args:
        shipped: folder of the shipped facts.
        overrides: the operator's folder, or None.

    Raises:
        Invalid: a file is refused, with file, line and field.
        Fault: a file cannot be read.
    """
    paths = {path.name: (f"{FOLDER}/{path.name}", path) for path in _files(shipped)}
    if overrides is not None:
        paths |= {path.name: (str(path), path) for path in _files(overrides)}
    found: list[WorkedCase] = []
    for label, path in (paths[name] for name in sorted(paths)):
        found += parse_worked_cases(read_text(path), label)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.yaml"))


def parse_worked_cases(text: str, file: str) -> list[WorkedCase]:
    """Read the worked cases of one file.

    Args:
        text: its text.
        file: its name, for messages.

    Raises:
        Invalid: it does not fit, with file, line and field.
    """
    document = parse_document(text, file)
    top = Fields.of(document, (), document.data).only("schema", "facts", "cases")
    if top.text("schema") != SCHEMA:
        raise top.expected("schema", SCHEMA)
    sets = {name: box.data for name, box in top.named("facts")}
    cases = [_case(box, sets) for box in top.parts("cases")]
    if not cases:
        raise top.expected("cases", N_("a list of cases"))
    return cases


def _case(box: Fields, sets: dict[str, Values]) -> WorkedCase:
    name = box.text("name")
    expect = box.part("expect").data
    if not expect:
        raise box.expected("expect", N_("what the rules must answer"))
    if TAX not in box.data:  # a scenario of tax states its year of assessment
        box.day("as_of")
    body = {key: value for key, value in box.data.items() if key != "expect"}
    for key in FACTS:
        if key in body:
            body[key] = _facts(box, key, sets)
    plain = cast("Values", _plain(body))
    line = box.document.line(box.path)
    return WorkedCase(name, box.document.file, line, plain, cast("Values", _plain(expect)))


def _facts(box: Fields, key: str, sets: dict[str, Values]) -> Values:
    inside = box.part(key)
    given = {name: value for name, value in inside.data.items() if name != LIKE}
    like = inside.text_or_none(LIKE)
    if like is None:
        return given
    if like not in sets:
        raise inside.refuse(
            LIKE,
            "cases.facts",
            N_("{file}, line {line}: there is no set of facts {name}."),
            N_("Did you mean {near}?") if sets else N_("Declare it under facts."),
            name=like,
            near=nearest(like, sets) or "another",
        )
    both = {**sets[like], **given}
    return {name: value for name, value in both.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in cast("Values", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return value.isoformat() if isinstance(value, date) else value
