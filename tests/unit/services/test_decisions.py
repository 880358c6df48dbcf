"""Kept decisions replay to the byte, whatever was recorded since; what was touched is found."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.unit.domain.gate.gate_samples import OUT
from tests.unit.services.desk import Desk, ended, leased, open_desk, quoted, started

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.house_rules import SPLITTING, tightened
from entrepot.domain.gate.model import GateCase
from entrepot.domain.gate.plain_case import plain_case
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.rulebook.table import Outcome
from entrepot.services.decisions import (
    first_difference,
    keep_apart,
    keep_cases,
    kept_decisions,
    replay,
    the_decision,
)
from entrepot.services.finish_job import gate_outputs
from entrepot.services.gate_check import Law
from entrepot.services.lease import take_quote

LAST_OF_2025 = date(2025, 12, 31)
MIDDLE = {**OUT, "leg_persons": 150_000, "ytd_persons": 150_000}
"""Between the thresholds: the rows of 2025 and 2026 differ here."""

ADDED = """\
  - {id: cn.mid.v3, from: 2025-06-01, recorded_at: 2026-11-22, grade: "B",
     when: [],
     outcome: refuse,
     basis: "a row that the operator recorded later",
     src: [cac_prov_press]}
"""


def amended(folder: Path) -> Path:
    """Write rules of the operator's own in which a later row stands before ``cn.mid.v1``."""
    text = (files("entrepot") / "facts" / "rules" / "flow.yaml").read_text("utf-8")
    head, mark, tail = text.partition("  - {id: cn.mid.v1,")
    assert mark
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "flow.yaml").write_text(head + ADDED + mark + tail, "utf-8")
    return folder


def kept(desk: Desk, **changes: Any) -> str:
    """Keep a decision by the law of the last day of 2025 and return its id."""
    body = {"name": "one", "leg": {**MIDDLE, **changes}}
    ((_, record),) = keep_cases(desk, [body], Law(LAST_OF_2025), "keep")
    return record.id


def unfenced(desk: Desk, statement: str, **values: object) -> None:
    """Change a table whose fences were taken down, behind the back of the program."""
    for table in ("decision", "rulebook_text"):
        desk.sql(f"DROP TRIGGER IF EXISTS {table}_no_update")
    desk.sql(statement, **values)


def test_a_decision_of_2025_replays_after_later_rows_were_recorded(
    desk: Desk, tmp_path: Path
) -> None:
    name = kept(desk)
    before = the_decision(desk, name)
    assert before.outcome == "instrument"
    later = Desk(desk.home, {"ENTREPOT_FACTS": str(amended(tmp_path / "own"))})
    now = decide(later.rulebook, GateCase("one", LAST_OF_2025, leg=MIDDLE))
    assert now.outcome is Outcome.REFUSE
    found = replay(later, name)
    assert found.kept == before
    assert not found.current
    assert found.again.deciding == ("cn.mid.v1",)
    assert json.loads(before.answer) == found.again.as_dict()
    assert replay(desk, name).current


def test_a_lease_keeps_the_decision_on_which_it_rests(desk: Desk) -> None:
    lease = leased(desk)
    (record,) = kept_decisions(desk, f"lease:{lease.id}")
    assert record.outcome in ("allow", "allow_with_duties")
    assert replay(desk, record.id).again.name == "inbound+return+placement"


def test_a_lease_that_is_refused_keeps_nothing(desk: Desk) -> None:
    quote = quoted(desk)
    with pytest.raises(Refused):
        take_quote(desk, quote.id, accept_duties=False, key="refused")
    assert kept_decisions(desk) == []


def test_outputs_name_the_decision_on_their_way_back_once(desk: Desk) -> None:
    job = started(desk)
    desk.hand.output("out.txt", b"done")
    done = ended(desk, job).job
    (output,) = done.outputs
    (record,) = kept_decisions(desk, f"return:{job.id}")
    assert output["decision"] == record.id
    assert (output["verdict"], replay(desk, record.id).again.name) == (record.outcome, "return")
    assert gate_outputs(desk, job, desk.hand.files)[0]["decision"] == record.id
    assert len(kept_decisions(desk, f"return:{job.id}")) == 1


def test_a_house_rule_that_tightened_is_part_of_what_replays(desk: Desk) -> None:
    case = GateCase("one", LAST_OF_2025, leg=OUT)
    pure = decide(desk.rulebook, case)
    strict = tightened(pure, Outcome.NEEDS_REVIEW, SPLITTING)
    record = keep_apart(desk, "case:one", case, strict)
    assert record.house == (SPLITTING,)
    assert SPLITTING in replay(desk, record.id).again.deciding


def test_the_texts_of_a_rulebook_are_kept_once(desk: Desk) -> None:
    bodies = [{"name": f"n{n}", "leg": dict(MIDDLE)} for n in range(3)]
    keep_cases(desk, bodies, Law(), "three")
    with desk.store.reading() as uow:
        texts = uow.decisions.texts(desk.rulebook.hash)
    assert texts == dict(desk.gate_texts)
    assert len(kept_decisions(desk, limit=2)) == 2
    (entry,) = desk.store.journal_entries(1)
    assert all(one.digest in json.dumps(entry) for one in kept_decisions(desk))


