"""Figures of a simulation as plain values: seconds cut off to whole ones, exact ones beside."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from entrepot.domain.grid.events_measures import LEVELS, Figures
from entrepot.services.grid_simulate import Ask, Simulated


def body_of(found: Simulated, ask: Ask) -> dict[str, object]:
    """Return a simulation for ``--json``."""
    clusters = zip(found.parts, found.by_cluster, strict=True)
    return {
        "policy": ask.policy,
        "contended": ask.contended,
        "trace": {
            "rows": len(found.raw) + found.raw.skipped,
            "from_s": found.cut.origin_s,
            "span_s": found.cut.window.span_s,
            "dropped": found.cut.dropped,
            "reordered": found.raw.reordered,
            "identical": found.raw.identical,
            "gaps_over_a_day": found.cut.gaps,
            "longest_gap_s": found.cut.longest_gap_s,
        },
        **figures_body(found.total),
        "clusters": [
            {
                "cluster": part.cluster.name,
                "nodes": part.cluster.nodes,
                "devices": part.cluster.devices,
                **figures_body(each),
            }
            for part, each in clusters
        ],
    }


def figures_body(found: Figures) -> dict[str, object]:
    """Return the figures of a cluster."""
    return {
        "jobs": found.jobs,
        "done": found.done,
        "left": found.left,
        "waiting": found.waiting,
        "average_queue_s": int(found.queue_s),
        "average_jct_s": int(found.jct_s),
        "exact": {"queue_s": decimal(found.queue_s), "jct_s": decimal(found.jct_s)},
        "queue_s": _levels(found.queue_levels_s),
        "jct_s": _levels(found.jct_levels_s),
        "average_slowdown": decimal(found.slowdown),
        "slowdown": _levels([decimal(one) for one in found.slowdown_levels]),
        "utilisation_percent": decimal(100 * found.use),
        "utilisation_to_last_submission_percent": decimal(100 * found.use_open),
        "fairness_jain": decimal(found.fairness, 4),
        "preempted": found.preempted,
        "killed": found.killed,
        "lost_device_s": found.lost_s,
        "span_s": found.span_s,
    }


def _levels(values: Sequence[object]) -> dict[str, object]:
    names = ["max" if level == 100 else f"p{level}" for level in LEVELS]
    return dict(zip(names, values, strict=True))


def decimal(value: Fraction, digits: int = 2) -> str:
    """Write a fraction with so many decimals, half to even.

    >>> decimal(Fraction(46710, 7))
    '6672.86'
    """
    scaled = round(value * 10**digits)
    sign, scaled = ("-" if scaled < 0 else ""), abs(scaled)
    whole, part = divmod(scaled, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"
