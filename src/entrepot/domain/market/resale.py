r"""Slots that are sold again: whose devices have served an order, and what each seller gets.

One price serves all in a call, so nobody's devices are paired with anybody's order. What a slot of
a lease owes for its devices, e cents, goes to all who supplied its pool in that slot, by what each
supplied, the centre among them:

    e_s = e · x_s / Σ x          largest remainder

A seller s gets e_s less a fee. The centre gets the rest of e, and for resold devices what the first
sale owes it, once. Where a centre does not deliver, it makes good what the seller was to get, or
what the first sale would have owed it for these devices, whichever is more: failing earns nothing.

Source: design of the market, resale of cleared slots, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrepot.kernel.rounding import largest_remainder

PPM = 1_000_000
FEE_PPM = 10_000
"""Fee of a resale: one per cent of what it brings."""


def by_supply(owed_minor: int, supply: Mapping[str, int]) -> dict[str, int]:
    """Split what a slot owes over those who supplied it.

    Args:
        owed_minor: cents; supply: who → micro-devices that he supplied.

    >>> by_supply(100, {"centre": 2_000_000, "AA-1": 1_000_000})
    {'centre': 67, 'AA-1': 33}
    """
    if not any(supply.values()):
        return {}
    names = list(supply)
    parts = largest_remainder(owed_minor, [supply[name] for name in names])
    return dict(zip(names, parts, strict=True))


def fee_of(minor: int) -> int:
    """Return the fee of what a resale brings, cents, rounded down.

    >>> fee_of(12_345)
    123
    """
    return minor * FEE_PPM // PPM


def bases_of(owed_minor: int, parts: Sequence[int]) -> list[int]:
    """Split what the first sale owes the centre for a slot over the parts of its resale.

    >>> bases_of(80, [30, 10]), bases_of(80, [0, 0])
    ([60, 20], [40, 40])
    """
    return largest_remainder(owed_minor, list(parts) if any(parts) else [1] * len(parts))


def made_good(part_minor: int, basis_minor: int) -> int:
    """Return what a centre makes good to a seller for a slot that it did not deliver, cents.

    >>> made_good(70, 60), made_good(30, 60)
    (70, 60)
    """
    return max(part_minor, basis_minor)
