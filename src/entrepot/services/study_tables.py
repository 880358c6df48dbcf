"""Tables of a study, for CSV and for the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.grid.study_interval import Interval
from entrepot.domain.grid.study_model import MILLI, PPM, REASONS, SCHEMES
from entrepot.services.grid_figures import decimal
from entrepot.services.study_sums import MEASURES, difference, measure, over_seeds

if TYPE_CHECKING:
    from entrepot.services.study_run import Setting, Study
    from entrepot.services.study_scenario import Anchor

Row = Mapping[str, str]
Table = tuple[str, Sequence[str], Sequence[Row]]

SETTING = ("vary", "value")
MEAN = ("mean", "low", "high", "seeds")
PLACES = ("used", "price", "cleared", "carbon_location", "carbon_contracted")
"""Measures that have a sense for one site or region."""

ASKERS = ("unmet", "unmet_leases", "short")
"""Measures that have a sense for one home."""


def tables_of(study: Study) -> list[Table]:
    """Return all tables as (name, columns, rows); numbers are decimal text without grouping."""
    return [
        ("measures", (*SETTING, "scheme", "measure", "where", *MEAN), list(_measures(study))),
        (
            "reasons",
            (*SETTING, "scheme", "reason", "leases", "device_hours"),
            list(_reasons(study)),
        ),
        ("cells", (*SETTING, "seed", "scheme", "measure", "exact"), list(_cells(study))),
        ("centres", CENTRES, list(_centres(study))),
        (
            "law",
            ("class", "home", "centre", "outcome", "decided_by", "round_trip_ms", "basis"),
            list(_law(study)),
        ),
        ("anchors", ANCHORS, [_anchor(study, each) for each in study.scenario.anchors]),
    ]


CENTRES = (
    *("centre", "region", "devices", "devices_in_study", "price_hkd", "watts", "pue"),
    *("g_per_kwh", "green_percent", "capacity_source", "pue_source", "carbon_source", "synthetic"),
)
ANCHORS = (
    "fact",
    "source",
    "grade",
    "stated",
    "measure",
    "where",
    "scheme",
    "found",
    "test",
    "holds",
    "role",
)


def setting_cells(setting: Setting) -> dict[str, str]:
    """Return the columns that name a point."""
    value = setting.value // PPM if setting.vary == "carbon_price" else setting.value
    return {"vary": setting.vary or "base", "value": str(value) if setting.vary else ""}


def places_of(study: Study, name: str) -> list[str]:
    """Return the places that a measure is told of, all together first."""
    world = study.ground.world
    if name in PLACES:
        regions = dict.fromkeys(site.region for site in world.sites)
        return ["", *regions, *(site.id for site in world.sites)]
    if name in ASKERS:
        return ["", *(home.id for home in world.homes)]
    return [""]


def _measures(study: Study) -> Iterator[Row]:
    for place, setting in enumerate(study.settings):
        for name, (_words, digits) in MEASURES.items():
            for where in places_of(study, name):
                head = {**setting_cells(setting), "measure": name, "where": where or "all"}
                for scheme in SCHEMES:
                    found = over_seeds(study, place, scheme, name, where)
                    yield {**head, "scheme": scheme, **mean_cells(found, digits + 2)}
                change = difference(study, place, name, where)
                yield {**head, "scheme": "difference", **mean_cells(change, digits + 2)}


def mean_cells(found: Interval | None, digits: int) -> dict[str, str]:
    """Return the columns of a mean with its interval; empty where there is none."""
    if found is None:
        return dict.fromkeys(MEAN, "")
    low, high = ends(found)
    return {
        "mean": decimal(found.mean, digits),
        "low": "" if low is None else decimal(low, digits),
        "high": "" if high is None else decimal(high, digits),
        "seeds": str(found.seeds),
    }


def ends(found: Interval) -> tuple[Fraction | None, Fraction | None]:
    """Return both ends of an interval, None where there is one seed only."""
    if found.half is None:
        return None, None
    return found.mean - found.half, found.mean + found.half


def reasons_of(study: Study, place: int, scheme: str) -> dict[str, tuple[Fraction, Fraction]]:
    """Return reason → leases and real device-hours, means over seeds."""
    scale, count = study.scenario.scale, len(study.seeds)
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for reason in REASONS:
        pairs = [
            cast("Mapping[str, list[int]]", cast("Mapping[str, object]", cell[scheme])["reasons"])[
                reason
            ]
            for cell in study.cells[place]
        ]
        leases = Fraction(sum(pair[0] for pair in pairs) * scale, count)
        hours = Fraction(sum(pair[1] for pair in pairs) * scale, count * MILLI)
        found[reason] = (leases, hours)
    return found


def _reasons(study: Study) -> Iterator[Row]:
    for place, setting in enumerate(study.settings):
        for scheme in SCHEMES:
            for reason, (leases, hours) in reasons_of(study, place, scheme).items():
                yield {
                    **setting_cells(setting),
                    "scheme": scheme,
                    "reason": reason,
                    "leases": decimal(leases, 0),
                    "device_hours": decimal(hours, 0),
                }


def _cells(study: Study) -> Iterator[Row]:
    world = study.ground.world
    for setting, cells in zip(study.settings, study.cells, strict=True):
        for seed, cell in zip(study.seeds, cells, strict=True):
            for scheme in SCHEMES:
                for name in MEASURES:
                    exact = measure(world, cast("Mapping[str, object]", cell[scheme]), name)
                    yield {
                        **setting_cells(setting),
                        "seed": str(seed),
                        "scheme": scheme,
                        "measure": name,
                        "exact": "" if exact is None else str(exact),
                    }


def _centres(study: Study) -> Iterator[Row]:
    for site, basis in zip(study.ground.world.sites, study.ground.basis, strict=True):
        yield {
            "centre": site.id,
            "region": site.region,
            "devices": str(basis.devices),
            "devices_in_study": decimal(Fraction(site.milli, MILLI), 3),
            "price_hkd": decimal(Fraction(site.price, PPM), 4),
            "watts": str(site.watts),
            "pue": decimal(Fraction(site.pue_milli, MILLI), 3),
            "g_per_kwh": decimal(Fraction(site.carbon_mg, MILLI), 1),
            "green_percent": decimal(Fraction(site.green_ppm, PPM // 100), 2),
            "capacity_source": basis.capacity,
            "pue_source": basis.pue,
            "carbon_source": basis.carbon,
            "synthetic": " ".join(basis.synthetic),
        }


def _law(study: Study) -> Iterator[Row]:
    world, ground = study.ground.world, study.ground
    for kind, by_home in zip(world.classes, ground.verdicts, strict=True):
        for number, home in enumerate(world.homes):
            for place, site in enumerate(world.sites):
                outcome, why = by_home[number][place]
                trip = world.latency_us[number][place]
                yield {
                    "class": kind.id,
                    "home": home.id,
                    "centre": site.id,
                    "outcome": outcome,
                    "decided_by": why,
                    "round_trip_ms": "" if trip < 0 else decimal(Fraction(trip, 1000), 3),
                    "basis": ground.latency_basis[number][place],
                }


@dataclass(frozen=True, slots=True)
class Held:
    """An anchor held against the base: what was found, and whether it holds."""

    stated: Fraction
    found: Fraction | None
    holds: bool


def held(study: Study, anchor: Anchor, stated: Fraction) -> Held:
    """Hold a public figure against the base."""
    mean = over_seeds(study, 0, anchor.scheme, anchor.measure, anchor.where)
    if mean is None:
        return Held(stated, None, False)
    holds = (
        mean.mean < stated if anchor.test == "below" else abs(mean.mean - stated) <= anchor.within
    )
    return Held(stated, mean.mean, holds)


def _anchor(study: Study, anchor: Anchor) -> Row:
    fact = study.facts[anchor.fact]
    found = held(study, anchor, Fraction(fact.value))
    return {
        "fact": anchor.fact,
        "source": f"{fact.provenance.source} ({fact.provenance.date})",
        "grade": fact.provenance.grade.value,
        "stated": str(fact.value),
        "measure": anchor.measure,
        "where": anchor.where,
        "scheme": anchor.scheme,
        "found": "" if found.found is None else decimal(found.found, 1),
        "test": anchor.test,
        "holds": "yes" if found.holds else "no",
        "role": anchor.role,
    }
