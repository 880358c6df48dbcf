"""What ``entrepot gate matrix``, ``check`` and ``decide`` print for people."""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.domain.gate.model import GateDecision
from entrepot.faces.cli.gate_words import (
    BRIEF,
    MATRIX,
    PARTS,
    brief_column,
    brief_word,
    due_text,
    outcome_word,
    plain_text,
    question_lines,
    tag,
)
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, day, show_table
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.rulebook.trace import Compared, TraceItem
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.gate_check import PlaceVerdict, duties_of

MANY = 12
"""More questions than this are counted, not listed."""


def show_matrix(app: App, job: str, verdicts: Sequence[PlaceVerdict], stance: Stance) -> None:
    """Print places × legs, one line a place and device, and what would have to be told."""
    print(_law_line(job, stance))
    columns = [Column(_(title), whole=True) for title in (N_("centre"), N_("device"))]
    columns += [brief_column(_(title)) for title in MATRIX.values()]
    columns += [brief_column(_(N_("together"))), Column(_(N_("decided by")))]
    show_table(columns, [_place_row(verdict) for verdict in verdicts])
    _show_legend(verdicts)
    missing = sorted({name for verdict in verdicts for name in verdict.missing})
    _show_questions(app, missing)
    print(_(N_("One place in full: entrepot gate check JOB.yaml --centre ID")))


def _show_legend(verdicts: Sequence[PlaceVerdict]) -> None:
    """Say what the short words that occur stand for, and what a dash does."""
    seen = {verdict.outcome for verdict in verdicts}
    seen |= {part.outcome.value for verdict in verdicts for part in verdict.parts}
    words = [f"{brief_word(name)} = {outcome_word(name)}" for name in BRIEF if name in seen]
    if any(not verdict.place.under_contract for verdict in verdicts):
        words.append("– = " + _(N_("no contract, so no device is judged")))
    print(" · ".join(words))


def show_centre(app: App, job: str, verdicts: Sequence[PlaceVerdict], stance: Stance) -> None:
    """Print everything that made the verdict of one place."""
    print(_law_line(job, stance))
    for verdict in verdicts:
        name = verdict.place.names.get(tag(), verdict.place.names["en"])
        where = f"{verdict.place.id} · {name}"
        print(clean(where if verdict.device_id is None else f"{where} · {verdict.device_id}"))
        if not verdict.place.under_contract:
            print("  " + _(N_("no contract, so no device is judged and nothing can be leased")))
        print("  " + _(N_("together: {outcome}")).format(outcome=outcome_word(verdict.outcome)))
        for part in verdict.parts:
            print(f"  {_(PARTS[part.name])}: {outcome_word(part.outcome.value)}")
            _show_rows(part.rows)
        if verdict.united is not None:
            _show_asks(verdict.united)
        else:
            _show_questions(app, verdict.missing)


def show_decision(decision: GateDecision) -> None:
    """Print one case that was decided."""
    print(_law_line(decision.name, decision.stance))
    print("  " + outcome_word(decision.outcome.value))
    _show_rows(decision.rows)
    for name, why in (item for s in decision.subjects for item in s.unusable.items()):
        text = _(N_("the value of {fact} does not count: {why}")).format(fact=name, why=why)
        print("    ! " + clean(text))
    for subject in decision.subjects:
        for constraint in subject.verdict.contradictions:
            text = _(N_("these facts cannot all be true: {facts} ({constraint})"))
            facts = ", ".join(constraint.facts)
            print("    ! " + clean(text.format(facts=facts, constraint=constraint.id)))
    _show_asks(decision)


def _law_line(name: str, stance: Stance) -> str:
    words = _(N_("{name}, by the law of {day}")).format(name=name, day=day(stance.as_of))
    if stance.known is not None:
        words += _(N_(", as known on {day}")).format(day=day(stance.known))
    if stance.what_if:
        words += _(N_(", what if {rows} were law")).format(rows=", ".join(sorted(stance.what_if)))
    return clean(words)


def _place_row(verdict: PlaceVerdict) -> list[str]:
    outcomes = {part.name: brief_word(part.outcome.value) for part in verdict.parts}
    first, *more = (verdict.united.deciding if verdict.united else verdict.missing) or ("–",)
    return [
        verdict.place.id,
        verdict.device_id or "–",
        *(outcomes.get(name, "–") for name in MATRIX),
        brief_word(verdict.outcome),
        f"{first} +{len(more)}" if more else first,
    ]


def _show_rows(rows: Sequence[TraceItem]) -> None:
    for item in rows:
        row = item.verdict.day_row
        print(f"    {item.row_id} → {outcome_word(item.outcome.value)}")
        if row is not None:
            print("      " + clean(f"{row.row.basis} [{row.row.grade.value}]"))
        for compared in item.compared:
            print("      " + clean(_comparison(compared)))
        for address in item.sources.values():
            print("      " + clean(address))


def _comparison(compared: Compared) -> str:
    shown = compared.as_dict()
    found, against = plain_text(shown["found"]), plain_text(shown["against"])
    return f"{shown['fact']}: {found} · {shown['op']} {against}"


def _show_asks(decision: GateDecision) -> None:
    """Print what is owed, accepted or to be told."""
    if decision.instruments:
        owed = ", ".join(decision.instruments)
        print("  " + _(N_("instruments owed: {names}")).format(names=owed))
    for duty in duties_of(decision.duties, decision.stance.as_of):
        print("  · " + due_text(duty))
    for line in question_lines(decision.questions, decision.missing):
        print("  ? " + line)


def _show_questions(app: App, missing: Sequence[str]) -> None:
    if len(missing) > MANY:
        text = _(N_("{count} facts are missing: {names}"))
        print(text.format(count=len(missing), names=", ".join(missing)))
        return
    for line in question_lines(app.rulebook.dictionary.questions(missing), missing):
        print("? " + line)
