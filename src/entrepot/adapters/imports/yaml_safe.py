"""Reading YAML that strangers wrote: plain values, line numbers, and no bombs.

The words of a document mean what the core schema of YAML 1.2 says, with two differences that
keep money and law exact: a decimal becomes a :class:`~decimal.Decimal`, never a float, and a
date stays text. So ``NO`` is Norway and not a falsehood, ``1:30`` is text and not ninety.

Source: YAML 1.2.2, chapter 10.3 (core schema), https://yaml.org/spec/1.2.2/, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from entrepot.adapters.imports.yaml_values import (
    Path,
    Reader,
    field_text,
    scalar,
    short,
    yaml_invalid,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

BYTES_MAX = 1_000_000
__all__ = ["BYTES_MAX", "Located", "Path", "field_text", "load_yaml", "load_yaml_plain", "scalar"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Located:
    """A document as plain values, with the line of each of them.

    Attributes:
        value: dict, list, str, int, Decimal, bool or None, nested.
        lines: path → line, counted from 1; for an entry of a mapping, the line of its key.
        name: file name for messages.
    """

    value: object
    lines: Mapping[Path, int]
    name: str

    def line(self, *path: str | int) -> int:
        r"""Return the line of ``path``, or of the nearest part above it that is known.

        >>> load_yaml(b"a:\n  b: 1\n", "x.yaml").line("a", "b", "gone")
        2
        """
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def where(self, *path: str | int) -> str:
        r"""Write ``file:line:field`` of ``path``, for messages.

        >>> load_yaml(b"a:\n- b\n- c\n", "x.yaml").where("a", 1)
        'x.yaml:3:a[1]'
        """
        dotted = field_text(path)
        place = f"{self.name}:{self.line(*path)}"
        return f"{place}:{dotted}" if dotted else place


def load_yaml(data: bytes, name: str, *, bytes_max: int = BYTES_MAX) -> Located:
    r"""Read one YAML document of a stranger.

    Args:
        data: bytes of the file.
        name: file name for messages.
        bytes_max: largest size that is read, bytes.

    Returns:
        Plain values and their lines. An empty document is None.

    Raises:
        Invalid: too large, not UTF-8, not YAML, more than one document, an alias, an anchor or a
            tag, a key written twice, deeper than 32 levels, or more than 200,000 values.

    >>> load_yaml(b"cap: 5.00\nregions: [NO]\n", "job.yaml").value
    {'cap': Decimal('5.00'), 'regions': ['NO']}
    """
    text = _decode(data, name, bytes_max)
    reader = Reader(name)
    try:
        for event in _events(text):
            reader.take(event)
    except yaml.YAMLError as error:
        _refuse_syntax(error, text, name)
    return Located(reader.root, reader.lines, name)


def load_yaml_plain(data: bytes, name: str) -> object:
    """Read one YAML document where nobody asks for lines, such as a file of the package itself.

    Bytes may be many; all else is held to as in :func:`load_yaml`.

    Raises:
        Invalid: as :func:`load_yaml`.

    >>> load_yaml_plain(b"day: 2026-11-21", "x.yaml")
    {'day': '2026-11-21'}
    """
    return load_yaml(data, name, bytes_max=64 * BYTES_MAX).value


def _decode(data: bytes, name: str, bytes_max: int) -> str:
    if len(data) > bytes_max:
        raise Invalid(
            "yaml.size",
            N_("{name} has {size} bytes; at most {most} are read."),
            hint=N_("Make the file smaller; large inputs belong under run.files."),
            name=name,
            size=f"{len(data):,}",
            most=f"{bytes_max:,}",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "yaml.encoding",
            N_("{name} is not UTF-8: byte {offset} cannot be read."),
            hint=N_("Save the file as UTF-8."),
            name=name,
            offset=error.start,
        ) from None


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=_LOADER)


def _refuse_syntax(error: yaml.YAMLError, text: str, name: str) -> NoReturn:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = getattr(error, "position", None)
    line = 1
    if mark is not None:
        line = int(mark.line) + 1
    elif isinstance(position, int):
        line = text.count("\n", 0, position) + 1
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    raise yaml_invalid(
        "yaml.syntax",
        N_("{where}: this is not YAML ({problem})."),
        N_("Check indentation, colons and quotes near this line."),
        f"{name}:{line}",
        problem=short(problem or type(error).__name__),
    ) from None
