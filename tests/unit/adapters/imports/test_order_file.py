"""Order files: every field read exactly, every fault named by file, line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import JOB

from entrepot.adapters.imports.job_file import read_job
from entrepot.adapters.imports.order_file import read_order
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.money import CNY, HKD, Amount
from entrepot.services.call_body import Elastic
from entrepot.services.declaration import JobSpec
from entrepot.services.order_model import OrderFile

OPTION = {"zone": "GZ", "class": "h800", "from": 3, "to": 5, "devices": 8}
BASE: dict[str, Any] = {"order": "night", "value": "5.00 HKD", "options": [OPTION]}
TEXT = """\
order: night
firm: F-1
kind: minimum
min_share: 33.3333
value: 1200.50
currency: CNY
group: tonight
parent: day
accept_duties: true
window: {from: 2026-11-22T00:00Z, to: 20}
options:
  - {zone: GZ, class: h800, starts: [3, 5], length: 2, devices: 8, link: hk-gz, mbps: 200}
  - zone: HK
    class: a100
    value: 7.00 HKD
    blocks:
      - {from: 1, to: 2}
      - {from: 8, to: 10}
"""


def job_of(path: Path) -> JobSpec:
    """Read the job that an order names."""
    text = JOB.format(command="['true']", device="cpu", isolation="exclusive", duration="2h")
    if path.name != "job.yaml":
        raise NotFound("file.missing", "no such file")
    return read_job(text.encode(), str(path))


def read(text: str | dict[str, Any]) -> OrderFile:
    """Read an order of YAML, or one of JSON made of fields."""
    data = text if isinstance(text, str) else json.dumps(text)
    return read_order(data.encode(), Path("orders/o.yaml"), job_of)


def test_a_whole_file() -> None:
    order = read(TEXT)
    assert (order.name, order.firm, order.kind, order.min_share_ppm) == (
        "night",
        "F-1",
        "minimum",
        333_333,
    )
    assert order.value == Amount(120_050, CNY)
    assert (order.group, order.parent, order.accept_duties) == ("tonight", "day", True)
    assert order.window is not None
    assert (order.window.begin.at, order.window.end.slot) == (1_795_305_600, 20)
    first, second = order.options
    assert [(b.begin.slot, b.end.slot) for b in first.blocks] == [(3, 5), (5, 7)]
    assert (first.devices, first.link, first.mbps, first.value) == (8, "hk-gz", 200, None)
    assert [(b.begin.slot, b.end.slot) for b in second.blocks] == [(1, 2), (8, 10)]
    assert second.value == Amount(700, HKD)
    assert order.place("value") == "orders/o.yaml:5:value"


def test_json_is_read_like_yaml() -> None:
    order = read({**BASE, "value": 12.5, "options": [{**OPTION, "value": "3 CNY"}]})
    assert order.value == Amount(1_250, HKD)
    assert order.options[0].value == Amount(300, CNY)


def test_a_time_without_a_zone_is_in_hong_kong() -> None:
    both = read({**BASE, "window": {"from": "2026-11-22 08:00", "to": "2026-11-22T01:00Z"}}).window
    assert both is not None
    assert both.end.at == (both.begin.at or 0) + 3600


def test_a_job_is_looked_for_beside_the_order() -> None:
    order = read("order: 7\njob: job.yaml\nvalue: 1 HKD\n")
    assert order.name == "7"
    assert order.job is not None and order.job.duration_s == 7200
    with pytest.raises(NotFound):
        read("order: a\njob: other.yaml\nvalue: 1 HKD\n")


def test_facts_may_stand_in_for_a_job() -> None:
    order = read({**BASE, "data": {"from": "HK"}, "placement": {"end_use": "commercial"}})
    assert (order.data, order.placement) == ({"place_from": "HK"}, {"end_use": "commercial"})


def without(name: str) -> dict[str, Any]:
    """Return the fields of a sound order without one."""
    return {key: value for key, value in BASE.items() if key != name}


BAD: list[tuple[dict[str, Any], str]] = [
    (without("order"), "order"),
    ({**BASE, "order": "a b"}, "order"),
    ({**BASE, "order": "x" * 41}, "order"),
    ({**BASE, "order": True}, "order"),
    ({**BASE, "order": "café"}, "order"),
    ({**BASE, "kind": "herd"}, "kind"),
    ({**BASE, "min_share": 5}, "min_share"),
    ({**BASE, "kind": "minimum"}, "min_share"),
    ({**BASE, "kind": "minimum", "min_share": 101}, "min_share"),
    ({**BASE, "kind": "minimum", "min_share": "1.00001"}, "min_share"),
    ({**BASE, "kind": "minimum", "min_share": "nan"}, "min_share"),
    ({**BASE, "parent": "night"}, "parent"),
    ({**BASE, "value": "5.00 USD"}, "value"),
    ({**BASE, "value": "-1 HKD"}, "value"),
    ({**BASE, "value": "nan"}, "value"),
    ({**BASE, "value": "1e99 HKD"}, "value"),
    ({**BASE, "value": "1.001 HKD"}, "value"),
    ({**BASE, "value": 10**40}, "value"),
    ({**BASE, "value": True}, "value"),
    ({**BASE, "value": ["5"]}, "value"),
    ({**BASE, "value": "5 HKD", "currency": "CNY"}, "value"),
    ({**BASE, "currency": "EUR"}, "currency"),
    (without("value"), "value"),
    (without("options"), "options"),
    ({**BASE, "options": []}, "options"),
    ({**BASE, "options": {"zone": "GZ"}}, "options"),
    ({**BASE, "options": ["GZ"]}, "options[0]"),
    ({**BASE, "colour": "red"}, "colour"),
    ({**BASE, "accept_duties": "yes"}, "accept_duties"),
    ({**BASE, "job": "job.yaml", "data": {"from": "HK"}}, "data"),
    ({**BASE, "window": {"from": 1}}, "window.to"),
    ({**BASE, "window": {"from": -1, "to": 3}}, "window.from"),
    ({**BASE, "window": {"from": "noon", "to": 3}}, "window.from"),
    ({**BASE, "window": {"from": "2026-02-30T00:00", "to": 3}}, "window.from"),
    ({**BASE, "window": 7}, "window"),
]
BAD_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"zone": None}, "zone"),
    ({"zone": 7}, "zone"),
    ({"class": ""}, "class"),
    ({"devices": 0}, "devices"),
    ({"devices": "1.5"}, "devices"),
    ({"devices": 2**63}, "devices"),
    ({"devices": "NaN"}, "devices"),
    ({"value": "x"}, "value"),
    ({"from": None}, "from"),
    ({"to": None}, "to"),
    ({"mbps": 5}, "mbps"),
    ({"link": "L", "mbps": -1}, "mbps"),
    ({"starts": [1], "length": 1}, "starts"),
    ({"extra": 1}, "extra"),
]


@pytest.mark.parametrize(
    ("fields", "place"),
    [*BAD, *(({**BASE, "options": [{**OPTION, **c}]}, f"options[0].{k}") for c, k in BAD_OPTIONS)],
)
def test_a_fault_is_named_by_its_place(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(fields)
    (found,) = refusal.value.fields
    assert found == f"orders/o.yaml:1:{place}"
    assert found in str(refusal.value)


@pytest.mark.parametrize(
    "runs",
    [
        {},
        {"blocks": []},
        {"starts": [1]},
        {"starts": [], "length": 1},
        {"starts": ["1"], "length": 1},
        {"starts": [-1], "length": 1},
        {"starts": [1], "length": 0},
        {"blocks": [{"from": 1}]},
    ],
)
def test_runs_that_are_none(runs: dict[str, Any]) -> None:
    bare = {key: value for key, value in OPTION.items() if key not in ("from", "to")}
    with pytest.raises(Invalid):
        read({**BASE, "options": [{**bare, **runs}]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"7",
        b"\xff\xfe",
        b"\0\0",
        b"order: [",
        b"a: &x 1\nb: *x\n",
        b"order: a\norder: b\n",
    ],
)
def test_what_is_no_order_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_order(data, Path("o.yaml"), job_of)


def test_the_line_of_a_fault_is_told() -> None:
    with pytest.raises(Invalid) as refusal:
        read(TEXT.replace("devices: 8", "devices: none"))
    assert list(refusal.value.fields) == ["orders/o.yaml:12:options[0].devices"]


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (True, Elastic(300, 1_000)),
        (False, None),
        ({}, Elastic(300, 1_000)),
        ({"notice": "90m"}, Elastic(5_400, 1_000)),
        ({"notice": "7m", "credit": 12.5}, Elastic(420, 1_250)),
        ({"credit": 0}, Elastic(300, 0)),
    ],
)
def test_terms_of_interruption(terms: object, found: Elastic | None) -> None:
    assert read({**BASE, "interruptible": terms}).elastic == found


@pytest.mark.parametrize(
    "terms", ["yes please", 7, [], {"notice": 5}, {"notice": "x"}, {"credit": -1}, {"fee": 1}]
)
def test_terms_of_interruption_that_are_none(terms: object) -> None:
    with pytest.raises(Invalid):
        read({**BASE, "interruptible": terms})
