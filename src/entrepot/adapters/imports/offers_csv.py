"""Our own table of offers: read all or nothing, written so that reading gives it back.

Prices are major units per device-hour, as a decimal or, where no decimal is exact, as ``n/d``.
Ratings belong to devices and pools and are no part of the table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from entrepot.adapters.imports.csv_safe import Row, gather, read_rows, write_rows
from entrepot.adapters.imports.market_rows import CPUS_MAX, PRICE_MAX, Imported
from entrepot.domain.catalogue.model import DEVICES_MAX, HOST_MAX, Offer, OfferKind
from entrepot.domain.catalogue.names import device_key, find_device, suggest_device
from entrepot.kernel.compute import MILLI, Isolation
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import ASSETS, HKD, UnitPrice
from entrepot.kernel.text import N_

REQUIRED = ("offer_id", "provider", "device", "region", "price", "currency", "source", "as_of")
COLUMNS = (
    *REQUIRED,
    "device_id",
    "centre_id",
    "pool_id",
    "jurisdiction",
    "memory_mib",
    "devices_per_instance",
    "devices_available",
    "share_milli",
    "vcpus",
    "host_memory_mib",
    "disk_mib",
    "isolation",
    "green_share_bp",
    "interruptible",
    "kind",
    "valid_from",
    "valid_to",
)
_FRACTION = re.compile(r"\d{1,30}/[1-9]\d{0,29}\Z")
_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,18})?\Z")
_BP = 10_000
_NO_PRICE = UnitPrice(Fraction(0), HKD)


def read_offers(
    data: bytes, name: str, *, devices: Mapping[str, str] | None = None, skip_bad: bool = False
) -> Imported:
    """Read a table of offers, all or nothing.

    Args:
        data, name: the file and its name.
        devices: device id → name; None = any device is taken by its name.
        skip_bad: keep the good rows beside the problems.

    Raises:
        Invalid: not readable, or bad rows without ``skip_bad``.
    """
    seen: set[str] = set()
    rows = read_rows(data, name, REQUIRED)
    found, problems = gather(rows, lambda row: _offer(row, devices, seen), skip_bad)
    return Imported(tuple(found), tuple(problems), 0)


def write_offers(offers: Iterable[Offer]) -> bytes:
    """Write a table of offers that :func:`read_offers` reads back."""
    return write_rows(COLUMNS, ([_cell(offer, column) for column in COLUMNS] for offer in offers))


def _offer(row: Row, devices: Mapping[str, str] | None, seen: set[str]) -> Offer | None:
    offer_id = row.needed("offer_id")
    if offer_id in seen:
        row.fault("offer_id", _error(N_("{text} is the id of an offer above."), offer_id))
    seen.add(offer_id)
    device = row.needed("device")
    price, instance, share = _price(row), _count(row, "devices_per_instance", 1), _share(row)
    first_day, last_day = _days(row)
    offer = Offer(
        id=offer_id,
        provider=row.needed("provider"),
        device_id=_device_id(row, device, devices),
        device_name=device,
        region=row.text("region"),
        price=price or _NO_PRICE,
        centre_id=row.text("centre_id") or None,
        pool_id=row.text("pool_id") or None,
        jurisdiction=row.text("jurisdiction") or None,
        memory_mib=row.whole("memory_mib", HOST_MAX),
        devices_per_instance=instance if share == MILLI else 1,
        devices_available=row.whole("devices_available", DEVICES_MAX),
        share_milli=share,
        vcpus=row.whole("vcpus", CPUS_MAX),
        host_memory_mib=row.whole("host_memory_mib", HOST_MAX),
        disk_mib=row.whole("disk_mib", HOST_MAX),
        isolation=Isolation(row.choice("isolation", list(Isolation), Isolation.EXCLUSIVE)),
        green_share_bp=row.whole("green_share_bp", _BP),
        interruptible=row.yes("interruptible"),
        kind=OfferKind(row.choice("kind", list(OfferKind), OfferKind.POSTED)),
        valid_from=first_day,
        valid_to=last_day,
        source=row.needed("source"),
        as_of=row.needed("as_of"),
    )
    # A row with a fault is made all the same, so that every fault of it is found at once.
    return None if row.faults else offer


def _share(row: Row) -> int:
    share = _count(row, "share_milli", MILLI)
    if share > MILLI or (share < MILLI and row.text("devices_per_instance") not in ("", "1")):
        row.fault("share_milli", _error(N_("{text} is no share of one device."), str(share)))
        return MILLI
    return share


def _days(row: Row) -> tuple[date | None, date | None]:
    first, last = _day(row, "valid_from"), _day(row, "valid_to")
    if first is not None and last is not None and first >= last:
        row.fault("valid_to", _error(N_("{text} is not after valid_from."), str(last)))
    return first, last


def _price(row: Row) -> UnitPrice | None:
    text, code = row.needed("price"), row.needed("currency")
    exact = Fraction(-1)
    if _FRACTION.match(text):
        exact = Fraction(text)
    elif _DECIMAL.match(text):
        exact = Fraction(Decimal(text))
    if not 0 < exact <= PRICE_MAX:
        row.fault("price", _error(N_("{text} is not a price above zero."), text))
    if code not in ASSETS:
        row.fault("currency", _error(N_("{text} is not a currency of the exchange."), code))
    if row.faults:
        return None
    return UnitPrice(exact * 10 ** ASSETS[code].digits, ASSETS[code])


def _count(row: Row, column: str, default: int) -> int:
    value = row.whole(column, DEVICES_MAX)
    if value == 0:
        row.fault(column, _error(N_("{text} is not a count above zero."), "0"))
    return value or default


def _day(row: Row, column: str) -> date | None:
    text = row.text(column)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        row.fault(column, _error(N_("{text} is not a date; write it as 2026-11-21."), text))
        return None


def _device_id(row: Row, device: str, devices: Mapping[str, str] | None) -> str:
    stated = row.text("device_id")
    if devices is None:
        return stated or device
    found = find_device(device, devices)
    # An id settles which build a name means, but not that the name is another device's.
    if stated in devices and device_key(devices[stated]).core == device_key(device).core:
        found = stated
    if found is None:
        row.fault("device", _unknown(device, [*devices.values()]))
    return found or ""


def _unknown(device: str, known: Collection[str]) -> Invalid:
    guess = suggest_device(device, known)
    return Invalid(
        "offers.device",
        N_("{text} is not one device that the catalogue knows."),
        hint=N_("Did you mean {guess}?") if guess else N_("Name the device with its variant."),
        text=device[:60],
        guess=guess or "",
    )


def _error(message: str, text: str) -> Invalid:
    hint = N_("Correct the cell, or import with --skip-bad.")
    return Invalid("offers.cell", message, hint=hint, text=text[:60])


def _cell(offer: Offer, column: str) -> str:
    if column == "price":
        major = offer.price.minor_per_device_hour / 10**offer.price.asset.digits
        return _exact(major)
    names = {"offer_id": "id", "device": "device_name"}
    value: object = (
        offer.price.asset.code
        if column == "currency"
        else getattr(offer, names.get(column, column))
    )
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _exact(value: Fraction) -> str:
    """Write a fraction as a decimal if that is exact and short, else as ``n/d``."""
    for digits in range(13):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            return format(Decimal(scaled.numerator).scaleb(-digits), "f")
    return f"{value.numerator}/{value.denominator}"
