"""All that the compiled loops of the known policies share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from entrepot.domain.grid.fgd import Fragments, Typical
from entrepot.domain.grid.state import Scores, State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]


class Known(NamedTuple):
    """All of it.

    Attributes:
        state: nodes as they are now.
        asks: int64[C, 7], classes of requests.
        scores: costs as far as they are known.
        typical, fragments: typical requests, and fragments of the nodes, for FGD.
        tenants: int64[N, D + 1], requests that a node serves for a share (column 0) and for 1, 2,
            … whole devices, for clustering.
        dice: int64[1], state of all chance.
        fresh: float64[N + 1], room for the costs of untouched nodes by kind.
    """

    state: State
    asks: Int64
    scores: Scores
    typical: Typical
    fragments: Fragments
    tenants: Int64
    dice: Int64
    fresh: Floats
