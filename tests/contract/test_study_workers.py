"""Cells of a study give the same figures in this process, in others, and on a Ray cluster."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.contract.ray_cluster import ray_address
from tests.study_small import small_world

from entrepot.adapters import study_workers
from entrepot.adapters.study_workers import in_processes, on_ray
from entrepot.domain.grid.study_model import Point
from entrepot.kernel.errors import Invalid

CELLS = [(Point(), 1), (Point(), 2), (Point(demand_percent=150, joined_percent=50), 1)]


def bytes_of(found: Any) -> list[bytes]:
    """Return the figures in the order of the cells, bit for bit."""
    return [json.dumps(body, sort_keys=True).encode() for _place, body in sorted(found)]


@pytest.fixture(scope="module")
def here() -> list[bytes]:
    return bytes_of(in_processes(small_world(), CELLS, 1))


def test_processes_give_the_same_bytes(here: list[bytes]) -> None:
    assert bytes_of(in_processes(small_world(), CELLS, 2)) == here
    assert len(set(here)) == 3


def test_ray_gives_the_same_bytes(here: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", ray_address())
    assert bytes_of(on_ray(small_world(), CELLS[:2], 1)) == here[:2]


def test_without_ray_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        assert name == "ray"
        raise ImportError(name)

    monkeypatch.setattr(study_workers, "import_module", missing)
    with pytest.raises(Invalid, match="not installed") as caught:
        list(on_ray(small_world(), CELLS, 1))
    assert "entrepot[ray]" in (caught.value.render_hint() or "")


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_worker_refuses_is_told_here(workers: int) -> None:
    crowded = [(Point(demand_percent=10**8), seed) for seed in (1, 2)]
    with pytest.raises(Invalid, match="more than 200,000 leases") as caught:
        list(in_processes(small_world(), crowded, workers))
    assert "scale" in caught.value.render_hint()
