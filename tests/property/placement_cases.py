"""Small clusters and workloads, drawn from a seed."""

from __future__ import annotations

import numpy as np

from entrepot.domain.grid.model import ANY_MODEL, Nodes, Requests


def draw_nodes(rng: np.random.Generator, size: int) -> Nodes:
    """Draw nodes of three models, some without devices."""
    devices = rng.choice([0, 1, 2, 4, 8], size)
    devices[0] = 4
    return Nodes(
        names=tuple(f"n{row:03}" for row in range(size)),
        models=("A", "B", "C"),
        cpu_milli=rng.choice([8_000, 32_000, 96_000], size),
        memory_mib=rng.choice([16_384, 65_536], size),
        devices=devices,
        model=rng.integers(0, 3, size),
        strength=rng.integers(0, 5, size),
        device_memory_mib=rng.choice([16_000, 80_000], size),
        rack=rng.integers(0, max(size // 3, 1), size),
    )


def draw_requests(rng: np.random.Generator, size: int, gangs: int = 0) -> Requests:
    """Draw requests: none, shares, whole devices and several; ``gangs`` of three each."""
    devices = rng.choice([0, 1, 1, 1, 2, 4], size)
    share = rng.choice([50, 190, 330, 500, 810], size)
    whole = (devices > 1) | (rng.random(size) < 0.3)
    milli = np.where(devices == 0, 0, np.where(whole, 1000, share))
    models = np.where(rng.random(size) < 0.3, rng.integers(1, 8, size), ANY_MODEL)
    gang = np.full(size, -1)
    affinity = np.zeros(size, dtype=np.int64)
    for number in range(gangs):
        gang[3 * number : 3 * number + 3] = number
        affinity[3 * number : 3 * number + 3] = number % 3
    return Requests(
        names=tuple(f"p{row:04}" for row in range(size)),
        cpu_milli=rng.choice([500, 2_000, 8_000], size),
        memory_mib=rng.choice([512, 4_096], size),
        devices=devices,
        milli=milli,
        models=models,
        strength=np.where(rng.random(size) < 0.3, rng.integers(0, 5, size), 0),
        device_memory_mib=np.where(devices > 0, rng.choice([0, 4_000, 12_000], size), 0),
        gang=gang,
        affinity=affinity,
    )
