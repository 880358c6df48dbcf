"""Questions that stand between a job and the gate's answers, and what each may decide.

Only facts that some place waits for are asked; what an address, a device or a register settles is
never asked. After each answer the gate judges again, so an answer that settles a place takes its
other questions away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from entrepot.domain.gate.model import GateDecision
from entrepot.kernel.rulebook.dictionary import FactType
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.declaration import Fact, JobSpec
from entrepot.services.gate_check import Law, PlaceVerdict, check_job

SETTLED_BY = frozenset(
    {
        *("receiving_site", "recipient_address", "centre_address"),
        *("device_catalogue", "instrument_register"),
    }
)
"""Records of the house and its centres: what one of them settles is not the firm's to say."""

DATA, RETURN, PLACEMENT = "data", "return", "placement"
SECTIONS: Mapping[str, str] = {"inbound": DATA, "return": RETURN, "placement": PLACEMENT}
"""Part of a verdict → section of the job file whose facts it reads."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Facts stated besides those of the job file; each goes before what the file says.

    Attributes:
        data: of the leg to the centre; they hold for the way back too, unless that differs.
        returned: of the way back alone.
        placement: of the use.
    """

    data: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    returned: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    placement: Mapping[str, Fact] = field(default_factory=dict[str, Fact])

    def added(self, section: str, name: str, value: Fact) -> Answers:
        """Return these answers with one more.

        >>> Answers().added("return", "mixes_cn_personal", False).returned
        {'mixes_cn_personal': False}
        """
        if section == RETURN:
            return replace(self, returned={**self.returned, name: value})
        if section == PLACEMENT:
            return replace(self, placement={**self.placement, name: value})
        return replace(self, data={**self.data, name: value})


