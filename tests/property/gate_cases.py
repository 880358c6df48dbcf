"""Random cases of the gate for comparisons: sound, torn, contradictory, odd and at the edges."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from tests.property.test_gate_oracle import random_case
from tests.unit.domain.gate.gate_samples import BACK, CHIP, IN, OUT, shipped

ODD: tuple[Any, ...] = (
    *(None, "?", "hk", -1, 0, 1, True, False, 2.5, 10**30, "", [], ["HK", "HK"], ["XX"], ("CN",)),
    *({"CN"}, {"a": 1}, [["CN"]], date(2026, 1, 1)),
)
EDGES = (0, 1, 9_999, 10_000, 99_999, 100_000, 999_999, 1_000_000, 4_799, 4_800, 20_999, 21_000)
DAYS = (
    date(2026, 11, 21),
    *(date(2025, 12, 31), date(2026, 1, 1), date(2024, 3, 21), date(2024, 3, 22)),
    *(date(2026, 1, 14), date(2026, 1, 15), date(1990, 1, 1), date(2012, 10, 1)),
)
WHAT_IF = ("hk.s33", "ear.remote_bill")
CONTRADICTIONS = (
    {"recipient_in_hk": True, "place_to": "CN"},
    {"processing_zone": "hainan_idc", "recipient_in_gba9": True},
    {"place_from": "CN", "place_to": "HK", "leg_persons": 2, "ytd_persons": 1},
    {"mixes_cn_important": True, "important_declared": False},
    {"place_from": "HK", "place_to": "HK", "cross_border": True},
)


def body(rng: random.Random) -> dict[str, Any]:
    """A case as a file may state it."""
    day = rng.choice(DAYS) if rng.random() < 0.7 else date(rng.randint(1995, 2030), 6, 1)
    found: dict[str, Any] = {"name": f"case {rng.randrange(10**9)}", "as_of": day.isoformat()}
    part = rng.choice(["leg", "placement", "both"])
    if part != "placement":
        found["leg"] = _facts(rng, "leg")
    if part != "leg":
        found["placement"] = _facts(rng, "placement")
    if rng.random() < 0.15:
        found["known"] = rng.choice(["2026-11-20", "2026-11-21", "2020-01-01"])
    if rng.random() < 0.15:
        found["what_if"] = rng.sample(WHAT_IF, rng.randint(1, 2))
    if rng.random() < 0.15:
        found["reviews_in_force"] = rng.sample(sorted(shipped().rows), 3)
    if rng.random() < 0.4:
        names = shipped().dictionary.facts["instruments_in_force"].domain
        found["instruments_in_force"] = rng.sample([*names, "unheard_of"], rng.choice([1, 2, 6]))
    return found


def _facts(rng: random.Random, scope: str) -> dict[str, Any]:
    if rng.random() < 0.4:
        return random_case(rng, scope)[0]
    facts: dict[str, Any] = dict(rng.choice([IN, OUT, BACK]) if scope == "leg" else CHIP)
    for name in rng.sample(sorted(facts), rng.choice([0, 0, 1, 3])):
        if type(facts[name]) is bool:
            facts[name] = not facts[name]
        elif type(facts[name]) is int:
            facts[name] = rng.choice(EDGES)
    if scope == "leg" and rng.random() < 0.1:
        facts.update(rng.choice(CONTRADICTIONS))
    for name in rng.sample(sorted(facts), rng.choice([0, 0, 0, 1, 2])):
        facts.pop(name)
    for name in rng.sample(sorted(facts), rng.choice([0, 0, 0, 1, 2])):
        facts[name] = rng.choice(ODD)
    return facts
