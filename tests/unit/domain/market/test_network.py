"""The prices of the PJM five-bus example, to the cent."""

from entrepot.domain.market.network import Line, Plant, nodal_prices

NODES = "ABCDE"
DEMAND = [0, 300, 300, 400, 0]
PLANTS = [
    Plant(0, 14, 40),
    Plant(0, 15, 170),
    Plant(2, 30, 520),
    Plant(3, 40, 200),
    Plant(4, 10, 600),
]
LINES = [
    Line(0, 1, 0.0281, 400),
    Line(0, 3, 0.0304),
    Line(0, 4, 0.0064),
    Line(1, 2, 0.0108),
    Line(2, 3, 0.0297),
    Line(3, 4, 0.0297, 240),
]


def test_pjm_five_bus_prices() -> None:
    """The example of the PJM training material, as MATPOWER's case5 holds it."""
    prices, output = nodal_prices(DEMAND, PLANTS, LINES)
    cents = dict(zip(NODES, (round(price, 2) for price in prices), strict=True))
    assert cents == {"A": 16.98, "B": 26.38, "C": 30.00, "D": 39.94, "E": 10.00}
    assert [round(much, 2) for much in output] == [40, 170, 323.49, 0, 466.51]


def test_without_limits_one_price_rules() -> None:
    """The planted difference: lines without limits make the differences between nodes vanish."""
    free = [Line(line.begin, line.end, line.reactance) for line in LINES]
    prices, _output = nodal_prices(DEMAND, PLANTS, free)
    assert {round(price, 6) for price in prices} == {30.0}
