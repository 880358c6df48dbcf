"""The desk: a cluster under one policy, at which requests are placed one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from entrepot.domain.grid.fgd import no_fragments, typical_of
from entrepot.domain.grid.horizon import (
    GAIN_LEAST,
    TRIES_KEPT,
    TRY_FROM,
    TRY_UNTIL,
    gain_of_near,
    ready,
    sequences,
)
from entrepot.domain.grid.known import Known
from entrepot.domain.grid.lessons import Lessons
from entrepot.domain.grid.mix import learn
from entrepot.domain.grid.own import PRICED_AT, WEIGHTS, Own
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.rolls import FAR, NEAR, Rolls
from entrepot.domain.grid.state import State, classes_of, empty_state, no_scores, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Nodes, Requests

    Int64 = NDArray[np.int64]


class Desk(Protocol):
    """A cluster under one policy.

    Attributes:
        state: nodes as they are now.
        asks: int64[C, 7], classes of requests.
    """

    state: State
    asks: Int64

    def place(
        self, order: Int64, rack: int = -1, server: int = -1, *, learn: bool = True
    ) -> tuple[Int64, Int64]:
        """Place requests by class, wherever allowed; return node (-1 dropped) and device bits."""
        ...

    def put(self, node: int, ask: int, device: int) -> int:
        """Put a request on a node, a share on a device; return the devices taken, as bits."""
        ...

    def lift(self, node: int, ask: int, taken: int) -> None:
        """Take a request off its node again."""
        ...


class KnownDesk:
    """A cluster under one of the known policies.

    Args:
        state: nodes as they are now.
        asks: classes of requests.
        policy: which.
        typical: the workload, for FGD.
        models: number of device models.
        seed: of all chance.
    """

    def __init__(
        self,
        state: State,
        asks: Int64,
        policy: Policy,
        typical: Requests,
        models: int,
        seed: int,
    ) -> None:
        self.state, self.asks = state, asks
        self._policy = policy.number
        size = len(state.node)
        self._known = Known(
            state=state,
            asks=asks,
            scores=no_scores(len(asks), size),
            typical=typical_of(typical, models),
            fragments=no_fragments(size, state.free.shape[1]),
            tenants=np.zeros((size, state.free.shape[1] + 1), dtype=np.int64),
            dice=np.array([seed % 2_147_483_000 + 1], dtype=np.int64),
            fresh=np.full(size + 1, np.nan),
        )

    def place(
        self, order: Int64, rack: int = -1, server: int = -1, *, learn: bool = True
    ) -> tuple[Int64, Int64]:
        """Place requests by class, wherever allowed; return node (-1 dropped) and device bits."""
        from entrepot.domain.grid.kernels_known import place_known

        del learn  # the known policies learn nothing
        node, taken = np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)
        place_known(self._known, self._policy, order, rack, server, node, taken)
        return node, taken

    def put(self, node: int, ask: int, device: int) -> int:
        """Put a request on a node, a share on a device; return the devices taken, as bits."""
        from entrepot.domain.grid.kernels_known import put_known

        return put_known(self._known, node, ask, device)

    def lift(self, node: int, ask: int, taken: int) -> None:
        """Take a request off its node again."""
        from entrepot.domain.grid.kernels_known import lift_known

        lift_known(self._known, node, ask, taken)


class OwnDesk:
    """A cluster under the house's own policy, which learns what is asked for as it goes.

    Args:
        state: nodes as they are now.
        asks: classes of requests.
        nodes: the same nodes, empty.
        weights: constants of the policy.
    """

    def __init__(
        self, state: State, asks: Int64, nodes: Nodes, weights: tuple[float, ...] = WEIGHTS
    ) -> None:
        self.state, self.asks = state, asks
        self._nodes, self._weights = nodes, weights
        self._gains: list[float] = []
        self._lessons = Lessons(len(asks))
        self._own: Own | None = None

    def place(
        self, order: Int64, rack: int = -1, server: int = -1, *, learn: bool = True
    ) -> tuple[Int64, Int64]:
        """Place requests by class, wherever allowed; return node (-1 dropped) and device bits."""
        from entrepot.domain.grid.kernels_own import place_own

        node, taken = np.full(order.size, -1, dtype=np.int64), np.zeros(order.size, dtype=np.int64)
        start = 0
        while start < order.size:
            lesson = self._lessons.due(int(order[start])) if learn else None
            if lesson is not None:
                if lesson[1]:
                    self._look(lesson[0])
                self._learn(*lesson)
            elif self._own is None:
                self._learn(self._lessons.counts(int(order[start])), True)
            stop = min(start + self._lessons.until(), order.size) if learn else order.size
            part = order[start:stop]
            assert self._own is not None  # it has just been learned, or was before
            place_own(self._own, part, rack, server, node[start:stop], taken[start:stop])
            if learn:
                self._lessons.see(part)
            start = stop
        return node, taken

    def put(self, node: int, ask: int, device: int) -> int:
        """Put a request on a node, a share on a device; return the devices taken, as bits."""
        from entrepot.domain.grid.kernels_own import put_own

        assert self._own is not None  # nothing is put back before something was placed
        return put_own(self._own, node, ask, device)

    def lift(self, node: int, ask: int, taken: int) -> None:
        """Take a request off its node again."""
        from entrepot.domain.grid.kernels_own import lift_own

        if self._own is None:
            self._learn(self._lessons.counts(ask), True)
        assert self._own is not None
        lift_own(self._own, node, ask, taken)

    def remember(self, before: OwnDesk) -> None:
        """Take over what another desk has seen, whose classes are the first of these."""
        self._lessons.remember(before._lessons)
        self._gains = before._gains

    def _learn(self, counts: Int64, deep: bool) -> None:
        known = None if deep else self._own
        rolls = known.rolls if known else self._rolls(counts)
        mix = learn(self.asks, counts, rolls)
        if known is not None and np.array_equal(known.types, mix.types):
            # The same sequences and types give the same costs; only prices differ.
            known.used[PRICED_AT] = -1
            self._own = known._replace(
                weight=mix.weight, block=mix.block, sets=mix.sets, within=mix.within
            )
            return
        self._own = ready(self.state, self.asks, self._nodes, mix, self._weights)

    def _rolls(self, counts: Int64) -> Rolls:
        near = sum(self._gains) > GAIN_LEAST * len(self._gains)
        return sequences(self._nodes, self.asks, counts, NEAR if near else FAR)

    def _look(self, counts: Int64) -> None:
        """Try whether looking near does better than looking far, where there is still time."""
        free = int(np.maximum(self.state.free, 0).sum())
        used = 1 - free / max(self._nodes.milli, 1)
        if used < TRY_FROM or (used > TRY_UNTIL and self._gains):
            return
        gain = gain_of_near(self._nodes, self.asks, counts, self._weights)
        self._gains = [*self._gains[1 - TRIES_KEPT :], gain]


def open_desk(nodes: Nodes, requests: Requests, policy: Policy, seed: int) -> tuple[Desk, Int64]:
    """Open a desk for a workload; return it with the class of each request.

    Args:
        nodes: the cluster, empty.
        requests: all that may arrive.
        policy: where requests are placed.
        seed: of all chance.
    """
    asks, of = classes_of(rows_of(requests))
    state, models = empty_state(nodes), len(nodes.models)
    if policy is Policy.BEST:
        return OwnDesk(state, asks, nodes), of
    return KnownDesk(state, asks, policy, requests, models, seed), of
