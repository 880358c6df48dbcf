"""A drawing as SVG: plain shapes and real text, no script, nothing from outside.

Source: SVG 1.1 (Second Edition), W3C, 2011, read 2026-11-21; only what every viewer shows.
"""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

from entrepot.adapters.documents.pictures.scene import (
    Box,
    Dot,
    Item,
    Px,
    Scene,
    Side,
    Trace,
    Words,
)

FONTS = (
    "'Entrepot Sans', 'Noto Sans CJK HK', 'Noto Sans CJK SC', 'PingFang HK', "
    "'Microsoft JhengHei', 'Noto Sans', sans-serif"
)
_RIM = ' stroke="{}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'


def svg(scene: Scene) -> bytes:
    """Return a drawing as the bytes of an SVG file.

    Args:
        scene: the drawing.
    """
    width, height = scene.width, scene.height
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title about" '
        f'font-family="{FONTS}">',
        f'<title id="title">{_text(scene.title)}</title>',
        f'<desc id="about">{_text(scene.about)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{scene.ground}"/>',
        *(_item(item) for item in scene.items),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _item(item: Item) -> str:
    if isinstance(item, Trace):
        return _trace(item)
    if isinstance(item, Box):
        return _box(item)
    if isinstance(item, Dot):
        return _dot(item)
    return _words(item)


def _trace(line: Trace) -> str:
    places = " ".join(f"{_px(x)},{_px(y)}" for x, y in line.places)
    dash = f' stroke-dasharray="{",".join(map(str, line.dash))}"' if line.dash else ""
    return (
        f'<polyline points="{places}" fill="none" stroke="{line.colour}" '
        f'stroke-width="{_px(line.width)}" stroke-linejoin="round"{dash}/>'
    )


def _box(box: Box) -> str:
    size = f'x="{_px(box.x)}" y="{_px(box.y)}" width="{_px(box.width)}" height="{_px(box.height)}"'
    return _tipped("rect", f'{size} fill="{box.colour}"', box.tip)


def _dot(dot: Dot) -> str:
    spot = f'cx="{_px(dot.x)}" cy="{_px(dot.y)}" r="{_px(dot.radius)}"'
    return _tipped("circle", f'{spot} fill="{dot.colour}" stroke="{dot.rim}"', dot.tip)


def _tipped(shape: str, drawn: str, tip: str) -> str:
    if not tip:
        return f"<{shape} {drawn}/>"
    return f"<{shape} {drawn}><title>{_text(tip)}</title></{shape}>"


def _words(words: Words) -> str:
    if not words.text:
        return ""
    side = "" if words.side is Side.START else f' text-anchor="{words.side.value}"'
    rim = _RIM.format(words.halo) if words.halo else ""
    return (
        f'<text x="{_px(words.x)}" y="{_px(words.y)}" font-size="{words.size}" '
        f'fill="{words.colour}"{side}{rim}>{_text(words.text)}</text>'
    )


def _px(pixel: Px) -> str:
    """Write pixels to a tenth, so that the same drawing has the same bytes everywhere.

    >>> _px(12), _px(7 / 3), _px(-1 / 100)
    ('12', '2.3', '0')
    """
    tenths = round(pixel * 10)
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _text(text: str) -> str:
    # Control and direction characters could make a picture read otherwise than it is.
    hidden = ("Cc", "Cf", "Cs", "Co")
    return escape("".join(sign for sign in text if unicodedata.category(sign) not in hidden))
