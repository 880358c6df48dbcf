"""The pace of the solver: counts, the clock, and turns that leave no trace."""

from __future__ import annotations

from entrepot.domain.market.pace import LEAST_S, Pace


def test_counts_are_kept_to_and_noted() -> None:
    pace = Pace({"dual": 3}, 60.0, lambda: 1e9)
    assert [pace.more("dual", 1, 0.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert pace.done == {"dual": 3}
    assert not pace.more("polish", 9, 1.0)
    assert pace.left_s(0.5) is None


def test_whoever_names_no_chunks_means_all_of_them() -> None:
    assert Pace({"anneal": 10}, None, None).more("chunk", 24, 1.0)
    assert not Pace({"anneal": 10, "chunk": 0}, None, None).more("chunk", 24, 1.0)


def test_the_clock_ends_a_stage_at_its_part_of_the_limit() -> None:
    now = [0.0]
    pace = Pace(None, 10.0, lambda: now[0])
    assert pace.more("dual", 100, 0.25)
    now[0] = 2.6
    assert not pace.more("dual", 100, 0.25)
    assert pace.left_s(0.6) == 3.4
    now[0] = 11.0
    assert pace.left_s(0.6) == LEAST_S


def test_a_turn_cut_short_is_not_counted() -> None:
    now = [0.0]
    pace = Pace(None, 10.0, lambda: now[0])
    assert pace.more("relax", 1, 1.0)
    pace.take_back("relax")
    assert pace.done == {"relax": 0}


def test_size_alone_decides_without_a_clock() -> None:
    pace = Pace(None, None, None)
    assert [pace.more("polish", 2, 0.0) for _ in range(3)] == [True, True, False]
    assert pace.count("anneal", 500, 0.5, lambda: 1e9) == 500
