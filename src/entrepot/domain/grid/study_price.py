"""What devices would have cost if every hour of every site had cleared by price.

A lease wants the site and time that leave it most after price and rent. Rents move until nobody
wants more than there is (Lagrangian dual, as in geo placement); price and rent together are the
clearing price. All that is asked for is known to this market at once, unlike to the desk that gives
leases as they come; it says how scarce devices were, not what anybody paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.geo_kernels import Wish
from entrepot.domain.grid.geo_solve import Walk, find_rents
from entrepot.domain.grid.study_model import MILLI
from entrepot.domain.grid.study_place import Given

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

STEPS = 120
"""Moves of the rents; a thousand move the mean rents of a full grid by less than 1 % more."""

WALK = Walk(0.2, 0.001, 20.0)
"""Centres of a study cost much the same, so what is asked for beyond supply counts in full."""


def clearing_rent(given: Given) -> Int64:
    """Return the rent of each site and hour, int64[S, T], micro-HKD per device."""
    wish = _wish(given)
    if not wish.devices.size:
        return np.zeros_like(given.used)
    capacity = np.repeat(given.desk.milli[:, None], given.used.shape[1], axis=1)
    rent, _bound = find_rents(wish, capacity, STEPS, WALK)
    return rent * MILLI


def _wish(given: Given) -> Wish:
    """Lay out what the desk looked at, prices per milli-device."""
    desk, (sites, slots) = given.desk, given.used.shape
    hours = np.arange(slots + 1, dtype=np.int64)
    price: Int64 = (desk.price // MILLI)[:, None] * hours
    fits = desk.size[:, None] <= desk.milli
    worth = desk.value // MILLI * desk.size * desk.hours
    nothing = np.zeros(desk.size.size, np.int64)
    return Wish(
        price,
        np.zeros((sites, slots + 1), np.int64),
        np.zeros(sites, np.int64),
        desk.reach & desk.lawful & desk.near & fits,
        desk.size,
        desk.hours,
        desk.hour,
        desk.hour + desk.patience + desk.hours,
        nothing,
        nothing,
        worth,
    )
