"""Slots and links of a call as an order names them, and the refusal of what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.order_model import Block, OrderFile, When
    from entrepot.services.ports_market import Call

BIT_PER_BYTE = 8
MEGA = 1_000_000


def window_of(call: Call, written: OrderFile) -> tuple[int, int]:
    """Return the slots in which an order starts and ends.

    Raises:
        Invalid: it lies outside the call.
    """
    if written.window is None:
        return 0, call.slots
    return run_of(call, written.window)


def run_of(call: Call, block: Block) -> tuple[int, int]:
    """Return the slots of a run, half-open.

    Raises:
        Invalid: outside the call, no border of its slots, or no slot at all.
    """
    begin, end = _slot(call, block.begin), _slot(call, block.end)
    if begin >= end:
        raise misfit(block.end.where, N_("{where}: the run ends before it begins."))
    return begin, end


def _slot(call: Call, when: When) -> int:
    """Return the border of slots that is meant.

    Raises:
        Invalid: outside the call, or no border of its slots.
    """
    if when.slot is not None:
        slot, rest = when.slot, 0
    else:
        slot, rest = divmod((when.at or 0) - call.from_t, call.slot_s)
    if rest or not 0 <= slot <= call.slots:
        raise misfit(
            when.where,
            N_("{where}: no border of the {slots} slots of the call."),
            slots=call.slots,
        )
    return slot


def link_of(call: Call, written: OrderFile, zone: str, length: int) -> tuple[str, int]:
    """Return the link from the home of the data that a job loads with its outputs, and how much.

    The outputs are spread over the whole run, rounded up to a whole Mb/s.

    Raises:
        Invalid: the home is no zone of the call.
    """
    home, job = written.home, written.job
    if home and home not in call.zones:
        raise misfit(
            written.place("home"),
            N_("{where}: the call has no zone {name}."),
            name=home[:60],
        )
    if not home or home == zone or job is None or not job.egress_bytes:
        return "", 0
    ends = {home, zone}
    for row in call.links:
        if {row["from_zone"], row["to_zone"]} == ends:
            bits = job.egress_bytes * BIT_PER_BYTE
            return str(row["link"]), -(-bits // (length * call.slot_s * MEGA))
    return "", 0


def misfit(where: str, template: str, **params: object) -> Invalid:
    """Return the refusal of something that does not fit the call, with its place in the file."""
    error = Invalid(
        "order.misfit",
        template,
        hint=N_("entrepot auction show CALL lists its zones, classes and slots."),
        where=where,
        **params,  # type: ignore[arg-type]
    )
    error.fields[where] = error.render()
    return error
