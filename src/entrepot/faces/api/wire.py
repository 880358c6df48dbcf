"""Between bytes on the wire and checked values: strict, bounded, without surprises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

from entrepot.faces.api.refusals import HttpRefusal, malformed
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

INT_MAX = 2**63 - 1
DEPTH_MAX = 32
VALUES_MAX = 20_000
"""Values in one body; a body of a few kilobytes may otherwise hold very many empty lists."""

_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}\Z")
_KEY = re.compile(r"[A-Za-z0-9._:/+=-]{1,100}\Z")


def read_body(data: bytes, kind: Any) -> Any:
    """Read a JSON body as the type that an operation takes.

    Args:
        data: the body.
        kind: a struct.

    Raises:
        HttpRefusal: 400, no JSON, a NUL or lone surrogate in it, or a number beyond 64 bits.
        Invalid: JSON, but not of the shape asked for.
    """
    try:
        plain: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise malformed("body", _first_line(error)) from error
    check_plain(plain)
    return shaped(plain, kind, "body")


def shaped(plain: object, kind: Any, where: str, *, strict: bool = True) -> Any:
    """Return plain values as a struct.

    Raises:
        Invalid: an unknown, missing or wrong-typed field, or one out of its range.
    """
    try:
        return msgspec.convert(plain, kind, strict=strict)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at ")
        place = path.strip("`").removeprefix("$").lstrip(".") or where
        raise Invalid(
            "api.shape",
            N_("{where} is not as asked for: {why}."),
            hint=N_("Compare it with the example in /api/openapi.json."),
            fields={place: text},
            where=place,
            why=text,
        ) from error


def check_plain(value: object) -> None:
    """Refuse values that no later step should have to think of.

    Raises:
        HttpRefusal: 400, a NUL or lone surrogate, a number beyond 64 bits, nesting too deep.
    """
    todo: list[tuple[object, int]] = [(value, 0)]
    seen = 0
    while todo:
        one, depth = todo.pop()
        seen += 1
        if depth > DEPTH_MAX or seen > VALUES_MAX:
            raise malformed("body", "it is nested too deeply or has too many values")
        if isinstance(one, str):
            check_text(one)
        elif isinstance(one, int | float) and not isinstance(one, bool):
            _check_number(one)
        elif isinstance(one, dict):
            members = cast("dict[str, object]", one)
            todo += [(key, depth + 1) for key in members]
            todo += [(member, depth + 1) for member in members.values()]
        elif isinstance(one, list):
            todo += [(member, depth + 1) for member in cast("list[object]", one)]


def check_text(text: str) -> None:
    """Refuse a text with a NUL or a lone surrogate; no database keeps either."""
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise malformed("body", "a text holds a NUL or half a character")


def _check_number(number: int | float) -> None:  # not money: any number of a stranger
    if not -INT_MAX - 1 <= number <= INT_MAX:
        raise malformed("body", "a number is beyond 64 bits")


def read_query(pairs: Iterable[tuple[str, str]], kind: Any) -> Any:
    """Read the parameters of a query.

    Raises:
        HttpRefusal: 400, one is given twice or holds a NUL.
        Invalid: unknown, or of the wrong form.
    """
    found: dict[str, str] = {}
    for name, text in pairs:
        if name in found:
            raise malformed("query", f"{name[:40]} is given twice")
        check_text(name + text)
        found[name] = text
    return shaped(found, kind, "query", strict=False)


def is_name(text: str) -> bool:
    """Say whether a text can be an id in a path.

    >>> is_name("HK-2026-000001"), is_name("../x"), is_name("")
    (True, False, False)
    """
    return _ID.match(text) is not None


def check_key(text: str | None) -> str:
    """Return an idempotency key.

    Raises:
        HttpRefusal: 400, missing or not usable.
    """
    if text is not None and _KEY.match(text):
        return text
    raise HttpRefusal(
        400,
        "api.key",
        N_("A write needs the header Idempotency-Key, 1 to 100 letters, digits or ._:/+=-"),
        hint=N_("Make one a write, such as a UUID, and repeat it only to repeat that write."),
        fields={"Idempotency-Key": "missing or not usable"},
    )


def plain(value: object) -> object:
    """Return a value as JSON can carry it; what it cannot carry becomes its text."""
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(key): plain(member) for key, member in members.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(member) for member in cast("Sequence[object]", value)]
    return value


def encode(value: object) -> bytes:
    """Return a value as JSON."""
    return msgspec.json.encode(value, enc_hook=str)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] or "it is nested too deeply"
