"""A certificate that is changed anywhere is refused, each change of 1,000 and more."""

from __future__ import annotations

import copy
import json
import random
from functools import cache
from typing import cast

import pytest
from tests.sizes import figure, size

from entrepot.domain.auction_check.check import check
from entrepot.domain.auction_check.model import Call
from entrepot.domain.auction_check.read_call import read_call
from entrepot.domain.market.generate import generate
from entrepot.kernel.canonical import canonical_json, digest
from entrepot.services.auction_folder import folder_of
from entrepot.services.auction_run import Terms, clear

TRIES = size("TAMPERINGS", 1_000, 4_000)
Plain = dict[str, object]
Path = tuple[str | int, ...]

SAID_ONLY = {"version", "seed", "budget", "mip_bound", "gap_percent_mip", "dropped", "digest"}
"""Fields that only the digest holds fast: how the answer was found, and the solver's word."""

FREE = {"prices", "congestion"}
"""A price at which nobody trades may be another; weak duality holds with any."""


@cache
def sound() -> tuple[Call, bytes]:
    """Return a call as the checker reads it, and its certificate."""
    folder = folder_of(generate(30, 2, 2, 6, seed=5))
    tables = {name: table.columns for name, table in folder.tables.items()}
    call = read_call(folder.slots, folder.slot_s, folder.zones, folder.classes, tables)
    return call, canonical_json(clear(folder, Terms(seed=5)).certificate)


def leaves(value: object, path: Path = ()) -> list[Path]:
    """Return the paths of all values that are neither list nor object, and of all lists."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return [leaf for key, member in members for leaf in leaves(member, (*path, key))]
    if isinstance(value, list):
        items = enumerate(cast("list[object]", value))
        return [path, *(leaf for at, item in items for leaf in leaves(item, (*path, at)))]
    return [path]


def tampered(rng: random.Random, body: Plain, without: set[str]) -> tuple[Plain, Path]:
    """Change one value or list; return the copy and the place."""
    forged = copy.deepcopy(body)
    paths = [path for path in leaves(forged) if path and path[0] not in without]
    while True:
        path = rng.choice(paths)
        holder: object = forged
        for step in path[:-1]:
            holder = cast("dict[str | int, object]", holder)[step]
        cells = cast("dict[str | int, object]", holder)
        before = copy.deepcopy(cells[path[-1]])
        cells[path[-1]] = other(rng, before)
        if cells[path[-1]] != before:
            return forged, path


def other(rng: random.Random, value: object) -> object:
    """Return another value of the same or of another type."""
    if isinstance(value, int):
        return rng.choice([value + 1, value - 1, -value, value * 2, 0, 10**30, str(value), None])
    if isinstance(value, str):
        return rng.choice([value + "1", value[1:], "", "nan", 1, value.swapcase()])
    if isinstance(value, list) and value:
        rows = cast("list[object]", value)
        at = rng.randrange(len(rows))
        return rng.choice([rows[:at] + rows[at + 1 :], [*rows, rows[at]], None])
    return rng.choice([[["x", 1]], 0, "0"])


def test_the_certificate_holds_before_it_is_changed() -> None:
    call, text = sound()
    assert check(call, json.loads(text)) == []


@pytest.mark.parametrize("part", range(4))
def test_any_change_of_a_stored_certificate_is_found(part: int) -> None:
    call, text = sound()
    rng = random.Random(part)
    for _ in range(TRIES // 4):
        forged, path = tampered(rng, json.loads(text), set())
        assert check(call, forged), path
    figure("tamperings refused", of=TRIES // 4, refused=TRIES // 4)


@pytest.mark.parametrize("part", range(4))
def test_a_forger_who_signs_anew_is_found_by_the_arithmetic(part: int) -> None:
    """The digest is worked out again, so only the figures themselves can tell."""
    call, text = sound()
    rng = random.Random(100 + part)
    for _ in range(TRIES // 4):
        forged, path = tampered(rng, json.loads(text), SAID_ONLY | FREE | {"payments"})
        forged["digest"] = digest({k: v for k, v in forged.items() if k != "digest"})
        assert check(call, forged), path


def test_a_forger_of_payments_is_found() -> None:
    call, text = sound()
    rng = random.Random(7)
    for _ in range(250):
        body = json.loads(text)
        forged, path = tampered(rng, {"payments": body["payments"]}, set())
        if path[1:] == ("fee_ppm_max",):
            continue  # another cap may yield the same payments
        body["payments"] = forged["payments"]
        body["digest"] = digest({k: v for k, v in body.items() if k != "digest"})
        assert check(call, body), path


def test_the_test_would_see_a_blind_checker() -> None:
    """A planted bug: a checker that is given the forged figure as its own finds nothing."""
    _call, text = sound()
    body = json.loads(text)
    body["welfare"] = cast("int", body["welfare"]) + 1
    assert digest({k: v for k, v in body.items() if k != "digest"}) != body["digest"]
