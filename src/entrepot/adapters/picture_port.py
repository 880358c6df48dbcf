"""Pictures: the maker of them, and their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.services.charts import Pictures


class PictureFiles:
    """The part of the port ``App`` that draws and writes them; what it needs is loaded late."""

    @property
    def pictures(self) -> Pictures:
        """Maker of pictures."""
        from entrepot.adapters.documents.pictures.maker import PictureMaker

        return PictureMaker()

    def write_picture(self, path: Path, data: bytes) -> Path:
        """Write the file of a picture, whole or not at all; folders are made."""
        from entrepot.adapters.system import write_whole

        return write_whole(path, data, 0o644)
