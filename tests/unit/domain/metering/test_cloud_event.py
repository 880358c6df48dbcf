"""The CloudEvents envelope: there and back without the key; every bad attribute is named."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.domain.metering.metering_chain import chain

from entrepot.domain.metering.cloud_event import read_event, write_event
from entrepot.domain.metering.report import read_report, write_report
from entrepot.kernel.errors import Invalid

REPORT = chain([60])[0].report
BODY = write_report(REPORT)
SIGNATURE = bytes(range(64))


def event(**changes: object) -> dict[str, Any]:
    """A sound event with some attributes changed; None takes one away."""
    whole = write_event(BODY, SIGNATURE) | changes
    return {name: value for name, value in whole.items() if value is not None}


def test_an_envelope_comes_off_as_it_was_put_on() -> None:
    read = read_event(json.loads(json.dumps(event())))
    assert (read.body, read.signature, read.report) == (BODY, SIGNATURE, REPORT)
    assert (read.source, read.report.id) == ("centre:demo-gz", "L-1:2:1")
    assert write_event(read.body, read.signature) == event()


def test_the_attributes_are_those_of_the_specification() -> None:
    made = event()
    assert made["specversion"] == "1.0"
    assert (made["id"], made["source"], made["subject"]) == ("L-1:2:1", "centre:demo-gz", "L-1")
    assert made["time"] == "1970-01-12T13:47:40Z"


def test_data_may_come_in_base_64_as_the_signed_bytes() -> None:
    packed = event(data=None, data_base64=base64.b64encode(BODY).decode())
    assert read_event(packed).body == BODY


def test_the_order_of_keys_does_not_matter_only_the_canonical_bytes_are_signed() -> None:
    shuffled = dict(reversed(list(event()["data"].items())))
    assert read_event(event(data=shuffled)).body == BODY


def test_lawful_extensions_and_missing_optional_attributes_are_let_through() -> None:
    read_event(event(traceparent="00-1", attempt=2, replayed=True))
    read_event(event(subject=None, time=None, datacontenttype=None))
    read_event(event(time="1970-01-12T21:47:40.5+08:00"))


BAD: dict[str, list[dict[str, object]]] = {
    "specversion": [{"specversion": None}, {"specversion": "0.3"}, {"specversion": 1}],
    "id": [{"id": None}, {"id": ""}, {"id": "L-1:2:2"}, {"id": "x" * 600}],
    "source": [{"source": None}, {"source": "centre:other"}],
    "type": [{"type": None}, {"type": "com.example.other"}],
    "subject": [{"subject": "L-2"}, {"subject": 7}],
    "time": [{"time": "yesterday"}, {"time": "2026-13-01T00:00:00Z"}, {"time": "2026-11-01"}],
    "datacontenttype": [{"datacontenttype": "text/xml"}],
    "data": [
        {"data": None},
        {"data": "x"},
        {"data": {"a": 1.5}},
        {"data": {"a": None}},
        {"data": {"a": {}}},
        {"data_base64": "AAAA"},
    ],
    "data_base64": [{"data": None, "data_base64": "*"}, {"data": None, "data_base64": 7}],
    "signature": [{"signature": None}, {"signature": "00"}, {"signature": "A" * 128}],
    "Extra": [{"Extra": 1}],
    "extra": [{"extra": 1 << 31}, {"extra": [1]}, {"extra": 1.5}, {"extra": "x" * 600}],
}


@pytest.mark.parametrize(
    ("field", "changes"), [(field, one) for field, many in BAD.items() for one in many]
)
def test_a_bad_attribute_is_refused_by_its_name(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        read_event(event(**changes))
    assert list(caught.value.fields) == [field]


def test_a_bad_report_is_refused_by_its_field() -> None:
    with pytest.raises(Invalid) as caught:
        read_event(event(data=event()["data"] | {"cpu_ms": -1}))
    assert list(caught.value.fields) == ["data.cpu_ms"]
    for other in ([], "x", None, 7):
        with pytest.raises(Invalid):
            read_event(other)


@pytest.mark.parametrize("what", ["energy_j", "waited_ms"])
def test_a_figure_is_carried_where_it_is_measured_and_left_out_where_not(what: str) -> None:
    stated: dict[str, Any] = {what: 5400}
    measured = write_report(replace(REPORT, **stated))
    assert what.encode() not in BODY
    assert getattr(read_report(BODY), what) is None
    assert getattr(read_report(measured), what) == 5400
    assert getattr(read_event(write_event(measured, SIGNATURE)).report, what) == 5400
    for bad in (-1, True, "5"):
        data = event()["data"] | {what: bad}
        with pytest.raises(Invalid) as caught:
            read_event(event(data=data))
        assert list(caught.value.fields) == [f"data.{what}"]
