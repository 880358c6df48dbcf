"""The byte form of usage reports."""

from __future__ import annotations

import json

import pytest
from tests.unit.domain.metering.metering_chain import chain

from entrepot.domain.metering.report import BYTES_MAX, read_report, write_report
from entrepot.kernel.errors import Invalid

BODY = write_report(chain([10])[0].report)


def with_(**fields: object) -> bytes:
    changed: dict[str, object] = json.loads(BODY) | fields
    return json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()


def test_what_is_written_is_read() -> None:
    report = chain([10, 20])[1].report
    assert read_report(write_report(report)) == report
    assert report.id == "L-1:2:2"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 3000,
        b"x" * (BYTES_MAX + 1),
        with_(seq=0),
        with_(seq=-1),
        with_(seq=True),
        with_(seq=1.0),
        with_(seq="1"),
        with_(wall_seconds=1 << 53),
        with_(final=1),
        with_(lease_id=7),
        with_(lease_id="x" * 129),
        with_(extra=1),
        with_(schema="entrepot.usage/2"),
        with_(id="L-1:2:9"),
        BODY + b" ",
        BODY.replace(b'"seq":1', b'"seq":1,"seq":1'),
    ],
)
def test_anything_else_is_refused_in_one_sentence(body: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_report(body)
    assert str(caught.value).endswith(".") and caught.value.render_hint()
