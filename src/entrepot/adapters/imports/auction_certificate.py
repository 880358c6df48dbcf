"""The certificate of an auction as a file of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, cast

from entrepot.adapters.imports.user_file import read_file
from entrepot.adapters.system import write_whole
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

BYTES_MAX = 500_000_000
DIGITS_MAX = 40


def read_certificate(path: Path) -> Mapping[str, object]:
    """Read a certificate as plain values.

    Raises:
        NotFound: no such file.
        Invalid: too large, no JSON, no object, a float, a huge number or a name twice.
    """
    if path.is_file() and path.stat().st_size > BYTES_MAX:
        raise _invalid(path)
    data = read_file(path)
    try:
        value: object = json.loads(
            data,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        raise _invalid(path) from None
    if not isinstance(value, dict):
        raise _invalid(path)
    return cast("dict[str, object]", value)


def write_certificate(path: Path, data: bytes) -> Path:
    """Write a certificate whole or not at all.

    Raises:
        Fault: the file cannot be written.
    """
    return write_whole(path, data, 0o644)


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


def _whole(text: str) -> int:
    if len(text) > DIGITS_MAX:
        raise ValueError("a number of so many digits is none here")
    return int(text)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _invalid(path: Path) -> Invalid:
    return Invalid(
        "auction.certificate_form",
        N_("{path} is not a certificate of an auction."),
        hint=N_("Certificates are written by: entrepot auction run --out CERT.json"),
        path=str(path),
    )
