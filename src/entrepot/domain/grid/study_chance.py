"""Chance from a seed, in whole numbers: the same on every machine and in every version.

SplitMix64: the state grows by a constant, and is mixed into the number that is given out.

Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

from __future__ import annotations

from entrepot.kernel.canonical import sha256_hex

MASK = (1 << 64) - 1
STEP = 0x9E37_79B9_7F4A_7C15


class Chance:
    """Whole numbers, evenly drawn.

    Args:
        name: seed and use; another name draws other numbers.

    >>> Chance("1/a").below(1000) == Chance("1/a").below(1000)
    True
    """

    def __init__(self, name: str) -> None:
        self._state = int(sha256_hex(name.encode())[:16], 16)

    def below(self, count: int) -> int:
        """Return a number from 0 to ``count`` - 1; ``count`` is far below 2^64."""
        self._state = (self._state + STEP) & MASK
        mixed = self._state
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9 & MASK
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB & MASK
        return (mixed ^ (mixed >> 31)) * count >> 64
