"""Files of auctions: folders of orders, and certificates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from entrepot.kernel.rulebook.table import Rulebook
    from entrepot.services.auction_folder import AuctionFolder
    from entrepot.services.call_ask import AskFile
    from entrepot.services.declaration import JobSpec
    from entrepot.services.order_model import OrderFile


class ReadsJobs(Protocol):
    """What the reader of orders asks of the rest of the port."""

    @property
    def rulebook(self) -> Rulebook:
        """Tables of the gate, with the dictionary of facts."""
        ...

    def read_job(self, path: Path) -> JobSpec:
        """Read a job file."""
        ...


class AuctionFiles:
    """The part of the port ``App`` that reads and writes them; what it needs is loaded late."""

    def read_order(self: ReadsJobs, path: Path) -> OrderFile:
        """Read a file of an order, and the job that it names."""
        from entrepot.adapters.imports.order_file import read_order
        from entrepot.adapters.imports.user_file import read_file

        return read_order(read_file(path), path, self.read_job, self.rulebook.dictionary)

    def read_ask(self, path: Path) -> AskFile:
        """Read a file of an ask."""
        from entrepot.adapters.imports.ask_file import read_ask
        from entrepot.adapters.imports.user_file import read_file

        return read_ask(read_file(path), path)

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
