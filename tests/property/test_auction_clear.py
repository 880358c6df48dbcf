"""Random calls of every kind of order: each certificate holds, each planted violation is found."""

from __future__ import annotations

import json
from typing import cast

import pytest
from tests.property.auction_cases import random_call

from entrepot.domain.market.exact import relaxation, solve_exact
from entrepot.kernel.canonical import canonical_json, digest
from entrepot.services.auction_folder import instance_of
from entrepot.services.auction_run import Terms, clear
from entrepot.services.auction_verify import findings_of

Plain = dict[str, object]


@pytest.mark.parametrize("part", range(5))
def test_every_certificate_holds_and_money_sums_to_zero(part: int) -> None:
    for seed in range(part * 20, part * 20 + 20):
        folder = random_call(seed)
        body = json.loads(canonical_json(clear(folder, Terms()).certificate))
        assert findings_of(folder, body) == [], seed
        money = body["payments"]
        paid = sum(charge + fee - whole for _name, charge, whole, fee in money["orders"])
        got = sum(credit + whole for _name, credit, whole in money["asks"])
        assert paid - got - money["operator"] == 0
        assert money["operator"] >= 0


def test_prices_bound_the_optimum_and_meet_the_relaxation() -> None:
    """Parents are left out of the bound, so it may be looser than the relaxation with them."""
    for seed in range(200, 230):
        call = instance_of(random_call(seed, bound_asks=False))
        found = solve_exact(call)
        loose, _pi, _mu = relaxation(call)
        assert found.welfare <= found.bound
        gap = found.bound / 1_000_000 - loose
        assert gap > -0.01
        assert gap < 0.01 or (call.order_parent >= 0).any(), seed


def signed(body: Plain) -> Plain:
    rest = {name: value for name, value in body.items() if name != "digest"}
    return {**rest, "digest": digest(rest)}


def test_an_option_outside_the_law_is_found() -> None:
    """The option exists in the file, but its order may not run there."""
    folders = (random_call(seed) for seed in range(300, 400))
    folder = next(found for found in folders if instance_of(found).unlawful)
    call = instance_of(folder)
    body = json.loads(canonical_json(clear(folder, Terms()).certificate))
    order, option = call.unlawful[0].split("/")
    cast("list[object]", body["allocation"]).append([order, option, 1_000_000])
    said = [finding.render() for finding in findings_of(folder, signed(body))]
    assert any("The law does not permit option" in sentence for sentence in said)


def test_losers_whom_nobody_can_bear_are_dropped_and_the_call_cleared_again() -> None:
    """Without any fee, losers are often short; what is left is sound and owes nobody."""
    dropped = 0
    for seed in range(400, 430):
        folder = random_call(seed)
        body = json.loads(canonical_json(clear(folder, Terms(fee_ppm_max=0)).certificate))
        assert findings_of(folder, body) == [], seed
        dropped += len(body["dropped"]["orders"]) + len(body["dropped"]["asks"])
    assert dropped > 0
