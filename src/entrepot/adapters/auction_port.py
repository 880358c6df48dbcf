"""Files of auctions: folders of orders, and certificates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.services.auction_folder import AuctionFolder


class AuctionFiles:
    """The part of the port ``App`` that reads and writes them; what it needs is loaded late."""

    def read_auction(self, folder: Path) -> AuctionFolder:
        """Read the orders of a call as text."""
        from entrepot.adapters.imports.auction_files import read_auction

        return read_auction(folder)

    def write_auction(self, folder: Path, auction: AuctionFolder) -> list[Path]:
        """Write the orders of a call; return the files."""
        from entrepot.adapters.imports.auction_files import write_auction

        return write_auction(folder, auction)

    def read_certificate(self, path: Path) -> Mapping[str, object]:
        """Read a certificate as plain values of JSON."""
        from entrepot.adapters.imports.auction_certificate import read_certificate

        return read_certificate(path)

    def write_certificate(self, path: Path, data: bytes) -> Path:
        """Write a certificate, whole or not at all."""
        from entrepot.adapters.imports.auction_certificate import write_certificate

        return write_certificate(path, data)
