"""Amounts as files write them."""

from __future__ import annotations

from decimal import Decimal

from entrepot.kernel.money import ASSETS


def digits_of(asset: str) -> int:
    """Return the decimals of an asset; what is no currency is counted whole.

    >>> digits_of("HKD"), digits_of("CARD-SEC:H800")
    (2, 0)
    """
    return ASSETS[asset].digits if asset in ASSETS else 0


def major_text(minor: int, asset: str) -> str:
    """Write minor units as major ones.

    >>> major_text(-1205, "HKD"), major_text(7, "VCH:SZ-2026")
    ('-12.05', '7')
    """
    return f"{Decimal(minor).scaleb(-digits_of(asset)):f}"
