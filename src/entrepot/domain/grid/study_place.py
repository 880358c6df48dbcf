"""Give the leases of a study their places, each firm for itself or on one grid, and check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.study_demand import Asked, Firms
from entrepot.domain.grid.study_kernels import Desk, give
from entrepot.domain.grid.study_model import (
    NOT_STATED,
    SERVED,
    SHARED,
    Point,
    World,
    milli_of,
    rate_of,
)
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Given:
    """What was given under a scheme.

    Attributes:
        desk: what was looked at.
        site, start: int64[L], -1 for no place.
        reason: int64[L], place in :data:`entrepot.domain.grid.study_model.REASONS`.
        used: int64[S, T], milli-devices in use.
    """

    desk: Desk
    site: Int64
    start: Int64
    reason: Int64
    used: Int64


def give_places(world: World, point: Point, firms: Firms, asked: Asked, scheme: str) -> Given:
    """Give leases their places in the order in which they are asked for.

    Args:
        world, point: sites and terms.
        firms, asked: as drawn.
        scheme: ``alone`` or ``shared``.
    """
    desk = _desk(world, point, firms, asked, scheme)
    capacity = np.repeat(desk.milli[:, None], world.slots, axis=1)
    free, leases = capacity.copy(), len(asked)
    site, start, reason = (np.full(leases, -1, np.int64) for _ in range(3))
    if leases:
        give(desk, free, site, start, reason)
    return Given(desk, site, start, reason, capacity - free)


def _desk(world: World, point: Point, firms: Firms, asked: Asked, scheme: str) -> Desk:
    rate = np.array([rate_of(site, point) for site in world.sites], np.int64)
    milli = np.array([milli_of(site, point) for site in world.sites], np.int64)
    firm, home, kind = (_whole(each) for each in (asked.firm, asked.home, asked.kind))
    own = _whole(firms.own)[firm]
    reach = own[:, None] == np.arange(len(world.sites))
    if scheme == SHARED:
        reach = reach | (_whole(firms.rank)[firm] < point.joined_percent)[:, None]
    trip = np.array(world.latency_us, np.int64)[home]
    most = _whole([each.latency_us for each in world.classes])[kind][:, None]
    near = (most == 0) | ((trip != NOT_STATED) & (trip <= most))
    return Desk(
        np.argsort(rate, kind="stable").astype(np.int64),
        _whole([site.price for site in world.sites]),
        milli,
        reach,
        np.array(world.lawful, np.bool_)[kind, home],
        near,
        own if point.own_first else np.full(own.size, -1, np.int64),
        _whole(asked.hour),
        _whole(asked.milli),
        _whole(asked.hours),
        _whole([each.patience_h for each in world.classes])[kind],
        _whole(asked.value),
        point.soonest,
    )


def _whole(values: tuple[int, ...] | list[int]) -> Int64:
    return np.array(values, np.int64)


def check_given(given: Given) -> None:
    """Go through everything that was given by code that the kernel does not share.

    Served and unmet leases are all that were asked for; no hour of a site is filled beyond its
    devices; nothing lies where law, contract, latency or price forbids it, or later than it may.

    Raises:
        Fault: something is broken; nothing of such a cell is used.
    """
    desk, used = given.desk, np.zeros_like(given.used)
    for row in range(given.site.size):
        site, start = int(given.site[row]), int(given.start[row])
        if (site >= 0) != (int(given.reason[row]) == SERVED):
            raise _broken("reason", row)
        if site < 0:
            continue
        wait, hours = start - int(desk.hour[row]), int(desk.hours[row])
        used[site, start : start + hours] += int(desk.size[row])
        if not (desk.reach[row, site] and desk.lawful[row, site] and desk.near[row, site]):
            raise _broken("place", row)
        if not 0 <= wait <= int(desk.patience[row]) or start + hours > used.shape[1]:
            raise _broken("time", row)
        if desk.price[site] > desk.value[row]:
            raise _broken("price", row)
    if (used != given.used).any() or (used > desk.milli[:, None]).any():
        raise _broken("capacity", -1)


def _broken(what: str, lease: int) -> Fault:
    return Fault(
        "grid.study_check",
        N_("The study does not pass its own check: {what}, lease {lease}."),
        hint=N_("Nothing was kept. Report it with the scenario and the seed."),
        what=what,
        lease=lease,
    )
