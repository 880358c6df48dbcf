"""Bodies of orders and asks: read back as they were, refused where they do not fit their call."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid
from entrepot.services.call_body import (
    AskBody,
    AskStep,
    OptionBody,
    OrderBody,
    check_ask,
    check_order,
    plain_body,
    read_body,
    worth_minor,
)
from entrepot.services.call_seal import commitment_of
from entrepot.services.call_stock import hours_of, stock_of
from entrepot.services.ports_market import Call

HOUR = 3_600
CALL = Call(
    "AC-1", "other", "open", 10 * HOUR, 14 * HOUR, HOUR, 9 * HOUR, ("gz", "sz"), ("h800",),
    ({"link": "a", "from_zone": "gz", "to_zone": "sz", "from": 0, "to": 4, "mbps": 5},),
    0, 20_000, 1_000, {}, "", "", 0, "desk", None, None, "",
)  # fmt: skip
OPTION = OptionBody("1", "gz", "h800", 0, 2, 8, 12_345_678)
ORDER = OrderBody(
    "night", "gang", 0, "", "", (OPTION,), True,
    (("gz", "h800", "0", "4", "allow", "2026-11-21", "r", "d"),),
    {"name": "small", "run": None}, {"asset": "CNY"}, ({"zone": "sz"},),
)  # fmt: skip
STEP = AskStep("gz", "h800", "gz/gpu", "O-1", 0, 4, 5_000_000, 3)
POOLS = {"gz/gpu": ("gz", "h800"), "sz/gpu": ("sz", "h800")}


def test_a_body_comes_back_as_it_went_in() -> None:
    for body in (ORDER, AskBody((STEP, replace(STEP, begin=2, price_micro=-1)))):
        plain = json.loads(canonical_json(plain_body(body)))
        assert read_body(plain) == body
    assert commitment_of(plain_body(ORDER), "00") != commitment_of(plain_body(ORDER), "01")


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"side": "teapot"},
        {"side": "ask", "steps": [{}]},
        {**plain_body(ORDER), "kind": 7},
        {**plain_body(ORDER), "job": []},
        {**plain_body(ORDER), "more": 1},
    ],
)
def test_rubbish_is_no_body(data: object) -> None:
    with pytest.raises(Invalid):
        read_body(data)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "gangs"}, "kind"),
        ({"kind": "minimum"}, "min_share"),
        ({"min_share_ppm": 5}, "min_share"),
        ({"name": "a b"}, "name"),
        ({"name": ""}, "name"),
        ({"group": "x" * 41}, "group"),
        ({"parent": "night"}, "parent"),
        ({"options": ()}, "options"),
        ({"options": (OPTION, OPTION)}, "options"),
        ({"law": (("gz",),)}, "law"),
        ({"options": (replace(OPTION, zone="hk"),)}, "options[1].zone"),
        ({"options": (replace(OPTION, device_class="h20"),)}, "options[1].class"),
        ({"options": (replace(OPTION, length=5),)}, "options[1].start"),
        ({"options": (replace(OPTION, start=-1),)}, "options[1].start"),
        ({"options": (replace(OPTION, devices=0),)}, "options[1].devices"),
        ({"options": (replace(OPTION, value_micro=-1),)}, "options[1].value"),
        ({"options": (replace(OPTION, link="b"),)}, "options[1].link"),
        ({"options": (replace(OPTION, mbps=1),)}, "options[1].mbps"),
    ],
)
def test_an_order_that_does_not_fit_is_refused(change: dict[str, object], field: str) -> None:
    check_order(CALL, ORDER)
    check_order(CALL, replace(ORDER, options=(replace(OPTION, link="a", mbps=5),)))
    with pytest.raises(Invalid) as refused:
        check_order(CALL, replace(ORDER, **change))  # type: ignore[arg-type]
    assert field in refused.value.fields


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"zone": "hk"}, "zone"),
        ({"pool_id": "sz/gpu"}, "pool"),
        ({"pool_id": "teapot"}, "pool"),
        ({"end": 5}, "from"),
        ({"begin": 4}, "from"),
        ({"devices": 0}, "devices"),
        ({"price_micro": 10**18}, "price"),
        ({"start_cost_micro": -1}, "price"),
        ({"min_slots": 5}, "min_slots"),
    ],
)
def test_an_ask_that_does_not_fit_is_refused(change: dict[str, object], field: str) -> None:
    check_ask(CALL, AskBody((STEP, replace(STEP, price_micro=-5))), POOLS)
    with pytest.raises(Invalid) as refused:
        check_ask(CALL, AskBody((replace(STEP, **change),)), POOLS)  # type: ignore[arg-type]
    assert f"steps[1].{field}" in refused.value.fields
    with pytest.raises(Invalid):
        check_ask(CALL, AskBody(()), POOLS)


def test_the_worth_of_an_order_is_its_best_option_in_whole_cents() -> None:
    better = replace(OPTION, name="2", value_micro=12_350_001)
    assert worth_minor(ORDER) == 1_235
    assert worth_minor(replace(ORDER, options=(OPTION, better))) == 1_236


def test_an_ask_promises_its_devices_hour_by_hour() -> None:
    body = AskBody((STEP, replace(STEP, begin=1, end=2, devices=2)))
    stock = stock_of(CALL, body)
    assert [(row["from_t"], row["to_t"], row["devices"]) for row in stock] == [
        (10 * HOUR, 11 * HOUR, 3), (11 * HOUR, 12 * HOUR, 5), (12 * HOUR, 14 * HOUR, 3),
    ]  # fmt: skip
    assert hours_of(stock)["gz/gpu", 11 * HOUR] == 5
    assert sum(hours_of(stock).values()) == 3 * 4 + 2
