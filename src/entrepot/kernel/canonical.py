"""One byte form for a value, so that hashes and signatures mean the same everywhere."""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """Return the canonical JSON of plain values: sorted keys, no blanks, UTF-8.

    Args:
        value: dict, list, tuple, str, int, bool or None, nested. Floats are refused,
            since no two machines agree on their text and no money is a float.

    Returns:
        UTF-8 bytes.

    Raises:
        TypeError: a float or another type inside.

    >>> canonical_json({"b": 1, "a": ["算", None]}).decode()
    '{"a":["算",null],"b":1}'
    """
    _refuse_floats(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits.

    >>> sha256_hex(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``.

    >>> digest({"a": 1}) == digest({"a": 1})
    True
    """
    return sha256_hex(canonical_json(value))


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form; use an integer or a decimal string")
    if isinstance(value, dict):
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(key, str):
                raise TypeError("a key of canonical JSON is a string")
            _refuse_floats(item)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            _refuse_floats(item)  # pyright: ignore[reportUnknownArgumentType]
