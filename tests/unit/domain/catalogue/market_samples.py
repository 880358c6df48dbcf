"""List prices of outside providers, drawn at random."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

from entrepot.domain.catalogue.model import Offer, OfferKind
from entrepot.kernel.money import USD, UnitPrice

NAMES = (("h100-sxm", "H100 SXM"), ("rtx-4090", "RTX 4090"), ("cpu", "CPU"), ("odd-1", "Odd 1"))


def list_price(number: int, draw: random.Random) -> Offer:
    """Draw one list price; some hold on certain days only."""
    device_id, name = draw.choice(NAMES)
    return Offer(
        id=f"cloud:i{number}:us-east-1:list",
        provider="cloud",
        device_id=device_id,
        device_name=name,
        region="us-east-1",
        price=UnitPrice(Fraction(draw.randint(1, 500)), USD),
        kind=OfferKind.INDICATIVE,
        valid_to=draw.choice([None, None, date(2026, 2, 1)]),
        source="a list",
        as_of="2026-11-01",
    )
