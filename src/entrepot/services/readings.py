"""What the readers of files hand to the services: reports and price lists, with their problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from entrepot.domain.catalogue.model import Offer
from entrepot.kernel.errors import EntrepotError


class FactsReport(Protocol):
    """What a check of all facts found."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Kind → sound rows; rule files count their rules."""
        ...

    @property
    def problems(self) -> Sequence[EntrepotError]:
        """One refusal a bad row or file, in order of the files."""
        ...

    @property
    def content_digest(self) -> str:
        """SHA-256 of all files."""
        ...


class RowProblem(Protocol):
    """One bad row of a file."""

    @property
    def where(self) -> str:
        """``file:line:field``."""
        ...

    @property
    def error(self) -> EntrepotError:
        """What is wrong there."""
        ...


class PriceList(Protocol):
    """Offers of a file of list prices."""

    @property
    def offers(self) -> Sequence[Offer]:
        """Offers, in the order of the file."""
        ...

    @property
    def problems(self) -> Sequence[RowProblem]:
        """Rows that were skipped, with their reason."""
        ...

    @property
    def left_out(self) -> int:
        """Rows that are sound but are no offer here: no price, a fraction of a device."""
        ...
