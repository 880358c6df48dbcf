"""What a move of the search is made of: chance, changes of shares, and the way back.

Source: G. Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003), for the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.market.jit import compiled
from entrepot.domain.market.kernels_place import Plan, set_share
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

LOG_MAX = 4096
EJECTED_MAX = 64


class Search(NamedTuple):
    """What the search needs beside the plan.

    Attributes:
        begin, near: int64, options worth trying, row by row.
        rows: int64, rows worth trying.
        worth: float64, surplus of each option at the dual prices, HKD.
        log_option, log_share: int64, what a move changed, for the way back.
        out: int64, rows a move has ejected.
        counts: int64[2], lengths of the log and of ``out``.
        random: uint64[1], state of the generator.
        cell_begin, cell_near: int64, the same options by cell of their first slot, best first.
    """

    begin: Int64
    near: Int64
    rows: Int64
    worth: Floats
    log_option: Int64
    log_share: Int64
    out: Int64
    counts: Int64
    random: NDArray[np.uint64]
    cell_begin: Int64
    cell_near: Int64


@compiled
def draw(random: NDArray[np.uint64]) -> float:
    """Return the next number in [0, 1)."""
    state = random[0]
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    random[0] = state
    return float(state >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def change(work: Work, steps: Steps, plan: Plan, search: Search, option: int, share: int) -> float:
    """Set a share and note the old one."""
    place = search.counts[0]
    search.log_option[place] = option
    search.log_share[place] = plan.share[option]
    search.counts[0] = place + 1
    return set_share(work, steps, plan, option, share)


@compiled
def undo(work: Work, steps: Steps, plan: Plan, search: Search) -> None:
    """Go back to where the plan stood before the move."""
    for place in range(search.counts[0] - 1, -1, -1):
        set_share(work, steps, plan, search.log_option[place], search.log_share[place])
