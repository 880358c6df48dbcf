"""Fixings, snapshots of rates and their sides, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entrepot.kernel import ids
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Asset, ExchangeRate, asset_of
from entrepot.kernel.text import N_

_BITS = 128


class Side(StrEnum):
    """Which side of a rate: the house at ``mid``, or as it buys or sells the base."""

    MID = "mid"
    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class FxQuote:
    """A snapshot of a rate, kept once and named by what it says.

    Attributes:
        id: ``X-…``, made from the other fields; see :func:`snapshot_id`.
        pair: ``CNH/HKD``: one base buys ``rate`` quote.
        rate: exact, ``numerator/denominator``.
        source: who stated it, with day and age.
        fixed_on: ISO day of the fixing.
        side: of the rate.
        valid_until: Unix second of the end of a bank's firm quote; None for a fixing, which
            stands until the next one.
        kept_at: Unix second at which it was first used.
    """

    id: str
    pair: str
    rate: str
    source: str
    fixed_on: str
    side: str
    valid_until: int | None
    kept_at: int


def pair_text(base: Asset, quote: Asset) -> str:
    """Write a pair of currencies.

    >>> from entrepot.kernel.money import CNH, HKD
    >>> pair_text(CNH, HKD)
    'CNH/HKD'
    """
    return f"{base.code}/{quote.code}"


def read_pair(text: str) -> tuple[Asset, Asset]:
    """Read ``CNH/HKD``.

    Raises:
        Invalid: no pair, an unknown currency, or one with itself.

    >>> [asset.code for asset in read_pair("cnh/hkd")]
    ['CNH', 'HKD']
    """
    base, slash, quote = text.strip().upper().partition("/")
    if not slash or base == quote:
        raise Invalid(
            "fx.pair",
            N_("{text} is no pair of currencies."),
            hint=N_("Write it as CNH/HKD: how many HKD one CNH buys."),
            text=text[:40],
        )
    return asset_of(base), asset_of(quote)


def snapshot_id(rate: ExchangeRate, side: Side = Side.MID) -> str:
    """Return the id of the snapshot of a rate: 128 bits of the hash of what it says.

    The same rate has one id wherever it is used, so that a quote, a bill and a payment at one
    rate name one snapshot, and an edited snapshot no longer answers to its id.

    >>> from fractions import Fraction
    >>> from entrepot.kernel.money import CNH, HKD
    >>> snapshot_id(ExchangeRate(CNH, HKD, Fraction(11, 10), "test", "2026-11-21"))[:6]
    'X-2491'
    """
    said = [pair_text(rate.base, rate.quote), str(rate.value), rate.source, rate.fixed_on, side]
    number = int(sha256_hex(canonical_json([str(part) for part in said]))[: _BITS // 4], 16)
    return ids.make_id(ids.FX_QUOTE, number >> 80, number & (1 << 80) - 1)


def snapshot(rate: ExchangeRate, now: int, side: Side = Side.MID) -> FxQuote:
    """Return the snapshot of a rate as it is kept.

    Args:
        rate: as used.
        now: Unix second.
        side: of the rate.
    """
    return FxQuote(
        snapshot_id(rate, side),
        pair_text(rate.base, rate.quote),
        str(rate.value),
        rate.source,
        rate.fixed_on,
        side.value,
        None,
        now,
    )
