"""The tightened call: only options that can run, as flat arrays for compiled loops.

Rows are choices: the options of an order, or of an exclusive group, together at most a whole
share. Cells are (pool, slot) as ``pool · slots + slot``; a cell offers devices in steps of rising
price. Money is in HKD as floats; shares in ppm, devices and bandwidth in millionths, as integers,
so that feasibility never rests on a rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.market.instance import PPM, Instance
from entrepot.domain.market.runnable import can_run, least_share
from entrepot.domain.market.worth import ask_slots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MICRO = 1_000_000


class Steps(NamedTuple):
    """Supply of every cell from the cheapest step up.

    Attributes:
        begin: int64[cells + 1], where each cell's steps begin.
        price: float64, HKD per device-slot.
        devices: float64, devices of the step.
        top: int64, micro-devices of the cell up to the end of the step.
        base: float64, HKD that all cheaper steps cost.
        room: int64[cells], micro-devices in all.
    """

    begin: Int64
    price: Floats
    devices: Floats
    top: Int64
    base: Floats
    room: Int64


class Work(NamedTuple):
    """A tightened call.

    Attributes:
        slots: number of slots.
        row_begin: int64[R + 1], where each row's options begin.
        row: int32, row of each option.
        source: int64, option in the instance.
        pool, start, stop: int32, where and when; half-open.
        devices: int64; value: float64 HKD in all.
        link: int32 or -1; mbps: int64.
        least: int64 ppm, least share at which the option runs.
        held: bool, hangs on a parent, so is placed after all others.
        width: int64[L · T], micro-Mb/s; wide: float64, the same in Mb/s.
    """

    slots: int
    row_begin: Int64
    row: Int32
    source: Int64
    pool: Int32
    start: Int32
    stop: Int32
    devices: Int64
    value: Floats
    link: Int32
    mbps: Int64
    least: Int64
    held: Bools
    width: Int64
    wide: Floats


def tighten(instance: Instance, runnable: Bools | None = None) -> Work:
    """Keep the options that can run, sorted by choice row."""
    keep = np.flatnonzero(can_run(instance) if runnable is None else runnable)
    owner = instance.order_row[instance.opt_order[keep]]
    keep = keep[np.argsort(owner, kind="stable")]
    order = instance.opt_order[keep]
    _rows, row = np.unique(instance.order_row[order], return_inverse=True)
    counts = np.bincount(row) if row.size else np.zeros(0, dtype=np.int64)
    width = instance.link_capacity.ravel()
    return Work(
        slots=instance.slots,
        row_begin=np.concatenate((np.zeros(1, np.int64), np.cumsum(counts).astype(np.int64))),
        row=row.astype(np.int32),
        source=keep.astype(np.int64),
        pool=instance.opt_pool[keep].astype(np.int32),
        start=instance.opt_start[keep].astype(np.int32),
        stop=(instance.opt_start[keep] + instance.opt_len[keep]).astype(np.int32),
        devices=instance.opt_devices[keep].astype(np.int64),
        value=instance.opt_value[keep] / MICRO,
        link=instance.opt_link[keep].astype(np.int32),
        mbps=np.where(instance.opt_link[keep] >= 0, instance.opt_mbps[keep], 0).astype(np.int64),
        least=np.maximum(1, least_share(instance)[keep]).astype(np.int64),
        held=instance.order_parent[order] >= 0,
        width=(width * PPM).astype(np.int64),
        wide=width.astype(np.float64),
    )


def trimmed(work: Work, keep: Bools) -> Work:
    """Return a call with some of its options only; rows keep their numbers.

    Args:
        work: the call.
        keep: bool, the options to keep.
    """
    some = np.flatnonzero(keep)
    counts = np.bincount(work.row[some], minlength=work.row_begin.size - 1).astype(np.int64)
    begin = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    return work._replace(
        row_begin=begin,
        row=work.row[some],
        source=work.source[some],
        pool=work.pool[some],
        start=work.start[some],
        stop=work.stop[some],
        devices=work.devices[some],
        value=work.value[some],
        link=work.link[some],
        mbps=work.mbps[some],
        least=work.least[some],
        held=work.held[some],
    )


def committed(instance: Instance) -> Bools:
    """Say which asks have a start cost or a least run, and so no simple step of supply."""
    return (instance.ask_start_cost > 0) | (instance.ask_min_slots > 1)


def steps(instance: Instance, *, simple_only: bool) -> Steps:
    """Sort the asks of every cell by price.

    Args:
        instance: the asks.
        simple_only: leave out asks with start costs or least runs; a bound counts them, an
            allocation that does not plan their runs may not.
    """
    ask, slot = ask_slots(instance)
    use = instance.ask_devices[ask] > 0
    if simple_only:
        use &= ~committed(instance)[ask]
    ask, slot = ask[use], slot[use]
    cell = instance.ask_pool[ask].astype(np.int64) * instance.slots + slot
    order = np.lexsort((ask, instance.ask_price[ask], cell))
    ask, cell = ask[order], cell[order]
    cells = instance.pools * instance.slots
    counts = np.bincount(cell, minlength=cells).astype(np.int64)
    begin = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    devices, price = instance.ask_devices[ask], instance.ask_price[ask] / MICRO
    first = begin[cell] if cell.size else cell
    total = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(devices)))
    spent = np.concatenate((np.zeros(1), np.cumsum(devices * price)))
    place = np.arange(cell.size)
    return Steps(
        begin=begin,
        price=price,
        devices=devices.astype(np.float64),
        top=(total[place + 1] - total[first]) * PPM,
        base=spent[place] - spent[first],
        room=(total[begin[1:]] - total[begin[:-1]]) * PPM,
    )
