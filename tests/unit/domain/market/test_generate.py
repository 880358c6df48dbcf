"""Made-up calls: the same seed, the same call; lumpy or realistic as the house describes them."""

from __future__ import annotations

import numpy as np
import pytest

from entrepot.domain.market.generate import generate, portrait
from entrepot.domain.market.instance import DIVISIBLE, GANG
from entrepot.domain.market.plain import inputs_digest
from entrepot.kernel.errors import Invalid

SIZES = (1_000, 20, 5, 24)


@pytest.mark.parametrize("kind", ["stress", "realistic"])
def test_the_same_seed_makes_the_same_call(kind: str) -> None:
    first, again, other = (generate(60, 3, 2, 24, seed, kind) for seed in (1, 1, 2))
    assert inputs_digest(first) == inputs_digest(again) != inputs_digest(other)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_stress_is_as_lumpy_as_described(seed: int) -> None:
    call = generate(*SIZES, seed)
    seen = portrait(call)
    assert 0.35 < (call.order_kind == GANG).mean() < 0.45
    assert 0.30 < seen.gang_size_ppm[1] / 10**6 < 0.55
    assert 0.15 < seen.oversize_ppm / 10**6 < 0.40
    assert call.opt_len.max() == 12
    assert set(np.bincount(call.opt_order).tolist()) == set(range(1, 9))


def test_more_orders_make_gangs_small() -> None:
    few, many = portrait(generate(*SIZES, 1)), portrait(generate(10_000, 20, 5, 24, 1))
    assert many.gang_size_ppm[1] * 5 < few.gang_size_ppm[1]


def test_realistic_pools_and_sizes() -> None:
    call = generate(5_000, 12, 4, 24, 3, "realistic")
    pools = call.supply.max(axis=1)
    assert pools.min() >= 128
    assert pools.max() <= 16_384
    gang = call.opt_devices[call.order_kind[call.opt_order] == GANG]
    assert 0.6 < (gang == 1).mean() < 0.8
    filler = call.order_kind[call.opt_order] == DIVISIBLE
    share = call.opt_devices[filler] / pools[call.opt_pool[filler]]
    assert share.max() <= 0.1


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (3, 1, 1, 2), (5, 4, 1, 30)])
def test_the_smallest_calls_are_sound(sizes: tuple[int, int, int, int]) -> None:
    for kind in ("stress", "realistic"):
        call = generate(*sizes, 1, kind)
        assert call.orders == sizes[0]
        assert (call.opt_start + call.opt_len <= sizes[3]).all()


@pytest.mark.parametrize(
    "bad", [(0, 1, 1, 1, 0), (1, 0, 1, 1, 0), (1, 1, 1, 1, -1), (10**9, 1, 1, 1, 0)]
)
def test_sizes_without_meaning_are_refused(bad: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(Invalid):
        generate(*bad)
