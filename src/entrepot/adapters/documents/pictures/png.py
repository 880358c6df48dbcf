"""A drawing as PNG: its SVG, painted by the typesetter with the house's font."""

from __future__ import annotations

from pathlib import Path

from entrepot.adapters.documents.pdf.glyphs import FOLDER, lacking
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

PPI = 144
"""Pixels an inch; a pixel of the drawing is a point of paper, 72 to the inch, so twice as many."""

_PAGE = Path(__file__).parent / "picture.typ"


def png(drawing: bytes, width: int, height: int) -> bytes:
    """Return an SVG file as a PNG file.

    Args:
        drawing: bytes of the SVG.
        width, height: its size in pixels.

    Returns:
        A picture of twice as many pixels each way.

    Raises:
        Fault: the typesetter failed.
    """
    # typst takes about 60 ms and 40 MB to load, and only papers and pictures need it.
    import typst

    text = drawing.decode()
    try:
        made = typst.compile(
            str(_PAGE),
            root=str(_PAGE.parent),
            font_paths=[str(FOLDER)],
            ignore_system_fonts=not lacking(text),
            format="png",
            ppi=PPI,
            sys_inputs={"drawing": text, "width": str(width), "height": str(height)},
        )
    except (typst.TypstError, RuntimeError) as error:
        raise Fault(
            "documents.png",
            N_("The PNG could not be made: {reason}."),
            hint=N_("SVG and ECharts need no typesetter."),
            reason=str(error).splitlines()[0],
        ) from error
    return made
