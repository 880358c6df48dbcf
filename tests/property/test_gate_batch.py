"""A batch answers what single decisions answer, to the byte, whatever the cases say."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.property.gate_cases import body
from tests.unit.domain.gate.gate_samples import shipped

from entrepot.domain.gate import batch
from entrepot.domain.gate.batch import BatchAnswer, GateBatch
from entrepot.domain.gate.decide import decide, judge_subject
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.rulebook.classify import Classifier, classifier

KEYS = ("name", "outcome", "deciding", "instruments", "duties", "missing", "tables", "sources")
DAY = date(2026, 11, 21)


def differences(seed: str, count: int) -> list[tuple[object, bytes, bytes]]:
    """Cases that the batch and the single path answer differently."""
    rng = random.Random(seed)
    book, desk = shipped(), GateBatch(shipped())
    found: list[tuple[object, bytes, bytes]] = []
    for _ in range(count):
        case = read_case(body(rng), DAY)
        single = decide(book, case).as_dict()
        alone = canonical_json({key: single[key] for key in KEYS})
        together = canonical_json(desk.answer(case).as_dict())
        if alone != together:
            found.append((case, alone, together))
    return found


@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_batch_and_single_agree_to_the_byte(seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CASES_BEFORE_COMPILING", 1)
    assert differences(seed, 2_000) == []


def test_batch_and_single_agree_when_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CASES_BEFORE_COMPILING", 2)
    monkeypatch.setattr(batch, "DESKS_MAX", 5)
    monkeypatch.setattr(batch, "RULINGS_MAX", 7)
    assert differences("short", 1_000) == []


@pytest.mark.parametrize("lost", [-1, 0, 1])
def test_the_comparison_catches_a_class_that_forgets_a_part(
    lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(*args: Any) -> Any:
        sound = classifier(*args)
        assert sound is not None

        def losing(sort: Callable[..., tuple[int, ...]]) -> Callable[..., tuple[int, ...]]:
            def classify(facts: Any, held: Any) -> tuple[int, ...]:
                found = list(sort(facts, held))
                found[lost] = 0
                return tuple(found)

            return classify

        return Classifier(losing(sound.classify), losing(sound.complete))

    monkeypatch.setattr(batch, "classifier", forgetful)
    assert differences("planted", 1_000)


def test_most_cases_take_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = 0

    def counted(judge: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any) -> Any:
            nonlocal judged
            judged += 1
            return judge(*args)

        return count

    monkeypatch.setattr(batch, "decide", counted(decide))
    monkeypatch.setattr(batch, "judge_subject", counted(judge_subject))
    rng, desk = random.Random("fast"), GateBatch(shipped())
    bodies = [body(rng) | {"as_of": "2026-11-21", "known": None} for _ in range(400)]
    for name in ("what_if", "reviews_in_force", "instruments_in_force"):
        bodies = [{k: v for k, v in item.items() if k != name} for item in bodies]
    for item in bodies * 2:
        desk.answer(read_case(item, DAY))
    first = judged
    for item in bodies:
        desk.answer(read_case(item, DAY))
    # Those left take the slow way each time: a fact holds a value that cannot be looked up.
    assert judged - first < 100 < first


def test_a_batch_answer_explains_itself_like_a_decision() -> None:
    rng, book, desk = random.Random("explain"), shipped(), GateBatch(shipped())
    for _ in range(300):
        case = read_case(body(rng), DAY)
        answer, single = desk.answer(case), decide(book, case)
        assert answer.decision(book).as_dict() == single.as_dict()
        assert json.loads(answer.line()) == answer.as_dict()
        assert answer.line() == json.dumps(answer.as_dict(), ensure_ascii=False)
        _reads_what_was_compared(answer, single.rows)


def _reads_what_was_compared(answer: BatchAnswer, rows: Any) -> None:
    read = answer.facts_read()
    for item in rows:
        compared = (*item.applied, *item.compared, *(c for _, c in item.passed))
        assert {name for c in compared for name in c.condition.reads} <= read.keys()
    case = answer.case
    stated = {**(case.leg or {}), **(case.placement or {})}
    stated["instruments_in_force"] = sorted(case.instruments_in_force)
    assert read == {name: stated.get(name) for name in read}
