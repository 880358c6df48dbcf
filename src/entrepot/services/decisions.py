"""Decisions of the gate kept with all that makes them again, and replayed to the byte.

A kept decision names its cases, the law that was applied and the hash of the rulebook; the texts
of the rulebook lie beside it. Later amendments add texts under another hash, so an old decision
is judged again by exactly what was read then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from entrepot.domain.gate.decide import decide, unite
from entrepot.domain.gate.house_rules import (
    HOUSE_DUTIES,
    SPLITTING,
    house_keys,
    tightened,
    with_house_duties,
)
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.domain.gate.plain_case import plain_case
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel import ids
from entrepot.kernel.canonical import canonical_json, digest, sha256_hex
from entrepot.kernel.errors import Fault, NotFound, Refused
from entrepot.kernel.rulebook.load import load_rulebook
from entrepot.kernel.rulebook.table import Outcome, Rulebook
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.gate_check import Law, stated_cases
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_decisions import Decision

HOUSE_RULES: Mapping[str, Outcome] = {SPLITTING: Outcome.NEEDS_REVIEW}
"""The house's own rules that tighten an answer → what they make of it at least."""

SHOWN_MAX = 80
"""Characters of a value that a refusal shows."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A decision made again.

    Attributes:
        kept: the record.
        again: the same decision, made by the texts that were kept with it.
        current: whether the rulebook of today is still that one.
    """

    kept: Decision
    again: GateDecision
    current: bool


def keep(
    app: App,
    uow: UnitOfWork,
    cause: str,
    cases: Sequence[GateCase],
    decision: GateDecision,
) -> Decision:
    """Keep the decision on cases, inside a transaction.

    Args:
        app: the exchange.
        uow: the transaction.
        cause: what it is made for, as ``lease:L-…``.
        cases: at least one; several are united.
        decision: what was decided on them, house rules applied.

    Returns:
        The record.

    Raises:
        Invalid: a fact holds a value that cannot be kept unchanged.
    """
    answer = canonical_json(decision.as_dict())
    kept = Decision(
        id=app.ids.new(ids.DECISION),
        decided_at=app.clock.now(),
        actor=app.actor,
        cause=cause,
        name=decision.name,
        outcome=decision.outcome.value,
        rulebook=app.rulebook.hash,
        cases=canonical_json([plain_case(case) for case in cases]).decode(),
        house=house_keys(decision),
        answer=answer.decode(),
        digest=sha256_hex(answer),
    )
    uow.decisions.keep_texts(kept.rulebook, app.gate_texts)
    uow.decisions.add(kept)
    return kept


def keep_apart(app: App, cause: str, case: GateCase, decision: GateDecision) -> Decision:
    """Keep the decision on a case in a transaction of its own.

    The same cause, case and answer give the same record, however often asked.
    """
    asked: dict[str, object] = {"cause": cause, "case": plain_case(case)}
    body = {**asked, "digest": digest(decision.as_dict())}
    key = f"decision:{digest(body)}"
    return _keep_all(app, [(cause, case, decision)], body, key)[0]


def keep_cases(
    app: App, bodies: Sequence[Mapping[str, object]], law: Law, key: str
) -> list[tuple[GateDecision, Decision]]:
    """Judge stated cases and keep the decisions, all or none.

    Args:
        app: the exchange.
        bodies: cases as plain values.
        law: goes before what a case says itself, where it says anything.
        key: idempotency key.

    Raises:
        Invalid: a case has an unknown key, fact or row, or a value that cannot be kept.
    """
    cases = stated_cases(app, bodies, law)
    judged = [(f"case:{case.name}", case, decide(app.rulebook, case)) for case in cases]
    body: dict[str, object] = {
        "cases": [plain_case(case) for case in cases],
        "digests": [digest(decision.as_dict()) for *_, decision in judged],
    }
    kept = _keep_all(app, judged, body, key)
    return [(decision, one) for (*_, decision), one in zip(judged, kept, strict=True)]


def _keep_all(
    app: App,
    judged: Sequence[tuple[str, GateCase, GateDecision]],
    body: dict[str, object],
    key: str,
) -> list[Decision]:
    def action(uow: UnitOfWork) -> dict[str, object]:
        made = [keep(app, uow, cause, [case], found) for cause, case, found in judged]
        return {"decisions": [journalled(one) for one in made]}

    answer = app.store.command(app.actor, "rules.keep", key, body, app.clock.now(), action)
    made = cast("Sequence[Mapping[str, str]]", answer["decisions"])
    return [the_decision(app, one["id"]) for one in made]


def journalled(kept: Decision) -> dict[str, str]:
    """Return what the journal's answer says of a decision: an edited record is another one."""
    return {"id": kept.id, "digest": kept.digest, "record": kept.record_digest}


