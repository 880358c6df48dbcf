"""Files of cases read one by one, each with its place, so that a bad one can be told alone.

JSON Lines are read line by line and need no more memory than a line; JSON and YAML are read
whole. Lines of single fields are known in YAML; in JSON Lines a case is a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import NoReturn, cast

from entrepot.adapters.imports.case_file import CASES_BYTES_MAX, LINES_SUFFIXES
from entrepot.adapters.imports.yaml_safe import field_text, load_yaml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.gate_batch import StatedCase

LINES_BYTES_MAX = 256_000_000
"""Most bytes of a file of JSON Lines."""

LINE_BYTES_MAX = 1_000_000
"""Most bytes of one line."""


def read_stated_cases(data: bytes, name: str) -> Iterator[StatedCase]:
    r"""Read the cases of a file.

    Args:
        data: bytes of the file: JSON Lines if the name ends in ``.jsonl`` or ``.ndjson``, JSON
            if it ends in ``.json``, else YAML; one case or a list of cases.
        name: file name for messages.

    Returns:
        One stated case each, in order; a line of JSON Lines that cannot be read is one too.

    Raises:
        Invalid: the file is too large, is no YAML or JSON, or holds no case at all.

    >>> [case.body for case in read_stated_cases(b'{"name": "a"}\n\n{"name": "b"}\n', "c.jsonl")]
    [{'name': 'a'}, {'name': 'b'}]
    """
    lines = name.endswith(LINES_SUFFIXES)
    most = LINES_BYTES_MAX if lines else CASES_BYTES_MAX
    if len(data) > most:
        raise Invalid(
            "cases.size",
            N_("{name} has {size} bytes; at most {most} are read."),
            hint=N_("Split it; files of JSON Lines may be the largest."),
            name=name,
            size=f"{len(data):,}",
            most=f"{most:,}",
        )
    if lines:
        found = _lines(data, name)
    else:
        found = iter(_json(data, name) if name.endswith(".json") else _yaml(data, name))
    first = next(found, None)
    if first is None:
        raise Invalid(
            "cases.form",
            N_("{where}: there is no case here."),
            hint=N_("Write a case as a mapping of names to values, or a list of such mappings."),
            fields={name: "a mapping"},
            where=name,
        )
    return chain([first], found)


def _lines(data: bytes, name: str) -> Iterator[StatedCase]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield _line(line, f"{name}:{number}")


def _line(line: bytes, place: str) -> StatedCase:
    where = _where_line(place)
    try:
        return StatedCase(_load(line, place), where)
    except Invalid as error:
        return StatedCase(None, where, error)


def _json(data: bytes, name: str) -> list[StatedCase]:
    value = _load(data.removeprefix(b"\xef\xbb\xbf"), name, CASES_BYTES_MAX)
    if not isinstance(value, list):
        return [StatedCase(value, _where_line(name))]
    items = cast("list[object]", value)
    return [StatedCase(item, _where_index(name, n)) for n, item in enumerate(items)]


def _yaml(data: bytes, name: str) -> list[StatedCase]:
    found = load_yaml(data, name, bytes_max=CASES_BYTES_MAX)
    value = found.value
    if value is None:
        return []
    if not isinstance(value, list):
        return [StatedCase(value, lambda path: found.where(*path))]

    def where(index: int) -> Callable[[tuple[str, ...]], str]:
        return lambda path: found.where(index, *path)

    items = cast("list[object]", value)
    return [StatedCase(item, where(index)) for index, item in enumerate(items)]


def _where_line(place: str) -> Callable[[tuple[str, ...]], str]:
    return lambda path: f"{place}:{field_text(path)}" if path else place


def _where_index(name: str, index: int) -> Callable[[tuple[str, ...]], str]:
    return lambda path: f"{name}:{field_text((index, *path))}"


def _load(text: bytes, place: str, bytes_max: int = LINE_BYTES_MAX) -> object:
    """Read one JSON value.

    Raises:
        Invalid: too long, not JSON, a key stands twice, nested too deeply, or a number that is
            none.
    """
    if len(text) > bytes_max:
        raise _refusal(place, f"longer than {bytes_max:,} bytes")
    try:
        return _DECODER.decode(text.decode("utf-8"))
    except _Twice as error:
        raise _refusal(place, f"the key {error.args[0]} stands twice") from None
    except RecursionError:
        raise _refusal(place, "nested too deeply") from None
    except ValueError as error:
        raise _refusal(place, str(error)) from None


def _refusal(place: str, problem: str) -> Invalid:
    return Invalid(
        "cases.json",
        N_("{where}: this is not JSON ({problem})."),
        hint=N_("Write one JSON object there."),
        fields={place: "JSON"},
        where=place,
        problem=problem[:200],
    )


class _Twice(Exception):
    pass


def _mapping(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    items = list(pairs)
    found = dict(items)
    if len(found) < len(items):
        names = [name for name, _ in items]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_mapping, parse_float=Decimal, parse_constant=_no_number
)
