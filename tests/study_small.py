"""A small world of a study, as values and as a file."""

from __future__ import annotations

import re
from pathlib import Path

from entrepot.domain.grid.study_model import (
    PPM,
    StudyClass,
    StudyHome,
    StudySite,
    World,
)

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "run-a-study.md"
EVEN = (1,) * 24
WHOLE = ((0, 1000), (PPM, 4000))
HOURS = ((0, 0), (PPM, 6 * 3600))


def small_world(
    *,
    capacity: tuple[int, ...] = (4000, 12_000),
    asked: tuple[int, ...] = (6000, 3000),
    lawful: tuple[tuple[bool, ...], ...] = ((True, True), (True, True)),
    patience_h: int = 2,
    latency_us: int = 0,
) -> World:
    """Return two centres, near and cheap, with a home at each."""
    prices, carbon = (20 * PPM, 10 * PPM), (500_000, 200_000)
    sites = tuple(
        StudySite(f"site-{n}", f"region-{n}", each, prices[n], 700, 1200, carbon[n], 0)
        for n, each in enumerate(capacity)
    )
    kind = StudyClass("work", WHOLE, False, HOURS, 6, patience_h, latency_us, 5 * PPM, 40 * PPM)
    homes = tuple(
        StudyHome(
            f"home-{n}", f"region-{n}", 5, each, tuple(int(n == m) for m in (0, 1)), (1,), EVEN
        )
        for n, each in enumerate(asked)
    )
    trips = ((1000, 30_000), (30_000, 1000))
    return World(sites, (kind,), homes, (lawful,), trips, 6, 24, 90)


def small_text() -> str:
    """Return the scenario of the page that tells how a study is run."""
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]
