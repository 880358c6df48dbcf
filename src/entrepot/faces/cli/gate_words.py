"""Words and colours of the gate's answers, and their plain form for ``--json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from entrepot.domain.gate.model import GateDecision
from entrepot.faces.cli.lang import _, language
from entrepot.faces.cli.output import Column
from entrepot.faces.cli.quote_show import OUTCOMES
from entrepot.kernel.text import N_
from entrepot.services.gate_check import DutyView, PlaceVerdict, duties_of

COLOURS: Mapping[str, str] = {
    "allow": "green",
    "allow_with_duties": "green",
    "instrument": "yellow",
    "approval": "yellow",
    "needs_review": "magenta",
    "needs_info": "cyan",
    "refuse": "red",
}
BRIEF: Mapping[str, str] = {
    "allow": N_("✓ free"),
    "allow_with_duties": N_("✓ duties"),
    "instrument": N_("! instrument"),
    "approval": N_("! approval"),
    "needs_review": N_("! counsel"),
    "needs_info": N_("? facts"),
    "refuse": N_("✗ refused"),
}
"""Outcomes in a word, for a table of many; a mark besides the colour, since not all see it."""
MATRIX: Mapping[str, str] = {
    "inbound": N_("way in"),
    "placement": N_("placement"),
    "return": N_("way back"),
}
"""Parts in the order of the table of places."""
PARTS: Mapping[str, str] = {
    "inbound": N_("inbound leg"),
    "return": N_("return leg"),
    "placement": N_("placement"),
}


def tag() -> str:
    """Return the reader's language as the facts files write it.

    >>> tag()
    'en'
    """
    return {"zh_Hant_HK": "zh-Hant", "zh_Hans_CN": "zh-Hans"}.get(language(), "en")


def outcome_word(outcome: str) -> str:
    """Return an outcome in the reader's language."""
    return _(OUTCOMES[outcome])


def outcome_column(title: str) -> Column:
    """Return a column whose outcomes are coloured on a terminal."""
    return Column(title, False, {outcome_word(name): c for name, c in COLOURS.items()})


def brief_word(outcome: str) -> str:
    """Return an outcome in a word of the reader's language.

    >>> brief_word("refuse")
    '✗ refused'
    """
    return _(BRIEF[outcome])


def brief_column(title: str) -> Column:
    """Return a column of outcomes in a word, coloured on a terminal."""
    return Column(title, False, {brief_word(name): c for name, c in COLOURS.items()}, whole=True)


def due_text(duty: DutyView) -> str:
    """Write a duty as one line, with the last day of its record."""
    title = _(duty.title)
    if duty.due_on is None:
        return _(N_("{title} (kept all along)")).format(title=title)
    return _(N_("{title} (record due {day})")).format(title=title, day=duty.due_on.isoformat())


def question_lines(questions: Iterable[Mapping[str, str]], missing: Iterable[str]) -> list[str]:
    """Return the questions in the reader's language; a fact that nobody is asked, by its name."""
    asked = {item["fact"]: item.get(tag(), item["en"]) for item in questions}
    return [f"{asked[name]} ({name})" if name in asked else name for name in missing]


def plain_text(value: object) -> str:
    """Write a plain value of a case or a rule: lists by commas, a missing one as such.

    >>> plain_text(["CN", "HK"]), plain_text(False), plain_text(None)
    ('CN, HK', 'false', 'not stated')
    """
    if value is None:
        return _(N_("not stated"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in cast("Iterable[object]", value)) or "–"
    return str(value)


def brief(decision: GateDecision) -> dict[str, object]:
    """Return a decision without its comparisons."""
    rows = [
        {
            key: value
            for key, value in item.as_dict().items()
            if key in ("subject", "table", "row", "outcome", "basis", "grade")
        }
        for item in decision.rows
    ]
    whole = decision.as_dict()
    keys = ("outcome", "deciding", "instruments", "duties", "missing", "tables", "sources")
    return {**{key: whole[key] for key in keys}, "rows": rows}


def verdict_data(verdict: PlaceVerdict, day: date, *, whole: bool) -> dict[str, object]:
    """Return the verdict of a place for ``--json``.

    Args:
        verdict: the verdict.
        day: day from which duties run.
        whole: with every comparison made.
    """
    place, united = verdict.place, verdict.united
    return {
        "centre_id": place.id,
        "names": dict(place.names),
        "jurisdiction": place.jurisdiction,
        "under_contract": place.under_contract,
        "device_id": verdict.device_id,
        "outcome": verdict.outcome,
        "deciding": list(united.deciding) if united else [],
        "instruments": list(united.instruments) if united else [],
        "missing": list(verdict.missing),
        "questions": [dict(q) for q in united.questions] if united else [],
        "duties": duties_of(united.duties if united else (), day),
        "sources": list(united.sources) if united else [],
        "parts": {p.name: p.as_dict() if whole else brief(p) for p in verdict.parts},
    }
