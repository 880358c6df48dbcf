"""The resident table of offers: built once, then changed offer by offer.

Below ``COLUMNS_MIN`` offers everything is judged in plain Python and numpy is never imported,
since its import costs more than the whole search. Above, the offers lie in sorted columns, in
*tiers* of which each is more than twice as large as the next:

- a changed quantity, or anything else that leaves device, price and instance as they are, is
  written into its row;
- a new offer, or a new price, waits in a short list beside the tiers, judged in plain Python; a
  full list becomes the smallest tier, and tiers of like size are laid together;
- an offer taken away is marked in its row, and a tier that is half empty is laid anew.

So an offer is laid down about log₂(n / ``WAITING_MAX``) times in its life, and the largest tier
only after as many changes as half its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from entrepot.domain.catalogue.model import Offer

if TYPE_CHECKING:
    from entrepot.domain.catalogue.columns import Columns

COLUMNS_MIN = 5_000
"""Offers from which columns pay for the import of numpy."""

WAITING_MAX = 256
"""Most offers that wait beside the tiers; judging as many in plain Python takes 1–2 ms."""


class OfferTable:
    """Offers by id, ready for search.

    Args:
        offers: the first offers.
        columns_min: size from which columns are used.
        waiting_max: most offers that wait beside the tiers.

    Raises:
        ValueError: two offers have one id.
    """

    def __init__(
        self,
        offers: Iterable[Offer] = (),
        *,
        columns_min: int = COLUMNS_MIN,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._offers: dict[str, Offer] = {}
        self._tiers: list[Columns] = []
        self._waiting: dict[str, Offer] = {}
        self._columns_min = max(1, columns_min)
        self._waiting_max = waiting_max
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
        if any(tier.rewrite(offer) for tier in self._tiers):
            self._offers[offer.id] = offer
            return
        self.remove(offer.id)
        self._offers[offer.id] = offer
        if self._tiers:
            self._waiting[offer.id] = offer

    def remove(self, offer_id: str) -> bool:
        """Take an offer away; say whether it was there."""
        if self._offers.pop(offer_id, None) is None:
            return False
        self._waiting.pop(offer_id, None)
        for tier in self._tiers:
            tier.remove(offer_id)
        return True

    def parts(self) -> tuple[Sequence[Columns], Iterable[Offer]]:
        """Return the tiers, if columns are used, and the offers that lie beside them."""
        if len(self._offers) < self._columns_min:
            self._tiers, self._waiting = [], {}
            return (), self._offers.values()
        if not self._tiers:
            self._lay(self._offers)
        elif len(self._waiting) > self._waiting_max:
            self._lay(self._waiting)
        self._compact()
        return self._tiers, self._waiting.values()

    def _lay(self, fresh: Iterable[str]) -> None:
        """Lay offers as the last tier, together with the tiers before that are not much larger."""
        named = list(fresh)
        while self._tiers and len(self._tiers[-1].row_of) <= 2 * len(named):
            named += self._tiers.pop().row_of
        self._waiting = {}
        self._build(len(self._tiers), named)

    def _compact(self) -> None:
        """Lay tiers anew of which more than half was taken away, and drop empty ones."""
        for place in range(len(self._tiers) - 1, -1, -1):
            tier = self._tiers[place]
            if 2 * len(tier.row_of) < len(tier.offers):
                self._tiers.pop(place)
                self._build(place, list(tier.row_of))

    def _build(self, place: int, named: Sequence[str]) -> None:
        if not named:
            return
        from entrepot.domain.catalogue.columns import build

        self._tiers.insert(place, build(self._offers[name] for name in named))
