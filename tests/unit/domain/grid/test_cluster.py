"""A cluster as leases see it: place, release, does it fit."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from entrepot.domain.grid.cluster import Cluster
from entrepot.domain.grid.model import SERVER, Requests
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.tiny import tiny_cluster


def some(requests: Requests, *places: int) -> Requests:
    """Return some requests of a list."""
    rows = np.array(places)
    columns = {
        field.name: getattr(requests, field.name)[rows]
        for field in fields(requests)
        if field.name != "names"
    }
    return replace(requests, names=tuple(requests.names[place] for place in places), **columns)


@pytest.mark.parametrize("policy", [Policy.BEST, Policy.FGD, Policy.RANDOM])
def test_what_is_placed_is_taken_and_what_is_released_is_free(policy: Policy) -> None:
    nodes, requests = tiny_cluster()
    cluster = Cluster(nodes, policy, requests)
    share = cluster.place(some(requests, 1))
    assert share is not None and len(share[0].devices) == 1
    assert cluster.free_milli() == 3500
    both = cluster.place(some(requests, 0))
    assert both is not None and both[0].node != share[0].node
    assert both[0].devices == (0, 1)
    assert not cluster.fits(some(requests, 0))
    cluster.release(both[0])
    assert cluster.fits(some(requests, 0))
    cluster.release(share[0])
    assert cluster.free_milli() == 4000


def test_requests_together_lie_together_or_not_at_all() -> None:
    nodes, requests = tiny_cluster()
    cluster = Cluster(nodes, Policy.BEST, requests)
    pair = replace(some(requests, 1, 4), affinity=np.array([SERVER, SERVER]))
    found = cluster.place(pair)
    assert found is not None and found[0].node == found[1].node
    assert cluster.free_milli() == 2750
    three = replace(some(requests, 0, 0, 4), affinity=np.zeros(3, dtype=np.int64))
    assert cluster.place(three) is None
    assert cluster.free_milli() == 2750


def test_a_share_says_how_tenants_are_kept_apart() -> None:
    nodes, requests = tiny_cluster()
    cluster = Cluster(nodes, Policy.BEST_FIT, requests)
    weak = replace(some(requests, 1), strength=np.array([2]))
    found = cluster.place(weak)
    assert found is not None and found[0].strength == 4
    none = replace(weak, strength=np.array([5]))
    assert cluster.place(none) is None
