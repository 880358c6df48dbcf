"""The byte form of a usage report, and how to read one that may be hostile."""

from __future__ import annotations

import json
from typing import cast

from entrepot.domain.metering.model import SCHEMA, UsageReport
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

BYTES_MAX = 4096
INTEGER_MAX = (1 << 53) - 1
"""Beyond 2⁵³ − 1 readers of JSON disagree on the number."""

_TEXTS = ("centre_id", "job_id", "lease_id", "prev")
_FLAGS = ("final", "recovered")
_NUMBERS = {
    "cpu_ms": "cpu_ms",
    "fence": "fence",
    "from": "start",
    "memory_peak_bytes": "memory_peak_bytes",
    "milli_device_seconds": "milli_device_seconds",
    "seq": "seq",
    "to": "end",
    "wall_seconds": "wall_seconds",
}
_OPTIONAL = ("energy_j", "waited_ms")
"""Numbers that a centre leaves out if it does not measure them."""
_KEYS = frozenset((*_TEXTS, *_FLAGS, *_NUMBERS, "id", "schema"))


def write_report(report: UsageReport) -> bytes:
    """Return the canonical JSON that is signed; what is not measured is left out."""
    body: dict[str, object] = {"id": report.id, "schema": SCHEMA}
    body |= {name: getattr(report, name) for name in (*_TEXTS, *_FLAGS)}
    body |= {key: getattr(report, name) for key, name in _NUMBERS.items()}
    known = {name: getattr(report, name) for name in _OPTIONAL}
    body |= {name: number for name, number in known.items() if number is not None}
    return canonical_json(body)


def read_report(body: bytes) -> UsageReport:
    """Read the bytes of a report; only their canonical form is taken.

    Args:
        body: at most ``BYTES_MAX`` bytes of canonical JSON.

    Returns:
        The report. Whether it counts is for :func:`accept` to say.

    Raises:
        Invalid: too long, no JSON, missing or unknown keys, wrong types, another byte form.
    """
    fields = _fields(body)
    odd_keys = (fields.keys() - set(_OPTIONAL)) ^ _KEYS
    if odd_keys:
        odd = ", ".join(sorted(odd_keys)[:5])
        raise _invalid(N_("missing or unknown keys"), odd)
    for key in (*_TEXTS, "id", "schema"):
        if type(fields[key]) is not str or len(cast(str, fields[key])) > 128:
            raise _invalid(N_("not a short text"), key)
    for key in _FLAGS:
        if type(fields[key]) is not bool:
            raise _invalid(N_("not true or false"), key)
    for key in (*_NUMBERS, *(set(_OPTIONAL) & fields.keys())):
        number = fields[key]
        if type(number) is not int or not 0 <= number <= INTEGER_MAX:
            raise _invalid(N_("not a whole number in range"), key)
    values = {name: fields[name] for name in (*_TEXTS, *_FLAGS)}
    values |= {name: fields[key] for key, name in _NUMBERS.items()}
    values |= {name: fields.get(name) for name in _OPTIONAL}
    report = UsageReport(**values)  # pyright: ignore[reportArgumentType]
    if report.seq < 1:
        raise _invalid(N_("numbers begin at 1"), "seq")
    if write_report(report) != body:
        raise _invalid(N_("not in canonical form"), "id")
    return report


def _fields(body: bytes) -> dict[str, object]:
    if len(body) > BYTES_MAX:
        raise _invalid(N_("longer than a report can be"), "")
    try:
        fields: object = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise _invalid(N_("not JSON"), "") from None
    if not isinstance(fields, dict):
        raise _invalid(N_("not an object"), "")
    return cast(dict[str, object], fields)


def _invalid(why: str, field: str) -> Invalid:
    return Invalid(
        "metering.report",
        N_("A usage report cannot be read: {why}."),
        hint=N_("Ask the centre to send it again; form {schema}."),
        fields={field: why} if field else {},
        why=Phrase(why),
        schema=SCHEMA,
    )