@pytest.mark.parametrize(
    ("column", "old", "new", "where"),
    [
        ("answer", '"outcome":"instrument"', '"outcome":"allow"', "outcome"),
        ("cases", '"ytd_persons":150000', '"ytd_persons":15', ""),
        ("digest", None, "0" * 64, "digest"),
        ("house", "[]", '["house.splitting"]', "deciding"),
    ],
)
def test_a_record_that_was_touched_does_not_replay(
    desk: Desk, column: str, old: str | None, new: str, where: str
) -> None:
    name = kept(desk)
    value = getattr(the_decision(desk, name), column)
    if column == "house":
        value = "[]"
    assert old is None or old in value
    text = new if old is None else value.replace(old, new)
    unfenced(desk, f"UPDATE decision SET {column} = :text WHERE id = :id", text=text, id=name)
    with pytest.raises(Refused) as caught:
        replay(desk, name)
    assert caught.value.code == "rules.differs"
    assert str(caught.value.params["where"]).startswith(where)


COLUMNS = ("decided_at", "actor", "cause", "name", "outcome", "rulebook", "cases", "house",
           "answer", "digest")  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_one_byte_of_the_decision_behind_a_lease_is_found(desk: Desk, column: str) -> None:
    lease = leased(desk)
    (record,) = kept_decisions(desk, f"lease:{lease.id}")
    assert desk.store.verify_journal() == []
    value = "[]" if column == "house" else getattr(record, column)
    other = value + 1 if isinstance(value, int) else value[:-1] + "x"
    unfenced(desk, f"UPDATE decision SET {column} = :v WHERE id = :id", v=other, id=record.id)
    (problem,) = desk.store.verify_journal()
    assert problem.startswith(f"decision {record.id}: ")


def test_a_forged_decision_that_holds_together_is_not_the_journal_s(desk: Desk) -> None:
    """Facts, answer and digest all rewritten to agree: it replays, and the journal knows better."""
    name = kept(desk)
    forged = GateCase("one", LAST_OF_2025, leg={**MIDDLE, "leg_persons": 1, "ytd_persons": 1})
    answer = canonical_json(decide(desk.rulebook, forged).as_dict())
    unfenced(
        desk,
        "UPDATE decision SET cases = :cases, answer = :answer, digest = :digest, "
        "outcome = :outcome WHERE id = :id",
        cases=canonical_json([plain_case(forged)]).decode(),
        answer=answer.decode(),
        digest=sha256_hex(answer),
        outcome=json.loads(answer)["outcome"],
        id=name,
    )
    with pytest.raises(Refused) as caught:
        replay(desk, name)
    assert caught.value.code == "rules.not_journalled"
    assert desk.store.verify_journal() == [
        f"decision {name}: it is not as the journal's entry names it"
    ]


def test_a_decision_that_is_gone_or_that_nobody_made_is_found(desk: Desk) -> None:
    name = kept(desk)
    desk.sql("DROP TRIGGER decision_no_delete")
    desk.sql("INSERT INTO decision SELECT 'V-FORGED', decided_at, actor, cause, name, outcome, "
             "rulebook, cases, house, answer, digest FROM decision")  # fmt: skip
    assert desk.store.verify_journal() == [
        "decision V-FORGED: no entry of the journal vouches for it"
    ]
    desk.sql("DELETE FROM decision")
    assert desk.store.verify_journal() == [f"decision {name}: the journal names it and it is gone"]


def test_a_text_of_the_law_that_was_touched_is_found(desk: Desk) -> None:
    name = kept(desk)
    unfenced(desk, "UPDATE rulebook_text SET text = text || '# ' WHERE name LIKE '%flow.yaml'")
    with pytest.raises(Fault) as caught:
        replay(desk, name)
    assert caught.value.code == "rules.texts"
    (problem,) = desk.store.verify_journal()
    assert problem == f"rulebook_text {desk.rulebook.hash}: its texts are not those of its hash"


def test_records_and_texts_are_fenced(desk: Desk) -> None:
    kept(desk)
    for statement in (
        "UPDATE decision SET outcome = 'allow'",
        "DELETE FROM decision",
        "UPDATE rulebook_text SET text = ''",
        "DELETE FROM rulebook_text",
    ):
        with pytest.raises(Exception, match="append-only"):
            desk.sql(statement)


def test_what_cannot_be_kept_unchanged_is_refused_whole(desk: Desk) -> None:
    good = {"name": "good", "leg": dict(MIDDLE)}
    bad = {"name": "bad", "leg": {**MIDDLE, "leg_persons": 1.5}}
    with pytest.raises(Invalid) as caught:
        keep_cases(desk, [good, bad], Law(), "both")
    assert caught.value.code == "gate.unkept_value"
    assert "leg_persons" in str(caught.value)
    assert kept_decisions(desk) == []


def test_a_decision_that_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        replay(desk, "V-NONE")
    assert isinstance(caught.value, EntrepotError)
    assert caught.value.render_hint()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ("a.b[1]", 2, 3)),
        ({"a": 1}, {"a": 1, "b": 2}, ("b", None, 2)),
        ([1], [], ("[0]", 1, None)),
        ({"a": 1}, {"a": True}, ("a", 1, True)),
        ({"a": []}, {"a": {}}, ("a", [], {})),
        ({"a": None}, {}, ("a", None, None)),
        ({"a": [1]}, {"a": [1]}, None),
    ],
)
def test_the_first_difference_is_named(
    before: object, after: object, expected: tuple[str, object, object] | None
) -> None:
    assert first_difference(before, after) == expected


def test_two_homes_keep_the_same_answer_for_the_same_case(desk: Desk, tmp_path: Path) -> None:
    other = open_desk(tmp_path / "other")
    one, two = (the_decision(d, kept(d)) for d in (desk, other))
    assert (one.digest, one.answer) == (two.digest, two.answer)
    assert one.id != two.id
