"""A batch reads and answers stated cases as the slow way does, whatever a file may hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.property.gate_cases import body
from tests.unit.domain.gate.gate_samples import BACK, CHIP, IN, OUT, shipped

from entrepot.domain.gate import batch
from entrepot.domain.gate.batch import BatchRefusal, GateBatch
from entrepot.domain.gate.batch_ruling import Shelf
from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid

KEYS = ("name", "outcome", "deciding", "instruments", "duties", "missing", "tables", "sources")
DAY = date(2026, 11, 21)
ODD_FACTS: tuple[Any, ...] = (
    *(None, "?", "", "hk", True, False, 0, 1, -1, 2.5, 10**16, 10**30, -(10**30), 1.0),
    *([], ["HK", "HK"], ["XX"], ("CN",), {"CN"}, {"a": 1}, [["CN"]], [None], DAY, b"CN"),
)
ODD_KEYS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("name", (None, "", "two\nlines", 3, True, ["a"], "half \ud83d", "香港")),
    ("as_of", (None, "", "2026-02-30", "2026-W01-1", 20260101, True, DAY, ["2026-11-21"])),
    ("known", (None, "2026-11-21", "soon", False, DAY, {"day": 1})),
    ("leg", (None, {}, [], "leg", 0, False, [("ciio", True)])),
    ("placement", (None, {}, [], (), True)),
    ("instruments_in_force", (None, [], (), "", "gba_contract_hk", [1], [[]], ["unheard_of"], {})),
    ("what_if", (None, [], ["hk.s33"], ("hk.s33",), ["nothing"], 0, {"hk.s33"})),
    ("reviews_in_force", (None, [], ["oo.sg"], ["nothing"], "oo.sg")),
    ("nane", ("x",)),
)
UNKNOWN = ("leg_person", "instruments_in_force", "tpp", "ciio", "", 7, None)


def stated(rng: random.Random) -> dict[Any, Any]:
    """A case as a file may state it: mostly sound and under one law, so that the quick way is
    open to it; sometimes with one thing wrong."""
    if rng.random() < 0.2:
        return body(rng)
    found: dict[Any, Any] = {"name": f"case {rng.randrange(10**9)}"}
    for key, some in (("leg", (IN, OUT, BACK)), ("placement", (CHIP,))):
        if rng.random() < 0.8:
            facts: dict[Any, Any] = dict(rng.choice(some))
            for name in rng.sample(sorted(facts), rng.choice([0, 0, 1, 4])):
                if isinstance(facts[name], bool):
                    facts[name] = not facts[name]
                else:
                    facts[name] = rng.choice(ODD_FACTS)
            if rng.random() < 0.1:
                facts.pop(rng.choice(sorted(facts)))
            if rng.random() < 0.1:
                facts[rng.choice(UNKNOWN)] = rng.choice(ODD_FACTS)
            found[key] = facts
    if rng.random() < 0.5:
        found["instruments_in_force"] = rng.choice([["gba_contract_hk"], [], ["bis_licence"]])
    if rng.random() < 0.2:
        key, values = rng.choice(ODD_KEYS)
        found[key] = rng.choice(values)
    return found


def slowly(case: dict[Any, Any], name: str) -> object:
    """What reading the case and judging it alone gives."""
    try:
        single = decide(shipped(), read_case(case, DAY, name)).as_dict()
    except Invalid as error:
        own = case.get("name")
        return {"name": own if isinstance(own, str) and own else name, "error": error.as_dict()}
    return {key: single[key] for key in KEYS}


def same(one: object, other: object) -> bool:
    """Whether two answers are alike to the byte, or hold what no text can hold and are equal."""
    try:
        return canonical_json(one) == canonical_json(other)
    except (Invalid, UnicodeError):
        return one == other


def differences(seed: str, count: int) -> list[tuple[object, object, object]]:
    """Stated cases that the batch and the slow way answer differently."""
    rng, desk = random.Random(seed), GateBatch(shipped())
    found: list[tuple[object, object, object]] = []
    for number in range(count):
        case = stated(rng)
        alone = slowly(case, f"case-{number}")
        together = desk.answer_body(case, DAY, number).as_dict()
        if not same(alone, together):
            found.append((case, alone, together))
    return found


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A batch that goes over to its classifier at the first case."""
    monkeypatch.setattr(batch, "CASES_BEFORE_COMPILING", 1)
    return monkeypatch


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("seed", ["one", "two"])
def test_stated_cases_are_answered_as_the_slow_way_answers_them(seed: str) -> None:
    assert differences(seed, 1_200) == []


def test_they_are_when_memory_is_short(eager: pytest.MonkeyPatch) -> None:
    eager.setattr(batch, "DESKS_MAX", 3)
    eager.setattr(batch, "RULINGS_MAX", 7)
    assert differences("short", 600) == []


def _blind_to(key: str) -> Callable[..., Any]:
    sound = vars(batch)["_law_key"]

    def law_key(get: Callable[[str], object], as_of: date) -> object:
        return sound(lambda name: None if name == key else get(name), as_of)

    return law_key


@pytest.mark.parametrize("key", ["as_of", "instruments_in_force", "what_if"])
def test_the_comparison_catches_a_law_that_is_mistaken_for_another(
    key: str, eager: pytest.MonkeyPatch
) -> None:
    eager.setattr(batch, "_law_key", _blind_to(key))
    assert differences("planted", 700)


def test_the_comparison_catches_keys_that_nobody_looks_at(eager: pytest.MonkeyPatch) -> None:
    eager.setattr(batch, "_KEYS", frozenset(batch.KEYS) | {"nane"})
    assert differences("planted", 700)


def test_the_comparison_catches_facts_that_nobody_knows(eager: pytest.MonkeyPatch) -> None:
    names = vars(batch)["_names"]
    eager.setattr(batch, "_names", lambda *args: names(*args) | {"leg_person", "tpp"})
    assert differences("planted", 700)


def test_the_comparison_catches_tables_that_are_taken_for_one_another(
    eager: pytest.MonkeyPatch,
) -> None:
    sound = Shelf.part

    def part(self: Shelf, gate: str, one: tuple[int, ...]) -> object:
        known = {(table, 1): piece for (table, _), piece in self.pieces.items()}
        for table, number in enumerate(one[:-1]):
            if number and (table, 1) in known:
                self.pieces.setdefault((table, number), known[table, 1])
        return sound(self, gate, one)

    eager.setattr(Shelf, "part", part)
    assert differences("planted", 700)


def test_most_sound_cases_are_never_read_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    def counted(*args: Any) -> Any:
        nonlocal read
        read += 1
        return read_case(*args)

    monkeypatch.setattr(batch, "read_case", counted)
    desk = GateBatch(shipped())
    for number in range(200):
        case = {"leg": {**OUT, "leg_persons": number}, "placement": CHIP}
        found = desk.answer_body(case, DAY, number)
        assert found.name == f"case-{number}" and not isinstance(found, BatchRefusal)
        assert found.case == read_case(case, DAY, f"case-{number}")
    assert read == batch.CASES_BEFORE_COMPILING
