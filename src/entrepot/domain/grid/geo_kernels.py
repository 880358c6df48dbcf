"""Machine code of geo placement: look through every place and time of a lease, or put leases down.

An option is a site and a first slot. Its surplus is the lease's value less its cost there:

    cost = devices · Σ price + devices · Wh · Σ carbon charge + egress

Sums over the slots of a stay are differences of prefix sums, so an option costs the same however
long the stay. All figures are whole numbers, so whoever computes twice finds the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from entrepot.domain.grid.jit import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

CARBON_BITS = 10
"""Carbon charges are kept in 1/1024 micro-HKD, for a shift costs less than a division."""


class Wish(NamedTuple):
    """What is to be placed, and at what cost.

    Attributes:
        price: int64[S, T + 1], prefix sums of micro-HKD per device and slot.
        carbon: int64[S, T + 1], prefix sums of 1/1024 micro-HKD per watt-hour.
        egress: int64[S], micro-HKD per GB.
        open: bool[L, S], where law, class and latency let a lease go.
        devices, slots, earliest, deadline, energy, out, value: int64[L]: devices, length, first
            slot, slot by which it has ended, Wh per device and slot, GB out, micro-HKD.
    """

    price: Int64
    carbon: Int64
    egress: Int64
    open: Bools
    devices: Int64
    slots: Int64
    earliest: Int64
    deadline: Int64
    energy: Int64
    out: Int64
    value: Int64


@compiled
def surplus(wish: Wish, lease: int, site: int, start: int) -> int:
    """Return the surplus of an option in micro-HKD."""
    end = start + wish.slots[lease]
    devices = wish.devices[lease]
    money = devices * (wish.price[site, end] - wish.price[site, start])
    charge = wish.carbon[site, end] - wish.carbon[site, start]
    money += (devices * wish.energy[lease] * charge) >> CARBON_BITS
    return wish.value[lease] - money - wish.out[lease] * wish.egress[site]


@compiled
def scan(wish: Wish, rent: Int64, gain: Int64, load: Int64) -> int:
    """Let every lease take its best option at rents of capacity; nothing holds them back.

    Args:
        wish: leases and costs.
        rent: int64[S, T + 1], prefix sums of micro-HKD per device and slot.
        gain: int64[L], filled with each lease's best surplus after rent, 0 where it stays away.
        load: int64[S, T], filled with the devices that would be taken.

    Returns:
        The sum of all gains.
    """
    total = 0
    load[:] = 0
    for lease in range(wish.devices.size):
        devices, slots = wish.devices[lease], wish.slots[lease]
        best, where, when = 0, -1, 0
        for site in range(wish.egress.size):
            if not wish.open[lease, site]:
                continue
            for start in range(wish.earliest[lease], wish.deadline[lease] - slots + 1):
                paid = devices * (rent[site, start + slots] - rent[site, start])
                found = surplus(wish, lease, site, start) - paid
                if found > best:
                    best, where, when = found, site, start
        gain[lease] = best
        total += best
        if where >= 0:
            load[where, when : when + slots] += devices
    return total


@compiled
def fits(free: Int64, site: int, start: int, slots: int, devices: int) -> bool:
    """Say whether devices are free throughout a stay."""
    for slot in range(start, start + slots):  # noqa: SIM110  the compiler knows no generators
        if free[site, slot] < devices:
            return False
    return True


@compiled
def find(wish: Wish, rent: Int64, free: Int64, lease: int) -> tuple[int, int, int]:
    """Return surplus after rent, site and first slot of the best option that is free.

    The site is -1 where none is free that leaves a surplus; before rent, no option without a
    surplus is ever taken.
    """
    devices, slots = wish.devices[lease], wish.slots[lease]
    best, where, when = -(1 << 62), -1, 0
    for site in range(wish.egress.size):
        if not wish.open[lease, site]:
            continue
        for start in range(wish.earliest[lease], wish.deadline[lease] - slots + 1):
            plain = surplus(wish, lease, site, start)
            if plain <= 0:
                continue
            found = plain - devices * (rent[site, start + slots] - rent[site, start])
            if found > best and fits(free, site, start, slots, devices):
                best, where, when = found, site, start
    return best, where, when


@compiled
def move(wish: Wish, rent: Int64, order: Int64, free: Int64, site: Int64, start: Int64) -> int:
    """Take each lease up and put it down where it is best now; return how much was won.

    The gain counts rents, so with rents of nought it is money.
    """
    won = 0
    for lease in order:
        slots, devices, old = int(wish.slots[lease]), int(wish.devices[lease]), 0
        if site[lease] >= 0:
            here, begin = int(site[lease]), int(start[lease])
            free[here, begin : begin + slots] += devices
            paid = devices * int(rent[here, begin + slots] - rent[here, begin])
            old = surplus(wish, lease, here, begin) - paid
        found, where, when = find(wish, rent, free, lease)
        if where >= 0 and (found > old or site[lease] >= 0):
            won += found - old
            site[lease], start[lease] = where, when
            free[where, when : when + slots] -= devices
    return won
