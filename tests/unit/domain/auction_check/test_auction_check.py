"""The checker finds each kind of wrong by name, and agrees with the solver's own arithmetic."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.auction_calls import ask, call, option, order
from tests.property.auction_cases import random_call

from entrepot.domain.auction_check.read_call import decimal_text, read_call
from entrepot.domain.auction_check.value import runnable_options
from entrepot.domain.market.plain import inputs_digest, law_digest
from entrepot.domain.market.rows import micro, micro_text
from entrepot.domain.market.runnable import can_run
from entrepot.kernel.canonical import canonical_json, digest
from entrepot.kernel.errors import Invalid
from entrepot.services.auction_folder import AuctionFolder, instance_of
from entrepot.services.auction_run import Terms, clear
from entrepot.services.auction_verify import findings_of


def read(folder: AuctionFolder) -> Any:
    tables = {name: table.columns for name, table in folder.tables.items()}
    return read_call(folder.slots, folder.slot_s, folder.zones, folder.classes, tables)


def test_both_readers_give_one_fingerprint_and_one_set_of_options_that_can_run() -> None:
    for seed in range(60):
        folder = random_call(seed)
        seen, own = read(folder), instance_of(folder)
        assert (seen.inputs, seen.law) == (inputs_digest(own), law_digest(own))
        assert runnable_options(seen) == can_run(own).tolist()


@pytest.mark.parametrize("number", [0, 1, -1, 2_500_000, -70, 10**17, 1_000_000])
def test_two_writers_of_decimals_agree(number: int) -> None:
    assert decimal_text(number) == micro_text(number)
    assert micro(decimal_text(number)) == number


FOLDER = call(
    [ask("x", 1, 4, to=2, min_slots=2), ask("y", 3, 1, to=2)],
    [
        order("A", group="g"),
        order("B", "divisible", parent="A"),
        order("C", "minimum", min_share=50),
    ],
    [option("A", 2, 30, length=2), option("B", 1, 9, length=2), option("C", 2, 20, length=2)],
    slots=2,
)


@pytest.fixture
def body() -> dict[str, Any]:
    return json.loads(canonical_json(clear(FOLDER, Terms()).certificate))


def said(body: dict[str, Any]) -> str:
    """Return what the checker says of a certificate that was signed anew."""
    rest = {name: value for name, value in body.items() if name != "digest"}
    return " ".join(f.render() for f in findings_of(FOLDER, {**rest, "digest": digest(rest)}))


def test_the_certificate_holds(body: dict[str, Any]) -> None:
    assert said(body) == ""
    assert [row[0] for row in body["allocation"]] == ["A", "B", "C"]


WRONG = {
    "all or nothing": lambda body: body["allocation"][0].__setitem__(2, 500_000),
    "less than its least share": lambda body: body["allocation"][2].__setitem__(2, 499_999),
    "more than its parent": lambda body: body["allocation"].pop(0),
    "has no option": lambda body: body["allocation"].append(["A", "9", 1]),
    "stands twice": lambda body: body["allocation"].append(["A", "1", 1_000_000]),
    "asks give other than orders take": lambda body: body["supply"].pop(),
    "more devices than it offers": lambda body: body["supply"][0].__setitem__(3, 5_000_000),
    "fewer slots than its least run": lambda body: body["supply"][0].__setitem__(2, 1),
    "names nothing that is there": lambda body: body["prices"][0].__setitem__(0, "Q"),
    "field is missing": lambda body: body.pop("law"),
    "No certificate has this field": lambda body: body.__setitem__("note", 1),
    "of another form": lambda body: body.__setitem__("welfare", "1"),
    "made from other orders": lambda body: body.__setitem__("inputs", "0" * 64),
    "Money paid is not money received": lambda body: body["payments"].__setitem__("operator", 5),
    "below the welfare reached": lambda body: body.__setitem__("mip_bound", 1),
    "dropped is unknown": lambda body: body["dropped"]["orders"].append("A"),
    "No fee is below nothing": lambda body: body["payments"].__setitem__("fee_ppm_max", -1),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_each_wrong_is_told_in_its_own_sentence(body: dict[str, Any], sentence: str) -> None:
    WRONG[sentence](body)
    assert sentence in said(body)


def test_orders_that_cannot_be_read_are_refused() -> None:
    tables = {name: dict(table.columns) for name, table in FOLDER.tables.items()}
    tables["asks"]["price"] = ["NaN", "1"]
    with pytest.raises(Invalid, match="cannot be read"):
        read_call(2, 3600, ["A"], ["gpu"], tables)
