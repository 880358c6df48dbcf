"""Known answers, to the cent, by the solver that everybody uses."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.services.auction_examples import (
    EXAMPLES,
    PJM,
    answer,
    example_of,
    figures_of,
    folder_of_example,
)
from entrepot.services.auction_run import Terms, clear
from entrepot.services.auction_verify import findings_of

NAMES = [example.name for example in EXAMPLES]


@pytest.mark.parametrize("name", NAMES)
def test_the_known_answer_is_reached(name: str) -> None:
    answered = answer(example_of(name))
    assert answered.agrees, answered.rows
    assert len(answered.rows) == len(example_of(name).known)


@pytest.mark.parametrize("name", [name for name in NAMES if name != PJM])
def test_its_certificate_holds(name: str) -> None:
    folder = folder_of_example(example_of(name))
    body = json.loads(canonical_json(clear(folder, Terms()).certificate))
    assert findings_of(folder, body) == []


def test_the_rent_of_full_links_is_the_difference_of_prices() -> None:
    """750 MW flow in over two links with a price of 60 at one end and of nothing at the other."""
    folder = folder_of_example(example_of("three-zones"))
    certificate = clear(folder, Terms()).certificate
    body = json.loads(canonical_json(certificate))
    rent = body["payments"]["operator"]
    assert 0 <= 750 * 60 * 100 - rent <= 300, "shares are whole millionths of 42,000 MW"
    assert figures_of(folder, certificate)["link MA 0"] == "60"


def test_a_wrong_answer_would_be_seen() -> None:
    """A planted mistake: gas costs another cent."""
    example = example_of("one-zone")
    folder = folder_of_example(example)
    prices = ["30", "60.01", "80", "0"]
    asks = replace(
        folder.tables["asks"], columns={**folder.tables["asks"].columns, "price": prices}
    )
    dearer = replace(folder, tables={**folder.tables, "asks": asks})
    answered = answer(replace(example, folder=lambda: dearer))
    assert not answered.agrees
    assert answered.rows[0] == ("price A 0", "60", "60.01")


def test_a_network_is_no_folder() -> None:
    with pytest.raises(Invalid):
        folder_of_example(example_of(PJM))


def test_an_unknown_example_is_told() -> None:
    with pytest.raises(NotFound) as refusal:
        example_of("three-zone")
    assert "three-zones" in str(refusal.value.params)
