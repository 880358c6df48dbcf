"""Fonts of the papers: a shipped subset, and the system's for rare characters."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
SHIPPED = "Entrepot Sans"
SYSTEM = ("Noto Sans CJK HK", "Noto Sans CJK TC", "Noto Sans CJK SC", "Noto Sans HK", "Noto Sans")
"""Families asked in this order for what the shipped font lacks."""


@lru_cache(maxsize=8)
def characters_of(path: Path, index: int = 0) -> frozenset[int]:
    """Return the code points that a font file can show, from its character map.

    Args:
        path: OpenType or TrueType file, or a collection of them.
        index: which font of a collection.

    Returns:
        Code points, of the map's formats 4 and 12.

    Source: OpenType specification 1.9.1, tables ``ttcf`` and ``cmap``, 2026-11-21.
    """
    data = path.read_bytes()
    font = _u32(data, 12 + 4 * index) if data[:4] == b"ttcf" else 0
    start = _table_offset(data, font, b"cmap")
    found: set[int] = set()
    for n in range(_u16(data, start + 2)):
        at = start + _u32(data, start + 4 + 8 * n + 4)
        if _u16(data, at) == 4:
            found |= _format_4(data, at)
        elif _u16(data, at) == 12:
            found |= _format_12(data, at)
    return frozenset(found)


@lru_cache(maxsize=1)
def system_characters() -> frozenset[int]:
    """Return the code points that the system's fonts of ``SYSTEM`` can show."""
    import typst

    found: set[int] = set()
    for font in typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts():
        if font.family in SYSTEM and font.weight == 400 and font.path:
            found |= characters_of(Path(font.path), font.index or 0)
    return frozenset(found)


def lacking(text: str) -> frozenset[str]:
    """Return the characters of ``text`` that the shipped font cannot show."""
    known = characters_of(FOLDER / "EntrepotSans-Regular.otf")
    return frozenset(c for c in text if c not in "\n\r\t" and ord(c) not in known)


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])


def _u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])


def _table_offset(data: bytes, font: int, tag: bytes) -> int:
    for n in range(_u16(data, font + 4)):
        at = font + 12 + 16 * n
        if data[at : at + 4] == tag:
            return _u32(data, at + 8)
    raise ValueError("a font without a character map")


def _format_4(data: bytes, at: int) -> set[int]:
    count = _u16(data, at + 6) // 2
    found: set[int] = set()
    for n in range(count):
        last = _u16(data, at + 14 + 2 * n)
        first = _u16(data, at + 16 + 2 * (count + n))
        found.update(range(first, last + 1))
    # The last segment is a closing mark, not a character.
    return found - {0xFFFF}


def _format_12(data: bytes, at: int) -> set[int]:
    found: set[int] = set()
    for n in range(_u32(data, at + 12)):
        first, last = struct.unpack_from(">II", data, at + 16 + 12 * n)
        found.update(range(first, last + 1))
    return found
