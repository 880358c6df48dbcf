"""Signed usage reports in the envelope of CloudEvents 1.0, both ways.

The signature covers the canonical JSON of ``data``, as it covers a bare report: an envelope can be
made around a report, or taken off, without the key of the centre.

Source: CloudEvents specification 1.0.2 and its JSON event format, https://cloudevents.io,
2026-11-21.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from entrepot.domain.metering.model import UsageReport
from entrepot.domain.metering.report import INTEGER_MAX, read_report, write_report
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_, Phrase

SPEC_VERSION = "1.0"
TYPE = "entrepot.usage.v1"
CONTENT_TYPE = "application/json"

_REQUIRED = ("specversion", "id", "source", "type")
_OPTIONAL = frozenset(("subject", "time", "datacontenttype", "dataschema"))
_DATA = ("data", "data_base64", "signature")
_NAME = re.compile(r"[a-z0-9]{1,64}\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{128}\Z")
_TEXT_LENGTH_MAX = 512
_INT32 = 1 << 31


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A usage report out of its envelope; nothing about it is proven yet.

    Attributes:
        source: ``centre:<id>``; with the report's own id it names the event.
        report: what it says.
        body: the signed bytes; signature: 64 bytes.
    """

    source: str
    report: UsageReport
    body: bytes
    signature: bytes


def source_of(centre_id: str) -> str:
    """Return the source of a centre's events.

    >>> source_of("demo-gz")
    'centre:demo-gz'
    """
    return f"centre:{centre_id}"


def write_event(body: bytes, signature: bytes) -> dict[str, object]:
    """Put a signed report into its envelope.

    Args:
        body: canonical bytes of the report.
        signature: over these bytes.

    Raises:
        Invalid: the bytes are no report.
    """
    report = read_report(body)
    return {
        "specversion": SPEC_VERSION,
        "id": report.id,
        "source": source_of(report.centre_id),
        "type": TYPE,
        "subject": report.lease_id,
        "time": iso_utc(report.end),
        "datacontenttype": CONTENT_TYPE,
        "data": data_of(report),
        "signature": signature.hex(),
    }


def data_of(report: UsageReport) -> dict[str, object]:
    """Return a report as plain values, as it stands under ``data``."""
    return cast("dict[str, object]", json.loads(write_report(report)))


def read_event(event: object) -> SignedEvent:
    """Take a signed report out of its envelope.

    Extension attributes are let through if they keep to the rules of the specification: a name of
    lower-case letters and digits, and a text, a truth or a 32-bit integer as value.

    Args:
        event: a JSON value.

    Raises:
        Invalid: an attribute is missing, contradicts the report, or has no lawful form; the field
            stands in ``fields``.
    """
    if not isinstance(event, dict):
        raise _wrong("", N_("it is not an object"))
    fields = cast("dict[str, object]", event)
    for name in _REQUIRED:
        if name not in fields:
            raise _wrong(name, N_("a required attribute is missing"))
    for name in (*_REQUIRED, *(_OPTIONAL & fields.keys())):
        _check_text(name, fields[name])
    _check_known(fields)
    for name in fields.keys() - {*_REQUIRED, *_OPTIONAL, *_DATA}:
        _check_extension(name, fields[name])
    body = _body(fields)
    report = _report(body)
    _check_against(fields, report)
    return SignedEvent(str(fields["source"]), report, body, _signature(fields))


def _check_text(name: str, value: object) -> None:
    good = isinstance(value, str) and 0 < len(value) <= _TEXT_LENGTH_MAX and value.isprintable()
    if not good:
        raise _wrong(name, N_("a short printable text belongs here"))


def _check_known(fields: Mapping[str, object]) -> None:
    if fields["specversion"] != SPEC_VERSION:
        raise _wrong("specversion", N_("only version 1.0 is read"))
    if fields["type"] != TYPE:
        raise _wrong("type", N_("no such type of event is known"))
    if fields.get("datacontenttype", CONTENT_TYPE) != CONTENT_TYPE:
        raise _wrong("datacontenttype", N_("only application/json is read"))
    if "time" in fields and not _is_time(str(fields["time"])):
        raise _wrong("time", N_("a time by RFC 3339 belongs here"))


def _is_time(text: str) -> bool:
    if not _TIME.match(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def _check_extension(name: str, value: object) -> None:
    if not _NAME.match(name):
        raise _wrong(name[:80], N_("the name of an extension is lower-case letters and digits"))
    if isinstance(value, bool):
        return
    if isinstance(value, int) and -_INT32 <= value < _INT32:
        return
    if not isinstance(value, str) or len(value) > _TEXT_LENGTH_MAX:
        raise _wrong(name, N_("an extension is a short text, a truth or a 32-bit integer"))


def _body(fields: Mapping[str, object]) -> bytes:
    if ("data" in fields) == ("data_base64" in fields):
        raise _wrong("data", N_("either data or data_base64 belongs here"))
    if "data" in fields:
        data = fields["data"]
        if not isinstance(data, dict) or not _countable(cast("dict[str, object]", data)):
            raise _wrong("data", N_("an object of texts, truths and whole numbers belongs here"))
        return canonical_json(cast("dict[str, object]", data))
    try:
        return base64.b64decode(str(fields["data_base64"]).encode(), validate=True)
    except (binascii.Error, ValueError):
        raise _wrong("data_base64", N_("this is not base 64")) from None


def _countable(data: Mapping[str, object]) -> bool:
    return all(
        isinstance(value, (str, bool)) or (type(value) is int and abs(value) <= INTEGER_MAX)
        for value in data.values()
    )


def _report(body: bytes) -> UsageReport:
    try:
        return read_report(body)
    except Invalid as error:
        fields = {f"data.{name}": why for name, why in error.fields.items()} or {"data": ""}
        raise Invalid(
            error.code, error.template, hint=error.hint_template, fields=fields, **error.params
        ) from None


def _signature(fields: Mapping[str, object]) -> bytes:
    text = fields.get("signature")
    if text is None:
        raise _wrong("signature", N_("a required attribute is missing"))
    if not isinstance(text, str) or not _SIGNATURE.match(text):
        raise _wrong("signature", N_("128 hexadecimal digits in lower case belong here"))
    return bytes.fromhex(text)


def _check_against(fields: Mapping[str, object], report: UsageReport) -> None:
    said = {
        "id": report.id,
        "source": source_of(report.centre_id),
        "subject": report.lease_id,
    }
    for name, value in said.items():
        if fields.get(name, value) != value:
            raise _wrong(name, N_("this contradicts the report in data"))


def _wrong(name: str, why: str) -> Invalid:
    return Invalid(
        "usage.event",
        N_("A usage event cannot be read: {why}."),
        hint=N_("The form is CloudEvents 1.0 with a signed report as data."),
        fields={name: why} if name else {},
        why=Phrase(why),
    )
