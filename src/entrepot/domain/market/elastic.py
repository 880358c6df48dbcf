r"""Leases that give way to higher value: what they are worth in a later call, and what it costs.

An elastic lease is worth to its holder, for the slots that it would give up,

    v = V · (d / D) · (n / N)

of an option worth V with D devices over N slots, d devices of which the lease has, and n slots of
which are at stake: with the first of them taken, all later ones go too, as its job has ended. With
p what was paid for these slots and b the basis points of the credit it costs

    p + ⌈p·b / 10,000⌉

to take them, and v is never below that. The lease stands in the later call as an order of its own
worth v over devices that cost nothing more, since they are paid for. So it gives way if and only if
others are worth more together, and only if what they pay covers the refund and the credit.

Source: design of the market, elastic leases, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence

BP = 10_000
MICRO_PER_CENT = 10_000


def first_border(t: int, notice_s: int, slot_s: int) -> int:
    """Return the first border of slots that lies a notice after a moment.

    Args:
        t: Unix second; notice_s: seconds; slot_s: seconds of a slot.

    >>> first_border(3_000, 600, 3_600), first_border(3_000, 601, 3_600)
    (3600, 7200)
    """
    return -(-(t + notice_s) // slot_s) * slot_s


def cost_to_take(paid: Sequence[int], credit_bp: int) -> tuple[int, int]:
    """Return refund and credit of slots that are taken, cents.

    Args:
        paid: cents of each slot; credit_bp: credit in basis points of that.

    >>> cost_to_take([100, 101], 2_500)
    (201, 51)
    """
    refund = sum(paid)
    return refund, -(-refund * credit_bp // BP)


def worth_held(
    value_micro: int, devices: tuple[int, int], slots: tuple[int, int], least_minor: int
) -> int:
    """Return what slots at stake are worth to their holder, micro-HKD.

    Args:
        value_micro: of the whole option, micro-HKD.
        devices: of the lease, and of the option.
        slots: at stake, and of the option.
        least_minor: refund and credit, cents.

    >>> worth_held(90_000_000, (1, 2), (2, 3), 100)
    30000000
    >>> worth_held(90_000_000, (1, 2), (2, 3), 4_000)
    40000000
    """
    own = value_micro * devices[0] * slots[0] // (devices[1] * slots[1])
    return max(own, least_minor * MICRO_PER_CENT)
