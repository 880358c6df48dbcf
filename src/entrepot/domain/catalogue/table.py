"""The resident table of offers: built once, changed by single offers.

Below ``COLUMNS_MIN`` offers everything is judged in plain Python and numpy is never imported,
since its import costs more than the whole search. Above, the offers lie in sorted columns; offers
that come later wait in a small list beside them and are judged in plain Python, until there are so
many that the columns are laid anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.model import Offer

if TYPE_CHECKING:
    from entrepot.domain.catalogue.columns import Columns

COLUMNS_MIN = 5_000
"""Offers from which columns pay for the import of numpy."""

WAITING_SHARE = 50
"""Columns are laid anew when more than one fiftieth of the offers waits beside them."""


class OfferTable:
    """Offers by id, ready for search.

    Args:
        offers: the first offers.
        columns_min: size from which columns are used.

    Raises:
        ValueError: two offers have one id.
    """

    def __init__(self, offers: Iterable[Offer] = (), *, columns_min: int = COLUMNS_MIN) -> None:
        self._offers: dict[str, Offer] = {}
        self._columns: Columns | None = None
        self._waiting: dict[str, Offer] = {}
        self._columns_min = columns_min
        for offer in offers:
            if offer.id in self._offers:
                raise ValueError(f"offer {offer.id} comes twice")
            self._offers[offer.id] = offer

    def __len__(self) -> int:
        return len(self._offers)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._offers.values())

    def __contains__(self, offer_id: str) -> bool:
        return offer_id in self._offers

    def get(self, offer_id: str) -> Offer | None:
        """Return the offer called ``offer_id``, or None."""
        return self._offers.get(offer_id)

    def add(self, offer: Offer) -> None:
        """Add an offer, or replace the one of the same id."""
        self.remove(offer.id)
        self._offers[offer.id] = offer
        if self._columns is not None:
            self._waiting[offer.id] = offer

    def remove(self, offer_id: str) -> bool:
        """Take an offer away; say whether it was there."""
        if self._offers.pop(offer_id, None) is None:
            return False
        if self._columns is not None and self._waiting.pop(offer_id, None) is None:
            self._columns.remove(offer_id)
        return True

    def parts(self) -> tuple[Columns | None, Iterable[Offer]]:
        """Return the columns, if they are used, and the offers that lie beside them."""
        if len(self._offers) < max(1, self._columns_min):
            self._columns = None
            return None, self._offers.values()
        if self._columns is None or len(self._waiting) * WAITING_SHARE > len(self._offers):
            from entrepot.domain.catalogue.columns import build

            self._columns = build(self._offers.values())
            self._waiting = {}
        return self._columns, self._waiting.values()
