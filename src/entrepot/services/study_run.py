"""Run a study: every point with every seed is a cell, computed once and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.domain.grid.study_model import Point, World
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.study_scenario import SEEDS_MAX, StudyScenario
from entrepot.services.study_world import Ground, ground_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.facts_model import FigureFact

Body = Mapping[str, object]
CELLS = "cells"


@dataclass(frozen=True, slots=True)
class How:
    """How a study is run.

    Attributes:
        out: folder of its files; finished cells lie in ``cells`` below it.
        seeds: how many, or None as the scenario says.
        workers: processes; 1 computes in this one, None takes as many as there are processors.
        ray: on Ray instead.
    """

    out: Path
    seeds: int | None = None
    workers: int | None = None
    ray: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A point of the study.

    Attributes:
        vary: field that differs from the base, empty for the base; value: its value here.
    """

    vary: str
    value: int
    point: Point


@dataclass(frozen=True, slots=True)
class Study:
    """A study that has been run.

    Attributes:
        settings: points, the base first.
        seeds: numbers.
        cells: [setting][seed] → figures by scheme.
        computed, kept: cells computed now, and found finished.
        facts: figures of demand that anchors name; names: centre or region → language → name.
    """

    scenario: StudyScenario
    ground: Ground
    settings: tuple[Setting, ...]
    seeds: tuple[int, ...]
    cells: tuple[tuple[Body, ...], ...]
    computed: int
    kept: int
    facts: Mapping[str, FigureFact]
    names: Mapping[str, Mapping[str, str]]


def settings_of(scenario: StudyScenario) -> tuple[Setting, ...]:
    """Return the base, then the values of each series; a value of the base is the base again."""
    found = [Setting("", 0, scenario.base)]
    for series in scenario.series:
        for value in series.values:
            point = replace(scenario.base, **{series.vary: value})
            found.append(Setting(series.vary, value, point))
    return tuple(found)


def run_study(
    app: App,
    scenario: StudyScenario,
    how: How,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Study:
    """Run a scenario, or what of it is not finished.

    Args:
        app: the exchange; no home is needed.
        scenario: as read.
        how: where to, how many seeds, on what.
        told: called with (cells finished, cells in all).

    Raises:
        Invalid: seeds or workers have no meaning, or the scenario does not fit the facts.
        Fault: a cell does not pass its check, or a file cannot be written.
    """
    count, workers = _terms(app, scenario, how)
    ground, settings = ground_of(app, scenario), settings_of(scenario)
    seeds = tuple(range(scenario.seed, scenario.seed + count))
    wanted = {
        cell_key(ground.world, setting.point, seed): (setting.point, seed)
        for setting in settings
        for seed in seeds
    }
    found, kept = _finished(app, how.out, wanted)
    missing = [key for key in wanted if key not in found]
    told(kept, len(wanted))
    cells = [wanted[key] for key in missing]
    for place, body in app.run_cells(ground.world, cells, workers=workers, ray=how.ray):
        found[missing[place]] = body
        app.keep_cell(_path(how.out, missing[place]), missing[place], body)
        told(len(found), len(wanted))
    rows = tuple(
        tuple(found[cell_key(ground.world, setting.point, seed)] for seed in seeds)
        for setting in settings
    )
    figures = {each.fact: app.facts.demand[each.fact] for each in scenario.anchors}
    names = {
        centre.id: centre.name or app.facts.centres[centre.id].names for centre in scenario.centres
    } | dict(scenario.regions)
    return Study(scenario, ground, settings, seeds, rows, len(missing), kept, figures, names)


def _terms(app: App, scenario: StudyScenario, how: How) -> tuple[int, int]:
    """Return how many seeds and workers there are."""
    count = scenario.seeds if how.seeds is None else how.seeds
    workers = app.processors if how.workers is None else how.workers
    if not 1 <= count <= SEEDS_MAX or not 1 <= workers <= 1024:
        raise Invalid(
            "grid.study_terms",
            N_("A study has 1 to {most} seeds and 1 to 1,024 workers."),
            hint=N_("For example: --seeds 5 --workers 2"),
            most=SEEDS_MAX,
        )
    return count, workers


def _finished(app: App, out: Path, wanted: Mapping[str, object]) -> tuple[dict[str, Body], int]:
    found: dict[str, Body] = {}
    for key in wanted:
        body = app.kept_cell(_path(out, key), key)
        if body is not None:
            found[key] = body
    return found, len(found)


def cell_key(world: World, point: Point, seed: int) -> str:
    """Return the name of a cell: a digest of all that its figures depend on."""
    from entrepot.domain.grid.study_measures import FORM

    body = {"form": FORM, "world": asdict(world), "point": asdict(point), "seed": seed}
    return digest(cast("object", body))


def _path(out: Path, key: str) -> Path:
    return out / CELLS / f"{key.removeprefix('sha256:')[:32]}.json"
