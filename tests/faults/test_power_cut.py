"""Nothing acknowledged is lost when the power fails (TRUST row 2), and carelessness is seen."""

from __future__ import annotations

import random
import time

import pytest
from tests.faults.apsw_driver import Rewrite
from tests.faults.power_cut import careful, careless, cut, fresh_home, rollback_journal
from tests.sizes import figure, size

CUTS = size("POWER_CUTS", 300, 20_000)
WAYS = {"wal": careful, "rollback journal": rollback_journal}


@pytest.fixture(scope="module")
def home() -> dict[str, bytes]:
    """Return the files of a home."""
    return fresh_home()


def _points(home: dict[str, bytes], rewrite: Rewrite, seed: int) -> int:
    """Return how many operations a run has whose power stays."""
    whole = cut(home, seed, rewrite, None)
    assert whole.operations > 50
    return whole.operations


@pytest.mark.parametrize("way", WAYS)
def test_acknowledged_commits_survive_the_loss_of_power(home: dict[str, bytes], way: str) -> None:
    """Half of the cuts in each way of keeping a journal; none loses, doubles or damages."""
    rewrite = WAYS[way]
    rng, begun = random.Random(way), time.monotonic()
    operations = _points(home, rewrite, 0)
    kept: set[int] = set()
    for seed in range(CUTS // len(WAYS)):
        found = cut(home, seed, rewrite, rng.randrange(operations))
        assert found.sound, (way, seed, sorted(found.lost), found.problems)
        kept.add(len(found.recovered))
    seconds = round(time.monotonic() - begun, 1)
    figure("power cuts", way=way, cuts=CUTS // len(WAYS), seconds=seconds)
    assert len(kept) > 5, "the cuts came at one place only"


def test_commits_without_a_sync_are_found_out(home: dict[str, bytes]) -> None:
    """With synchronous=NORMAL acknowledged commits are lost, and the test sees it."""
    rng = random.Random(7)
    operations = _points(home, careless, 0)
    found = [cut(home, seed, careless, rng.randrange(5, operations)) for seed in range(CUTS // 10)]
    lost = sum(bool(one.lost) for one in found)
    figure("power cuts, synchronous=NORMAL", cuts=len(found), lost=lost)
    assert any(one.lost for one in found)
    assert not any(one.problems for one in found), "a lost tail is no damage"