def the_decision(app: App, decision_id: str) -> Decision:
    """Return a kept decision.

    Raises:
        NotFound: there is none of that id.
    """
    with app.store.reading() as uow:
        found = uow.decisions.decision(decision_id)
    if found is None:
        raise NotFound(
            "decision.unknown",
            N_("There is no kept decision {id}."),
            hint=N_("List them: entrepot rules decisions"),
            id=decision_id,
        )
    return found


def kept_decisions(app: App, cause: str | None = None, limit: int | None = None) -> list[Decision]:
    """Return kept decisions, newest first, of one cause if asked."""
    with app.store.reading() as uow:
        return uow.decisions.decisions(cause, limit)


def replay(app: App, decision_id: str) -> Replay:
    """Make a kept decision again from its cases and its own texts of the law.

    Args:
        app: the exchange.
        decision_id: ``V-…``.

    Returns:
        The record and the decision made again; they are equal to the byte.

    Raises:
        NotFound: no such decision.
        Fault: the texts of its law are missing or changed.
        Refused: the answer differs, and the sentence names the first difference; or the record
            is not the one that the journal names.
    """
    kept = the_decision(app, decision_id)
    rulebook = _rulebook_of(app, kept)
    stored = cast("list[dict[str, object]]", json.loads(kept.cases))
    again = _judge(rulebook, [read_case(body, date.max) for body in stored], kept.house)
    _compare(kept, again)
    _check_journalled(app, kept)
    return Replay(kept, again, kept.rulebook == app.rulebook.hash)


def _judge(
    rulebook: Rulebook, cases: Sequence[GateCase], house: Iterable[str] = ()
) -> GateDecision:
    decisions = [decide(rulebook, case) for case in cases]
    judged = decisions[0] if len(decisions) == 1 else unite(decisions)
    keys = tuple(house)
    judged = with_house_duties(judged, keys)
    for key in keys:
        if key not in HOUSE_DUTIES:
            judged = tightened(judged, HOUSE_RULES[key], key)
    return judged


def _rulebook_of(app: App, kept: Decision) -> Rulebook:
    with app.store.reading() as uow:
        texts = uow.decisions.texts(kept.rulebook)
    rulebook = load_rulebook(texts) if texts else None
    if rulebook is None or rulebook.hash != kept.rulebook:
        raise Fault(
            "rules.texts",
            N_("The texts of the law behind decision {id} are missing or were changed."),
            hint=N_("Restore the last backup of the home folder, then run: entrepot audit verify"),
            id=kept.id,
        )
    return rulebook


def _compare(kept: Decision, again: GateDecision) -> None:
    answer = canonical_json(again.as_dict())
    if answer.decode() == kept.answer and sha256_hex(answer) == kept.digest:
        return
    where, before, after = first_difference(json.loads(kept.answer), json.loads(answer)) or (
        "digest",
        kept.digest,
        sha256_hex(answer),
    )
    raise Refused(
        "rules.differs",
        N_("Decision {id} differs when made again: {where} was {before} and is {after}."),
        hint=N_("Prove the journal: entrepot audit verify. Then compare with a backup."),
        fields={where: "differs"},
        id=kept.id,
        where=where,
        before=_short(before),
        after=_short(after),
    )


def _check_journalled(app: App, kept: Decision) -> None:
    with app.store.reading() as uow:
        named = uow.decisions.vouched(kept.id)
    if named is not None and named != kept.record_digest:
        raise Refused(
            "rules.not_journalled",
            N_("Decision {id} holds together and is not the one that the journal names."),
            hint=N_("Prove the journal: entrepot audit verify. Then compare with a backup."),
            fields={"record": "not the one of the journal"},
            id=kept.id,
        )


def first_difference(
    before: object, after: object, where: str = ""
) -> tuple[str, object, object] | None:
    """Return path and values of the first place where two plain values differ; None if nowhere.

    >>> first_difference({"a": [1, 2]}, {"a": [1, 3]})
    ('a[1]', 2, 3)
    """
    one, other = _members(before), _members(after)
    if one is None or other is None or type(before) is not type(after):
        same = before == after and type(before) is type(after)
        return None if same else (where, before, after)
    for name in dict.fromkeys((*one, *other)):
        inside = f"[{name}]" if isinstance(name, int) else f".{name}" if where else name
        if name not in one or name not in other:
            return where + inside, one.get(name), other.get(name)
        found = first_difference(one[name], other[name], where + inside)
        if found:
            return found
    return None


def _members(value: object) -> dict[str | int, object] | None:
    if isinstance(value, dict):
        return cast("dict[str | int, object]", value)
    return dict(enumerate(cast("list[object]", value))) if isinstance(value, list) else None


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"
