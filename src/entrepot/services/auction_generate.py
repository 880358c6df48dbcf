"""Make up a call of the auction and write it into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.services.app import App
from entrepot.services.auction_folder import folder_of

if TYPE_CHECKING:
    from entrepot.domain.market.generate import Portrait


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made up.

    Attributes:
        files: where it lies.
        inputs: its hash, as certificates name it.
        portrait: sizes and lumpiness.
    """

    files: tuple[Path, ...]
    inputs: str
    portrait: Portrait


def generate_auction(
    app: App,
    sizes: tuple[int, int, int, int],
    seed: int,
    kind: str,
    out: Path,
    form: str = "csv",
) -> Made:
    """Make up a call and write it.

    Args:
        app: the exchange; no home is needed.
        sizes: orders, zones, classes, slots.
        seed: the same seed makes the same call.
        kind: ``stress`` or ``realistic``.
        out: folder; files of the same names are written over.
        form: ``csv``, ``json`` or ``parquet``.

    Raises:
        Invalid: such a call cannot be made up.
        Fault: the folder cannot be written.
    """
    from entrepot.domain.market.generate import generate, portrait
    from entrepot.domain.market.plain import inputs_digest

    instance = generate(*sizes, seed, kind)
    files = app.write_auction(out, folder_of(instance, form))
    return Made(tuple(files), inputs_digest(instance), portrait(instance))
