"""The journal's chain tells of every edit, gap, swap and truncation."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from entrepot.domain.oversight.journal import entry_hash, genesis, next_entry, verify
from entrepot.domain.oversight.model import Checkpoint, Entry, Head, Problem

HOME = "H-1"


def entries(count: int = 4) -> list[Entry]:
    head, made = genesis(HOME), list[Entry]()
    for n in range(count):
        entry = next_entry(
            head,
            t=100 + n,
            actor="desk",
            command="quote",
            key=f"k{n}",
            body={"n": n},
            response_digest="d",
            ledger_head="l",
        )
        made.append(entry)
        head = Head(entry.seq, entry.t, entry.hash)
    return made


def end(made: list[Entry]) -> Head:
    return Head(made[-1].seq, made[-1].t, made[-1].hash)


def test_a_sound_journal_has_no_problem() -> None:
    made = entries()
    checkpoint = Checkpoint(HOME, 2, made[1].hash)
    assert verify(made, HOME, end(made), checkpoint) == []
    assert verify([], HOME) == []
    assert verify(made, HOME, end(made), Checkpoint(HOME, 0, genesis(HOME).hash)) == []


@pytest.mark.parametrize("name", [field.name for field in fields(Entry)])
def test_an_edit_of_any_field_is_found(name: str) -> None:
    made = entries()
    value = getattr(made[1], name)
    made[1] = replace(made[1], **{name: value + 1 if isinstance(value, int) else value + " "})
    assert verify(made, HOME, end(made))


def test_a_rehashed_edit_breaks_the_next_entry() -> None:
    made = entries()
    forged = replace(made[1], actor="thief", hash="")
    made[1] = replace(forged, hash=entry_hash(forged))
    assert [problem.row for problem in verify(made, HOME, end(made))] == ["3"]


def test_gaps_swaps_and_cut_ends_are_found() -> None:
    made = entries()
    whole = end(made)
    for damaged in (made[1:], made[:1] + made[2:], made[:3], [made[0], made[2], made[1], made[3]]):
        assert verify(damaged, HOME, whole)
    assert verify(made, HOME, None)
    assert verify(made, "H-2", whole)


def test_a_consistent_cut_is_found_by_the_checkpoint_alone() -> None:
    made = entries()
    cut = made[:2]
    assert verify(cut, HOME, end(cut)) == []
    assert verify(cut, HOME, end(cut), Checkpoint(HOME, 4, made[3].hash))
    assert verify(made, HOME, end(made), Checkpoint("H-2", 4, made[3].hash))


def test_a_body_that_is_not_canonical_is_found() -> None:
    made = entries(1)
    forged = replace(made[0], body='{"n": 0}', hash="")
    made[0] = replace(forged, hash=entry_hash(forged))
    assert [p.message for p in verify(made, HOME, end(made))] == ["its body is not canonical JSON"]


def test_time_runs_forward() -> None:
    made = entries(1)
    with pytest.raises(ValueError, match="older"):
        next_entry(
            end(made),
            t=99,
            actor="",
            command="",
            key="",
            body={},
            response_digest="",
            ledger_head="",
        )


@pytest.mark.parametrize("text", ["", "[]", "{", '{"home_id": 1}', '{"home_id": "H", "seq": "1"}'])
def test_what_is_no_checkpoint_is_none(text: str) -> None:
    assert Checkpoint.read(text) is None


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(Problem("journal", "3", "ends at {n}", (("n", 2),))) == "journal 3: ends at 2"