@dataclass(frozen=True, slots=True)
class Wait:
    """A row or table that waits for a fact.

    Attributes:
        row: row id, or ``table:<id>`` where not even its applicability is known.
        table: the table.
        part: inbound, return or placement.
        basis: what the row rests on; empty for a table.
        grade: grade of the row; empty for a table.
    """

    row: str
    table: str
    part: str
    basis: str
    grade: str


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to be asked, and why.

    Attributes:
        fact: its declaration, with the question in three languages.
        section: section of the job file where the answer belongs.
        decides: places that wait for this fact alone.
        places: places that wait for it, with or without others.
        waits: rows and tables that wait, without repetition.
        contradicts: the value stated contradicts another fact.
    """

    fact: FactType
    section: str
    decides: tuple[str, ...]
    places: tuple[str, ...]
    waits: tuple[Wait, ...]
    contradicts: bool


@dataclass(frozen=True, slots=True)
class Round:
    """What is open after the answers so far.

    Attributes:
        questions: the one that may decide the most places first.
        verdicts: what the gate says of every place.
        unasked: facts that places wait for and that the firm is not asked, sorted.
    """

    questions: tuple[Question, ...]
    verdicts: tuple[PlaceVerdict, ...]
    unasked: tuple[str, ...]


def ask_round(app: App, firm: r.Firm, job: JobSpec, law: Law, answers: Answers) -> Round:
    """Judge the job with the answers so far and return what is still open.

    Args:
        app: the exchange.
        firm: whose data it is.
        job: what its file declares.
        law: which law.
        answers: what was answered.

    Raises:
        Invalid: a fact is not declared.
    """
    verdicts = check_job(app, firm, answered(job, answers), law)
    waiting = [v for v in verdicts if v.united is not None and v.outcome == "needs_info"]
    facts = app.rulebook.dictionary.facts
    names = {name for verdict in waiting for name in verdict.missing}
    asked = [facts[name] for name in facts if name in names and is_asked(facts[name])]
    questions = [_question(fact, waiting) for fact in asked]
    return Round(
        # The sort keeps the order of the dictionary among questions of one weight.
        tuple(sorted(questions, key=lambda q: (-len(q.decides), -len(q.places)))),
        tuple(verdicts),
        tuple(sorted(names - {fact.name for fact in asked})),
    )


def answered(job: JobSpec, answers: Answers) -> JobSpec:
    """Return a job with answers put before what its file says."""
    return replace(
        job,
        data={**job.data, **answers.data},
        data_return={**job.data_return, **answers.returned},
        placement={**job.placement, **answers.placement},
    )


def is_asked(fact: FactType) -> bool:
    """Say whether the firm is asked: there is a question, and no record of the house settles it.

    >>> from entrepot.kernel.rulebook.dictionary import Kind
    >>> is_asked(FactType("x", frozenset({"leg"}), Kind.BOOL, ask={"en": "?"}))
    True
    """
    return fact.ask is not None and fact.derived_from not in SETTLED_BY


def answers_data(answers: Answers) -> dict[str, object]:
    """Return answers as a facts file states them, in the form of a job file."""
    data = {("from" if name == "place_from" else name): v for name, v in answers.data.items()}
    inside: dict[str, object] = {name: _plain(value) for name, value in data.items()}
    if answers.returned:
        inside["return"] = {name: _plain(value) for name, value in answers.returned.items()}
    found: dict[str, object] = {DATA: inside} if inside else {}
    if answers.placement:
        found[PLACEMENT] = {name: _plain(value) for name, value in answers.placement.items()}
    return found


def sections_of(job: JobSpec, answers: Answers) -> Answers:
    """Return the whole facts of a job with the answers in them, as its file would state them."""
    whole = answered(job, answers)
    return Answers(whole.data, whole.data_return, whole.placement)


def facts_text(answers: Answers) -> str:
    """Write answers as a facts file: YAML that a job file can take over as it stands.

    >>> print(facts_text(Answers(data={"place_from": "HK", "leg_persons": 1})), end="")
    data:
      from: "HK"
      leg_persons: 1
    """
    lines: list[str] = []
    for section, inside in answers_data(answers).items():
        lines += [f"{section}:", *_lines(cast("Mapping[str, object]", inside), "  ")]
    return "".join(f"{line}\n" for line in lines)


def _lines(facts: Mapping[str, object], indent: str) -> list[str]:
    found: list[str] = []
    for name, value in facts.items():
        if isinstance(value, dict):
            inside = cast("Mapping[str, object]", value)
            found += [f"{indent}{name}:", *_lines(inside, indent + "  ")]
        else:
            # Every JSON value is YAML too.
            found.append(f"{indent}{name}: {json.dumps(value, ensure_ascii=False)}")
    return found


def _plain(value: Fact) -> object:
    return list(value) if isinstance(value, tuple) else value


def place_name(verdict: PlaceVerdict) -> str:
    """Return the name of a place, with the device where one is judged."""
    device = verdict.device_id
    return verdict.place.id if device is None else f"{verdict.place.id}/{device}"


def _question(fact: FactType, waiting: Sequence[PlaceVerdict]) -> Question:
    parts = [
        (verdict, part)
        for verdict in waiting
        for part in verdict.parts
        if fact.name in part.missing
    ]
    open_at = {place_name(v): v for v, _ in parts}
    sections = {SECTIONS[part.name] for _, part in parts}
    waits = dict.fromkeys(wait for _, part in parts for wait in _waits(fact.name, part))
    return Question(
        fact=fact,
        # What holds for the inputs holds for the outputs, so both legs are answered at once.
        section=next(s for s in (DATA, PLACEMENT, RETURN) if s in sections),
        decides=tuple(n for n, v in open_at.items() if v.missing == (fact.name,)),
        places=tuple(open_at),
        waits=tuple(waits),
        contradicts=bool(parts) and not waits,
    )


def _waits(name: str, part: GateDecision) -> list[Wait]:
    found: list[Wait] = []
    for item in part.rows:
        if name not in item.verdict.missing:
            continue
        row = item.verdict.day_row
        found.append(
            Wait(
                row=item.row_id,
                table=item.verdict.table,
                part=part.name,
                basis="" if row is None else row.row.basis,
                grade="" if row is None else row.row.grade.value,
            )
        )
    return found


def round_data(app: App, job: JobSpec, law: Law, answers: Answers, now: Round) -> dict[str, object]:
    """Return a round as plain values for ``--json``."""
    stance = law.stance(app)
    return {
        "job": job.name,
        "as_of": stance.as_of,
        "known": stance.known,
        "rulebook": app.rulebook.hash,
        "complete": not now.questions,
        "questions": [_question_data(question) for question in now.questions],
        "not_asked": list(now.unasked),
        "facts": answers_data(answers),
        "sections": answers_data(sections_of(job, answers)),
        "places": [
            {
                "centre_id": verdict.place.id,
                "device_id": verdict.device_id,
                "outcome": verdict.outcome,
                "missing": list(verdict.missing),
            }
            for verdict in now.verdicts
        ],
    }


def _question_data(question: Question) -> dict[str, object]:
    fact = question.fact
    return {
        "fact": fact.name,
        "section": question.section,
        "type": fact.kind.value,
        "values": list(fact.domain),
        "min": fact.minimum,
        "unit": fact.unit,
        "meaning": fact.definition,
        "ask": dict(cast("Mapping[str, str]", fact.ask)),
        "decides": list(question.decides),
        "places": list(question.places),
        "contradicts": question.contradicts,
        "waits": [
            {"row": w.row, "table": w.table, "part": w.part, "basis": w.basis, "grade": w.grade}
            for w in question.waits
        ],
    }
