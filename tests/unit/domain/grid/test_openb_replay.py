"""The published comparison replayed on its own data, where the shared data are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from entrepot.adapters.imports.openb import read_nodes, read_pods
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.replay import replay

BESIDE = Path(__file__).parents[5] / "shared" / "data"
DATA = Path(os.environ.get("ENTREPOT_DATA", BESIDE)) / "openb"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no shared data")

PUBLISHED = {"default": 95.23, "gpushare100": 86.64}
"""Allocated at 100 % arrived by FGD, mean of ten seeds: USENIX ATC 2023, artifact."""


def allocated(name: str, policy: Policy, seed: int) -> float:
    """Return percent allocated at 100 % arrived."""
    nodes = read_nodes(DATA / "openb_node_list_gpu_node.csv.gz")
    pods = read_pods(DATA / f"openb_pod_list_{name}.csv.gz", nodes)
    return 100 * replay(nodes, pods, policy, seed, (100,)).allocated_milli[0] / nodes.milli


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_fgd_comes_out_as_published(name: str) -> None:
    mean = sum(allocated(name, Policy.FGD, seed) for seed in (42, 43, 44)) / 3
    assert mean == pytest.approx(PUBLISHED[name], abs=0.4)


def test_our_own_policy_fills_more_than_the_published_one() -> None:
    assert allocated("default", Policy.BEST, 42) > PUBLISHED["default"] + 0.5
