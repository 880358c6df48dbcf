"""Calls whose answers are known: electricity markets, and small ones solved by hand.

Source: PyPSA, example "Simple electricity market" (prices), 2026-11-21; the five-bus example of PJM
as case5 of MATPOWER, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import auction_example_calls as calls
from entrepot.services.auction_folder import AuctionFolder
from entrepot.services.auction_run import Terms, clear

MICRO = 1_000_000
PPM = 1_000_000
PJM = "pjm-five-bus"


@dataclass(frozen=True, slots=True)
class Example:
    """A call with its answer.

    Attributes:
        name: for the command line; title: what it shows, one sentence.
        known: figure → its value, as text: ``price ZONE SLOT`` and ``link NAME SLOT`` in HKD,
            ``share ORDER/OPTION`` in percent, ``welfare`` in HKD.
        folder: the call; None for the network, which is no call.
    """

    name: str
    title: str
    known: Mapping[str, str]
    folder: Callable[[], AuctionFolder] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An example beside what the solver here says.

    Attributes:
        name, title: of the example.
        rows: figure, known answer, answer found.
        agrees: whether all are equal.
    """

    name: str
    title: str
    rows: tuple[tuple[str, str, str], ...]
    agrees: bool


def example_of(name: str) -> Example:
    """Return an example.

    Raises:
        NotFound: no such example.
    """
    for example in EXAMPLES:
        if example.name == name:
            return example
    guess = did_you_mean(name, [example.name for example in EXAMPLES])
    raise NotFound(
        "auction.example",
        N_("There is no example {name}."),
        hint=N_("Did you mean {guess}?") if guess else N_("List them: entrepot auction example"),
        name=name[:60],
        guess=guess or "",
    )


def folder_of_example(example: Example) -> AuctionFolder:
    """Return the call of an example.

    Raises:
        Invalid: it is a network, whose flows follow physics; no call can say that.
    """
    if example.folder is None:
        raise Invalid(
            "auction.example_network",
            N_("The example {name} is a network and no call, so there is nothing to write."),
            hint=N_("Leave --out out to see its prices."),
            name=example.name,
        )
    return example.folder()


def answer(example: Example) -> Answered:
    """Solve an example and hold it against its known answer."""
    if example.folder is None:
        found = _nodal_prices()
    else:
        folder = example.folder()
        found = figures_of(folder, clear(folder, Terms()).certificate)
    rows = tuple((name, value, found.get(name, "0")) for name, value in example.known.items())
    agrees = all(known == seen for _name, known, seen in rows)
    return Answered(example.name, example.title, rows, agrees)


def figures_of(folder: AuctionFolder, certificate: Mapping[str, object]) -> dict[str, str]:
    """Return the figures of a certificate under the names that examples use; zeros left out."""
    body = cast("dict[str, Any]", certificate)
    found = {"welfare": _hkd(body["welfare"])}
    for zone, _device, begin, end, price in body["prices"]:
        found |= {f"price {zone} {slot}": _hkd(price) for slot in range(begin, end)}
    for link, begin, end, price in body["congestion"]:
        found |= {f"link {link} {slot}": _hkd(price) for slot in range(begin, end)}
    for order, option, ppm in body["allocation"]:
        found[f"share {order}/{option}"] = _text(ppm * 100, PPM)
    return found


def _hkd(micro: int) -> str:
    return _text(micro, MICRO)


def _text(number: int, unit: int) -> str:
    """Write number/unit to the hundredth, without zeros at the end.

    >>> _text(60_000_000, 1_000_000), _text(2_500_000, 1_000_000)
    ('60', '2.5')
    """
    cents = (number * 100 + unit // 2) // unit
    whole, part = divmod(cents, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


def _nodal_prices() -> dict[str, str]:
    """Return the prices of PJM's five buses: loads at B, C, D, two lines with limits."""
    from entrepot.domain.market.network import Line, Plant, nodal_prices

    plants = [Plant(0, 14, 40), Plant(0, 15, 170), Plant(2, 30, 520), Plant(3, 40, 200)]
    lines = [
        Line(0, 1, 0.0281, 400),  # not money: reactance
        Line(0, 3, 0.0304),  # not money: reactance
        Line(0, 4, 0.0064),  # not money: reactance
        Line(1, 2, 0.0108),  # not money: reactance
        Line(2, 3, 0.0297),  # not money: reactance
        Line(3, 4, 0.0297, 240),  # not money: reactance
    ]
    found, _output = nodal_prices([0, 300, 300, 400, 0], [*plants, Plant(4, 10, 600)], lines)
    return {
        f"price {node} 0": _hkd(round(price * MICRO))
        for node, price in zip("ABCDE", found, strict=True)
    }


EXAMPLES: Sequence[Example] = (
    Example(
        "one-zone",
        N_("PyPSA: one zone, wind, coal, gas and oil; gas sets the price."),
        {"price A 0": "60", "share load/1": "100"},
        calls.one_zone,
    ),
    Example(
        "three-zones",
        N_("PyPSA: three zones; two links are full, and their rent is the difference of prices."),
        {
            **{"price A 0": "60", "price M 0": "0", "price S 0": "0"},
            **{"link MA 0": "60", "link SA 0": "60", "link MS 0": "0"},
        },
        calls.three_zones,
    ),
    Example(
        "four-periods",
        N_("PyPSA: four hours with changing wind and load."),
        {f"price A {slot}": price for slot, price in enumerate(("60", "60", "80", "80"))},
        calls.four_periods,
    ),
    Example(
        "industry",
        N_("PyPSA: an industry that bids 70 for 8,000 MW sets the price and gets 4,000."),
        {"price A 0": "70", "share load/1": "100", "share industry/1": "50"},
        calls.industry,
    ),
    Example(
        "xor",
        N_("By hand: an order moves to its second choice, since another has only that slot."),
        {"welfare": "13", "share A/2": "100", "share B/1": "100", "share A/1": "0"},
        calls.xor,
    ),
    Example(
        "gang",
        N_("By hand: two gangs that fit together beat the one that is worth most."),
        {"welfare": "28", "share left/1": "100", "share right/1": "100", "share big/1": "0"},
        calls.gang,
    ),
    Example(
        "minimum",
        N_("By hand: an order with a least share of 50 % gets three quarters."),
        {"welfare": "3", "share some/1": "75", "share all/1": "0"},
        calls.minimum,
    ),
    Example(
        "linked",
        N_("By hand: a parent that loses alone is taken for the sake of its child."),
        {"welfare": "7", "share parent/1": "100", "share child/1": "100"},
        calls.linked,
    ),
    Example(
        "exclusive",
        N_("By hand: of two orders of one group, the better is served."),
        {"welfare": "9", "share other/1": "100", "share one/1": "0"},
        calls.exclusive,
    ),
    Example(
        PJM,
        N_("PJM: nodal prices of five buses in a mesh, two lines with limits."),
        {
            **{"price A 0": "16.98", "price B 0": "26.38", "price C 0": "30"},
            **{"price D 0": "39.94", "price E 0": "10"},
        },
    ),
)
"""Examples in the order in which they are listed."""
