"""Devices of a machine are given out whole or in shares, never twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.adapters.backends.local.devices import assign, choose, visible
from entrepot.kernel.errors import Refused

ALL = ["0", "1", "2", "3"]
MILLI = st.one_of(st.integers(1, 999), st.sampled_from([1000, 2000, 3000]))


def oversold(held: dict[str, dict[str, int]]) -> list[str]:
    return [one for one in ALL if sum(part.get(one, 0) for part in held.values()) > 1000]


@given(st.lists(st.tuples(MILLI, st.booleans()), max_size=30))
def test_no_device_is_ever_given_twice(asked: list[tuple[int, bool]]) -> None:
    held: dict[str, dict[str, int]] = {}
    for number, (milli, ends) in enumerate(asked):
        chosen = choose(ALL, held, milli)
        if chosen:
            held[f"J-{number}"] = {one: min(milli, 1000) for one in chosen}
        assert oversold(held) == []
        assert len(chosen) in (0, max(1, milli // 1000))
        if ends and held:
            del held[min(held)]


def test_the_plan_above_would_see_a_device_given_twice() -> None:
    assert oversold({"J-1": {"0": 600}, "J-2": {"0": 600}}) == ["0"]


def test_a_job_keeps_its_devices_and_gives_them_back_when_it_ends(tmp_path: Path) -> None:
    table, over = tmp_path / "devices.json", set[str]()

    def take(job: str, milli: int) -> list[str]:
        return assign(table, ALL, job, milli, lambda name: name in over)

    assert take("J-1", 3000) == ["0", "1", "2"] == take("J-1", 3000)
    assert take("J-2", 250) == ["3"] and take("J-3", 750) == ["3"]
    with pytest.raises(Refused):
        take("J-4", 250)
    over.add("J-1")
    assert take("J-4", 250) == ["0"]


def test_a_job_sees_its_own_devices_alone() -> None:
    assert visible(["1", "3"])["CUDA_VISIBLE_DEVICES"] == "1,3" and visible([]) == {}
