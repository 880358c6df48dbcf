"""Buckets that are forgotten, answers that are kept in bounds, cursors of other lists."""

from __future__ import annotations

import threading

import pytest

from entrepot.faces.api import limits
from entrepot.faces.api.cursor import read_cursor, write_cursor
from entrepot.faces.api.limits import Buckets
from entrepot.faces.api.refusals import HttpRefusal
from entrepot.faces.api.replay import Kept, Replays
from entrepot.kernel.errors import Conflict


def test_buckets_that_are_full_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SWEEP_EVERY", 10)
    at = [0.0]
    buckets = Buckets(10, 10, lambda: at[0])
    for number in range(9):
        buckets.take(f"address {number}")
    assert len(buckets) == 9
    at[0] = 60.0
    buckets.take("another")
    assert len(buckets) == 1


def test_many_threads_take_no_more_than_there_is() -> None:
    buckets = Buckets(1, 50, lambda: 0.0)
    taken: list[int] = []
    threads = [
        threading.Thread(target=lambda: taken.extend(buckets.take("a") == 0 for _ in range(40)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 50


def test_answers_are_kept_in_bounds_and_the_oldest_go_first() -> None:
    replays = Replays(kept_max=3, bytes_max=10)
    for number in range(4):
        replays.keep(f"k{number}", Kept("d", 200, b"x"))
    assert replays.find("k0", "d") is None
    assert replays.find("k3", "d") is not None
    replays.keep("large", Kept("d", 200, b"x" * 10))
    assert replays.find("k3", "d") is None and replays.find("large", "d") is not None


def test_the_first_of_two_answers_counts_and_another_request_is_refused() -> None:
    replays = Replays()
    first = replays.keep("k", Kept("d", 201, b"first"))
    assert replays.keep("k", Kept("d", 201, b"second")) is first
    with pytest.raises(Conflict):
        replays.find("k", "e")


@pytest.mark.parametrize("text", ["x", "====", "WyJqb2IubGlzdCJd", "W10", "9" * 300, "算"])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(HttpRefusal):
        read_cursor("job.list", text)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(HttpRefusal):
        read_cursor("job.list", write_cursor("lease.list", "L-1"))
