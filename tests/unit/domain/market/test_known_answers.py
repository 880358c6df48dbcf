"""Calls whose answers are known: electricity markets of PyPSA's examples, and small ones by hand.

Megawatts stand as devices, hours as slots, money per MWh as HKD per device-slot. A load is a
divisible order worth far more than any supply. Power that flows in from another zone is an option
of the load there, over the link between the two.
"""

from tests.auction_calls import Row, ask, built, option, order

from entrepot.domain.market.exact import solve_exact
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.solution import Solution

LOST_LOAD = 1_000
WIND, COAL, GAS, OIL = 3_000, 35_000, 8_000, 2_000


def south_africa(slots: int = 1) -> list[Row]:
    plants = (("coal", 30, COAL), ("gas", 60, GAS), ("oil", 80, OIL))
    return [ask(name, cost, size, to=slots) for name, cost, size in plants]


def load(name: str, size: int, slot: int = 0, **more: object) -> Row:
    return {**option(name, size, LOST_LOAD * size, start=slot), **more}


def prices(found: Solution) -> list[list[float]]:
    return (found.pi / 1_000_000).tolist()


def served(call: Instance, found: Solution) -> dict[str, int]:
    rows = [row for row, share in enumerate(found.opt_share) if share]
    return {
        f"{call.order_id[call.opt_order[row]]}{call.opt_id[row]}": int(found.opt_share[row])
        for row in rows
    }


def test_one_zone_is_priced_by_gas() -> None:
    asks = [*south_africa(), ask("wind", 0, WIND)]
    found = solve_exact(built(asks, [order("load", "divisible")], [load("load", 42_000)]))
    assert prices(found) == [[60.0]]


def test_three_zones_are_parted_by_full_links() -> None:
    """South Africa pays gas; Mozambique and Swaziland have water to spare behind full links."""
    asks = [
        *south_africa(),
        ask("wind", 0, WIND),
        ask("cahora", 0, 1_200, zone="M"),
        ask("maguga", 0, 600, zone="S"),
    ]
    orders = [order(name, "divisible") for name in ("a", "m", "s")]
    options = [
        load("a", 42_000),
        load("a", 42_000, option=2, zone="M", link="MA", mbps=42_000),
        load("a", 42_000, option=3, zone="S", link="SA", mbps=42_000),
        load("m", 650, zone="M"),
        load("s", 250, zone="S"),
        load("s", 250, option=2, zone="M", link="MS", mbps=250),
    ]
    ends = (("MA", "M", "A", 500), ("SA", "S", "A", 250), ("MS", "M", "S", 100))
    links = [
        {"link": name, "from_zone": a, "to_zone": b, "from": 0, "to": 1, "mbps": wide}
        for name, a, b, wide in ends
    ]
    call = built(asks, orders, options, links, zones=("A", "M", "S"))
    found = solve_exact(call)
    assert prices(found) == [[60.0], [0.0], [0.0]]
    assert (found.mu / 1_000_000).tolist() == [[60.0], [60.0], [0.0]]
    imported = 42_000 * (found.opt_share[1] + found.opt_share[2]) / 1_000_000
    assert round(imported) == 750


def test_four_periods_follow_wind_and_load() -> None:
    wind = [
        {**ask(f"wind{t}", 0, size), "from": t, "to": t + 1}
        for t, size in enumerate((900, 1_800, 1_200, 1_500))
    ]
    sizes = (42_000, 43_000, 45_000, 46_000)
    orders = [order(f"t{t}", "divisible") for t in range(4)]
    options = [load(f"t{t}", size, t) for t, size in enumerate(sizes)]
    found = solve_exact(built([*south_africa(4), *wind], orders, options, slots=4))
    assert prices(found) == [[60.0, 60.0, 80.0, 80.0]]


def test_an_industry_that_bids_seventy_sets_the_price() -> None:
    asks = [*south_africa(), ask("wind", 0, WIND)]
    orders = [order("load", "divisible"), order("industry", "divisible")]
    options = [load("load", 42_000), option("industry", 8_000, 70 * 8_000)]
    found = solve_exact(built(asks, orders, options))
    assert prices(found) == [[70.0]]
    assert found.opt_share.tolist() == [1_000_000, 500_000]


def test_xor_by_hand() -> None:
    """One device a slot at 1. B can only have slot 0; A likes it better, yet moves: 6 + 9 − 2."""
    options = [
        option("A", 1, 10),
        option("A", 1, 6, "2", start=1),
        option("B", 1, 9),
    ]
    call = built([ask("x", 1, 1, to=2)], [order("A"), order("B")], options, slots=2)
    found = solve_exact(call)
    assert found.welfare == 13_000_000
    assert served(call, found) == {"A2": 1_000_000, "B1": 1_000_000}


def test_gang_by_hand() -> None:
    """Four devices at 1. The best single gang (30 − 3) loses against two that fit (32 − 4)."""
    options = [option("big", 3, 30), option("left", 2, 16), option("right", 2, 16)]
    names = ("big", "left", "right")
    call = built([ask("x", 1, 4)], [order(name) for name in names], options)
    found = solve_exact(call)
    assert found.welfare == 28_000_000
    assert set(served(call, found)) == {"left1", "right1"}


def test_minimum_by_hand() -> None:
    """Three devices. The minimum order wants four, but takes three quarters: 0.75 × 8 − 3."""
    orders = [order("some", "minimum", min_share=50), order("all")]
    options = [option("some", 4, 8), option("all", 4, 100)]
    call = built([ask("x", 1, 3)], orders, options)
    found = solve_exact(call)
    assert found.welfare == 3_000_000
    assert served(call, found) == {"some1": 750_000}


def test_linked_by_hand() -> None:
    """A parent that loses alone (1 − 2) is taken for its child's sake (10 − 2)."""
    orders = [order("parent"), order("child", parent="parent")]
    options = [option("parent", 1, 1), option("child", 1, 10)]
    found = solve_exact(built([ask("x", 2, 5)], orders, options))
    assert found.welfare == 7_000_000
    alone = solve_exact(built([ask("x", 2, 5)], orders[:1], options[:1]))
    assert alone.welfare == 0


def test_exclusive_group_by_hand() -> None:
    """There is room for both, but one choice for the group."""
    orders = [order("one", group="g"), order("other", group="g")]
    options = [option("one", 1, 8), option("other", 1, 10)]
    call = built([ask("x", 1, 9)], orders, options)
    found = solve_exact(call)
    assert found.welfare == 9_000_000
    assert served(call, found) == {"other1": 1_000_000}


def test_start_cost_and_least_run_of_an_ask_by_hand() -> None:
    """Cheap devices that start for 5 and run for two slots at least, against dear ones at 4."""
    asks = [
        ask("cheap", 1, 1, to=3, start_cost=5, min_slots=2),
        ask("dear", 4, 1, to=3),
    ]
    short = built(asks, [order("A")], [option("A", 1, 20, start=1)], slots=3)
    assert solve_exact(short).welfare == 16_000_000
    long = built(asks, [order("A")], [option("A", 1, 20, length=3)], slots=3)
    assert solve_exact(long).welfare == 12_000_000
