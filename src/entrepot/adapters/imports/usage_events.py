"""Files of usage events: CloudEvents as JSON, one or a list, or as JSON Lines; or a folder of them.

A number with a fraction is refused, since nothing that is metered has one and the signature covers
one byte form only; so is a key that is written twice.

Source: CloudEvents JSON event format and batch format 1.0.2, https://cloudevents.io, 2026-11-21.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, cast

from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.adapters.imports.user_file import read_file
from entrepot.domain.metering.cloud_event import read_event
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase
from entrepot.services.usage_import import PlacedEvent

BYTES_MAX = 64_000_000
LINES_SUFFIXES = (".jsonl", ".ndjson")
SUFFIXES = (".json", *LINES_SUFFIXES)


class _Fault(ValueError):
    """What the hooks of the parser refuse."""


def read_events(path: Path) -> list[PlacedEvent]:
    """Read a file of usage events, or all such files of a folder in order of name.

    Args:
        path: ``.json``, ``.jsonl`` or ``.ndjson``, or a folder.

    Raises:
        Invalid: a file cannot be read, or an event has no lawful form; all faults stand in
            ``fields`` with file, line and field, and then no event is taken.
    """
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES and p.is_file())
    found: list[PlacedEvent] = []
    problems: list[Problem] = []
    for file in files:
        _take(file, found, problems)
    if problems:
        raise InvalidFile(problems)
    if not found:
        raise _invalid(N_("there is no event in it"), str(path))
    return found


def _take(file: Path, found: list[PlacedEvent], problems: list[Problem]) -> None:
    text = _text(file)
    split = _lines if file.suffix in LINES_SUFFIXES else _values
    for line, value in split(text):
        where = f"{file}:{line}"
        if isinstance(value, Invalid):
            problems.append(Problem(where, value))
            continue
        try:
            found.append(PlacedEvent(where, read_event(value)))
        except Invalid as error:
            names = list(error.fields) or [""]
            problems.extend(Problem(f"{where}:{n}" if n else where, error) for n in names)


def _text(file: Path) -> str:
    data = read_file(file)
    if len(data) > BYTES_MAX:
        raise _invalid(N_("it is larger than 64 MB"), str(file))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid(N_("it is not UTF-8"), str(file)) from None


def _lines(text: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _parsed(lambda line=line: _decoder().decode(line))


def _values(text: str) -> Iterator[tuple[int, object]]:
    """Yield the events of a JSON text, one or a list, with the lines on which they begin."""
    place = _skip(text, 0)
    if text[place : place + 1] != "[":
        yield 1 + text.count("\n", 0, place), _parsed(lambda: _decoder().decode(text))
        return
    line, counted = 1, 0
    place = _skip(text, place + 1)
    while place < len(text) and text[place] != "]":
        line, counted = line + text.count("\n", counted, place), place
        value = _parsed(lambda place=place: _decoder().raw_decode(text, place))
        if isinstance(value, Invalid):
            yield line, value
            return
        event, place = cast("tuple[object, int]", value)
        yield line, event
        place = _skip(text, place)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
        elif text[place : place + 1] != "]":
            break
    if text[place:].strip() != "]":
        yield line + text.count("\n", counted, place), _invalid(N_("this is not JSON"), "")


def _parsed(parse: Callable[[], object]) -> object:
    """Return a value, or the refusal in its place."""
    try:
        return parse()
    except _Fault as fault:
        return _invalid(str(fault), "")
    except (ValueError, RecursionError):
        return _invalid(N_("this is not JSON"), "")


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_no_twins
    )


def _no_float(_: str) -> NoReturn:
    raise _Fault(N_("a number with a fraction has no place here"))


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Fault(N_("a key is written twice"))
    return found


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _invalid(why: str, where: str) -> Invalid:
    return Invalid(
        "usage.file",
        N_("The events cannot be read: {why}."),
        hint=N_("Give CloudEvents as JSON, as a list of them, or as JSON Lines."),
        fields={where: why} if where else {},
        why=Phrase(why),
    )
