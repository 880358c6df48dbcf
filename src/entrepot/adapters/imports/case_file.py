"""Files of cases for the gate and for vouchers: one case, a list of them, or one a line."""

from __future__ import annotations

from typing import cast

from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

CASES_BYTES_MAX = 16_000_000
LINES_SUFFIXES = (".jsonl", ".ndjson")


def read_cases(data: bytes, name: str) -> list[dict[str, object]]:
    r"""Read the cases of a file.

    Args:
        data: bytes of the file: YAML or JSON with one case or a list of cases, or JSON Lines if
            the name ends in ``.jsonl`` or ``.ndjson``.
        name: file name for messages.

    Returns:
        One mapping a case, in order; whoever judges them reads their keys.

    Raises:
        Invalid: no YAML or JSON, no mapping, or no case at all.

    >>> read_cases(b'{"name": "a"}\n\n{"name": "b"}\n', "cases.jsonl")
    [{'name': 'a'}, {'name': 'b'}]
    """
    values = _lines(data, name) if name.endswith(LINES_SUFFIXES) else _document(data, name)
    if not values:
        raise _wrong(name)
    return [_case(where, value) for where, value in values]


def _lines(data: bytes, name: str) -> list[tuple[str, object]]:
    places = [(f"{name}:{number}", line) for number, line in enumerate(data.splitlines(), 1)]
    return [(place, load_yaml(line, place).value) for place, line in places if line.strip()]


def _document(data: bytes, name: str) -> list[tuple[str, object]]:
    found = load_yaml(data, name, bytes_max=CASES_BYTES_MAX)
    value: object = found.value
    if not isinstance(value, list):
        return [(found.where(), value)]
    items = cast("list[object]", value)
    return [(found.where(index), item) for index, item in enumerate(items)]


def _case(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not value:
        raise _wrong(where)
    return cast("dict[str, object]", value)


def _wrong(where: str) -> Invalid:
    return Invalid(
        "cases.form",
        N_("{where}: there is no case here."),
        hint=N_("Write a case as a mapping of names to values, or a list of such mappings."),
        fields={where: "a mapping"},
        where=where,
    )
