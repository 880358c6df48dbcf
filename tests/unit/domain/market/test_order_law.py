"""Decisions of the law filter beside the orders: what they permit, and how they are certified."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from tests.auction_calls import Row, ask, call, option, order
from tests.property.auction_cases import decision, with_law

from entrepot.domain.market.plain import law_digest
from entrepot.kernel.canonical import canonical_json, digest
from entrepot.kernel.errors import Invalid
from entrepot.services.auction_folder import LAW, AuctionFolder, folder_of, instance_of
from entrepot.services.auction_run import Terms, clear
from entrepot.services.auction_verify import findings_of


def of_law(*rows: Row, slots: int = 4) -> AuctionFolder:
    """Return a call with an order A in zone A or B, slots 1 and 2, and the decisions on it."""
    asks = [ask("x", 1, 9, to=slots), ask("y", 1, 9, to=slots, zone="B")]
    options = [
        option("A", 1, 50, start=1, length=2),
        option("A", 1, 99, "far", zone="B", start=1, length=2),
        option("free", 1, 9),
    ]
    folder = call(
        asks, [order("A"), order("free")], options, slots=slots, zones=("A", "B"), classes=("gpu",)
    )
    return with_law(folder, [{**row, "class": "gpu"} for row in rows])


@pytest.mark.parametrize(
    ("rows", "shut"),
    [
        ([decision("A", "A", 0, 4, "allow")], ("A/far",)),
        ([decision("A", "A", 0, 4, "allow_with_duties")], ("A/far",)),
        ([decision("A", "B", 0, 4, "allow")], ("A/1",)),
        ([decision("A", "A", 0, 2, "allow")], ("A/1", "A/far")),
        ([decision("A", "A", 0, 2, "allow"), decision("A", "A", 2, 4, "allow")], ("A/far",)),
        (
            [decision("A", "A", 0, 2, "allow"), decision("A", "A", 2, 4, "needs_review")],
            ("A/1", "A/far"),
        ),
        (
            [decision("A", "A", 0, 4, "allow"), decision("A", "A", 2, 3, "forbid")],
            ("A/1", "A/far"),
        ),
        ([decision("A", "A", 0, 4, "allow"), decision("A", "A", 3, 4, "forbid")], ("A/far",)),
    ],
)
def test_an_option_runs_only_where_every_slot_is_permitted(
    rows: list[Row], shut: tuple[str, ...]
) -> None:
    assert instance_of(of_law(*rows)).unlawful == shut


def test_an_order_without_decisions_is_free() -> None:
    folder = of_law(decision("A", "A", 0, 4, "forbid"))
    body = cast("Any", clear(folder, Terms()).certificate)
    assert [row[0] for row in body["allocation"]] == ["free"]


def test_decisions_go_through_files_unchanged() -> None:
    instance = instance_of(of_law(decision("A", "A", 0, 4, "allow")))
    again = instance_of(folder_of(instance))
    assert again.law_rows == instance.law_rows != ()
    assert again.law_rows[0][5:] == ("allow", "2026-11-21", "r1", "d0")


@pytest.mark.parametrize("column", ["outcome", "day", "rules", "decision", "to"])
def test_a_certificate_holds_under_its_own_decisions_only(column: str) -> None:
    folder = of_law(decision("A", "A", 0, 4, "allow"))
    body = json.loads(canonical_json(clear(folder, Terms()).certificate))
    assert findings_of(folder, body) == []
    other = {"outcome": "allow_with_duties", "day": "2026-11-22", "to": "3"}.get(column, "x")
    columns = {**folder.tables[LAW].columns, column: [other]}
    changed = replace(folder.tables[LAW], columns=columns)
    forged = replace(folder, tables={**folder.tables, LAW: changed})
    assert [f.where for f in findings_of(forged, body)] == ["law"]


def test_an_option_that_the_filter_shut_out_is_found_by_name() -> None:
    """A planted bug: a certificate that serves the order where the decisions do not."""
    folder = of_law(decision("A", "A", 0, 4, "allow"))
    body = json.loads(canonical_json(clear(folder, Terms()).certificate))
    body["allocation"][0][1] = "far"
    body["digest"] = digest({name: value for name, value in body.items() if name != "digest"})
    said = " ".join(finding.render() for finding in findings_of(folder, body))
    assert "The law does not permit option far of order A." in said


def test_a_call_without_decisions_has_the_hash_of_the_options_shut_out_alone() -> None:
    bare = of_law()
    assert law_digest(instance_of(bare)) == law_digest(
        instance_of(replace(bare, tables={n: t for n, t in bare.tables.items() if n != LAW}))
    )


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"order": "Z"}, "order"),
        ({"zone": "Q"}, "zone"),
        ({"class": "abacus"}, "class"),
        ({"from": "-1"}, "from"),
        ({"to": "5"}, "to"),
        ({"from": "3", "to": "3"}, "to"),
        ({"outcome": ""}, "outcome"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "today"}, "day"),
        ({"rules": "a b"}, "rules"),
        ({"decision": ""}, "decision"),
    ],
)
def test_a_bad_decision_is_named_by_its_place(change: dict[str, object], column: str) -> None:
    rows = {**decision("A", "A", 0, 4, "allow"), "class": "gpu", **change}
    folder = with_law(of_law(), [rows])
    with pytest.raises(Invalid) as refusal:
        instance_of(folder)
    assert list(refusal.value.fields) == [f"law.csv:1:{column}"]
