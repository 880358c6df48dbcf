"""Cells of a study in this process, in several, or on a Ray cluster: the same figures everywhere.

A cell depends on nothing but its world, point and seed, and its figures are whole numbers, so where
it runs and which one ends first changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.grid.study_model import Point, World

Found = tuple[int, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Failed:
    """An error of the house as it travels between processes, which cannot carry it itself."""

    kind: type[EntrepotError]
    code: str
    template: str
    hint: str
    params: Mapping[str, Any]


def one_cell(place: int, world: World, point: Point, seed: int) -> Found | Failed:
    """Compute a cell; what a worker is asked for."""
    from entrepot.domain.grid.study_measures import compute_cell

    try:
        return place, compute_cell(world, point, seed)
    except EntrepotError as error:
        params = dict(error.params)
        return Failed(type(error), error.code, error.template, error.hint_template, params)


def _opened(found: Found | Failed) -> Found:
    """Return what a worker found, or raise what it failed with."""
    if isinstance(found, Failed):
        raise found.kind(found.code, found.template, hint=found.hint, **found.params)
    return found


def in_processes(world: World, cells: Sequence[tuple[Point, int]], workers: int) -> Iterator[Found]:
    """Compute cells in so many processes, or in this one; yield them as they are finished.

    Raises:
        EntrepotError: whatever a cell raises, such as a Fault where it does not pass its check.
    """
    if min(workers, len(cells)) < 2:
        for place, (point, seed) in enumerate(cells):
            yield _opened(one_cell(place, world, point, seed))
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    # A forked child would inherit threads of the parent that stand still in it; a new one does not.
    pool = ProcessPoolExecutor(min(workers, len(cells)), mp_context=get_context("spawn"))
    try:
        work = [
            pool.submit(one_cell, place, world, point, seed)
            for place, (point, seed) in enumerate(cells)
        ]
        for future in as_completed(work):
            yield _opened(future.result())
    finally:
        pool.shutdown(cancel_futures=True)


def on_ray(world: World, cells: Sequence[tuple[Point, int]], workers: int) -> Iterator[Found]:
    """Compute cells on Ray: the cluster of ``RAY_ADDRESS``, or one of this machine.

    Nodes need entrepôt with the extra ``[ray]``, as they import it.

    Raises:
        Invalid: Ray is not installed.
        EntrepotError: whatever a cell raises, such as a Fault where it does not pass its check.
    """
    try:
        ray: Any = import_module("ray")
    except ImportError:
        raise Invalid(
            "grid.study_ray",
            N_("Ray is not installed here."),
            hint=N_("Install the extra: pip install 'entrepot[ray]', or leave out --ray."),
        ) from None
    is_ours = not ray.is_initialized()
    if is_ours:
        _start(ray, workers)
    try:
        task = ray.remote(one_cell)
        shared = ray.put(world)
        left = [task.remote(n, shared, point, seed) for n, (point, seed) in enumerate(cells)]
        while left:
            ready, left = ray.wait(left)
            yield from map(_opened, ray.get(ready))
    finally:
        if is_ours:
            ray.shutdown()


def _start(ray: Any, workers: int) -> None:
    """Join the cluster that the environment names, or make one of this machine."""
    import os

    usual: dict[str, object] = {"log_to_driver": False, "logging_level": "error"}
    if not os.environ.get("RAY_ADDRESS"):
        usual |= {"num_cpus": workers, "include_dashboard": False}
    ray.init(**usual)
