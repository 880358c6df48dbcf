"""Files of firms and centres, read whole or refused with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from typing import cast

from entrepot.adapters.imports.facts_row import Row, mapping_of
from entrepot.adapters.imports.pool_terms import read_kinds, read_nodes
from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.compute import MILLI, Isolation
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import parse_amount
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.places import is_place
from entrepot.kernel.text import N_
from entrepot.services.definitions import (
    CentreDefinition,
    FirmDefinition,
    OfferDefinition,
    PoolDefinition,
)

UDEG = 10**6
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?\Z")
BACKENDS = ("local", "agent")
EXPORT_FACTS = (
    "chip_subject_to_ear",
    "eccn_advanced",
    "chip_in_gp10_guidance",
    "tpp",
    "dram_gbs",
)
"""Facts of the placement gate that a centre states of its own devices."""


def read_firm(data: bytes, name: str, dictionary: FactDictionary) -> FirmDefinition:
    """Read the file of a firm.

    Args:
        data: bytes of the file.
        name: file name for messages.
        dictionary: facts that its profile may state.

    Raises:
        Invalid: with file, line and field.
    """
    row = _open(data, name)
    box = row.child("profile")
    profile = dict(box.values) if box else {}
    for fact, value in profile.items():
        _check_fact(box or row, dictionary, fact, value)
    firm = FirmDefinition(
        row.text("firm"),
        row.text("address"),
        row.text("registration"),
        row.text_or_none("group") or "",
        {**profile, "city": row.text("city")},
    )
    row.finish()
    return firm


def _check_fact(box: Row, dictionary: FactDictionary, fact: str, value: object) -> None:
    try:
        declared = dictionary.declared(fact)
    except EntrepotError as error:
        box.refuse(
            fact,
            N_("{where}: there is no fact {field}."),
            error.render_hint() or N_("Leave it out."),
        )
    if value is not None and declared.read(value) is None:
        box.refuse(
            fact,
            N_("{where}: {value} is no value of {field}."),
            N_("entrepot gate facts lists every fact and its values."),
            value=str(value)[:60],
        )


def read_centre(
    data: bytes,
    name: str,
    devices: Collection[str],
    dictionary: FactDictionary,
    backends: Sequence[str] = BACKENDS,
) -> CentreDefinition:
    """Read the file of a centre with its pools and offers.

    Args:
        data: bytes of the file.
        name: file name for messages.
        devices: ids of known devices.
        dictionary: facts that a pool may state for the placement gate.
        backends: what may run its jobs.

    Raises:
        Invalid: with file, line and field.
    """
    row = _open(data, name)
    pools = _pools(row, tuple(devices), dictionary)
    offers = tuple(_offer(box, pools) for box in row.children("offers"))
    account = row.child("account")
    centre = CentreDefinition(
        id=_name(row, "centre"),
        names=row.names("names"),
        jurisdiction=_place(row, "jurisdiction"),
        region=row.text("region"),
        city=row.text("city"),
        latitude_udeg=int(row.decimal("latitude", -90, 90) * UDEG),
        longitude_udeg=int(row.decimal("longitude", -180, 180) * UDEG),
        operator_hq=_place(row, "operator_hq"),
        backend=row.choice("backend", backends),
        account=_account(account) if account else {},
        green_share_bp=row.scaled_or_none("green_share_percent", 100, 0, 100),
        demonstration=row.flag("demonstration"),
        source=row.text("source"),
        pools=pools,
        offers=offers,
    )
    row.finish()
    return centre


def _open(data: bytes, name: str) -> Row:
    located = load_yaml(data, name)
    return Row(mapping_of(located.value), (), lambda path: located.where(*path), {})


def _name(row: Row, key: str) -> str:
    value = row.text(key)
    plain = value.replace("-", "")
    if not (plain.isascii() and plain.isalnum() and value == value.lower() and len(value) <= 40):
        row.refuse(
            key,
            N_("{where}: {value} cannot be a name."),
            N_("Use small letters, digits and dashes, at most 40."),
            value=value[:60],
        )
    return value


def _place(row: Row, key: str) -> str:
    value = row.text(key)
    if not is_place(value):
        row.refuse(
            key,
            N_("{where}: {value} is no place."),
            N_("Write the two capital letters of ISO 3166-1, such as HK or CN."),
            value=value[:60],
        )
    return value


def _account(box: Row) -> dict[str, object]:
    found: dict[str, object] = {key: box.text(key) for key in ("name", "number", "bank")}
    for key in ("bic", "cnaps"):
        found[key] = box.text_or_none(key) or ""
    if not found["bic"] and not found["cnaps"]:
        box.refuse("cnaps", N_("{where}: {field} is missing."), N_("State cnaps or bic."))
    box.finish()
    return found


def _pools(
    row: Row, devices: tuple[str, ...], dictionary: FactDictionary
) -> tuple[PoolDefinition, ...]:
    found: dict[str, PoolDefinition] = {}
    for box in row.children("pools"):
        pool = _pool(box, devices, dictionary)
        if pool.name in found:
            box.refuse(
                "id",
                N_("{where}: two pools are called {value}."),
                N_("Give each its own name."),
                value=pool.name,
            )
        found[pool.name] = pool
    return tuple(found.values())


def _pool(box: Row, devices: tuple[str, ...], dictionary: FactDictionary) -> PoolDefinition:
    isolations, devices_count = _isolations(box), _count(box, "devices")
    pool = PoolDefinition(
        name=_name(box, "id"),
        device_id=box.choice("device", devices),
        devices=devices_count,
        device_memory_mib=box.integer_or_none("device_memory_mib", 0, 10**8) or 0,
        vcpus=box.integer_or_none("vcpus", 1, 100_000) or 1,
        memory_mib=box.integer_or_none("memory_mib", 1, 10**9) or 1024,
        disk_mib=box.integer_or_none("disk_mib", 0, 10**9) or 0,
        power_w=box.integer_or_none("power_w", 0, 100_000),
        isolations=isolations,
        export=_export(box, dictionary),
        ratings=(),
        kinds=read_kinds(box, isolations),
        nodes=read_nodes(box, devices_count),
    )
    box.finish()
    return pool


def _count(box: Row, key: str) -> int:
    box.decimal(key, 1, 100_000)  # it must be there
    return box.integer_or_none(key, 1, 100_000) or 1


def _isolations(box: Row) -> tuple[str, ...]:
    value = box.get("isolations")
    if value is None:
        return (Isolation.EXCLUSIVE.value,)
    kinds = cast("list[object]", value) if isinstance(value, list) else [value]
    for kind in kinds:
        if not isinstance(value, list) or kind not in tuple(Isolation):
            box.refuse(
                "isolations",
                N_("{where}: {value} is no list of kinds of isolation."),
                N_("Write some of {options} in square brackets."),
                value=str(kind)[:60],
                options=", ".join(Isolation),
            )
    return tuple(str(kind) for kind in kinds) or (Isolation.EXCLUSIVE.value,)


def _export(box: Row, dictionary: FactDictionary) -> dict[str, object]:
    """Read what the centre itself states of a device's export class; it keeps the record."""
    inner = box.child("export")
    if inner is None:
        return {}
    stated = dict(inner.values)
    for fact, value in stated.items():
        if fact not in EXPORT_FACTS:
            inner.refuse(
                fact,
                N_("{where}: {field} is no fact of a device's export class."),
                N_("Use some of {options}."),
                options=", ".join(EXPORT_FACTS),
            )
        _check_fact(inner, dictionary, fact, value)
    return stated


def _offer(box: Row, pools: tuple[PoolDefinition, ...]) -> OfferDefinition:
    pool = box.choice("pool", [pool.name for pool in pools])
    sold = next(item for item in pools if item.name == pool)
    price = _price(box)
    milli_min = box.integer_or_none("share_min_milli", 1, MILLI) or MILLI
    offer = OfferDefinition(
        pool=pool,
        price=price[0],
        asset=price[1],
        isolation=box.choice("isolation", sold.isolations),
        interruptible=box.get("interruptible") is not None and box.flag("interruptible"),
        milli_min=milli_min,
        milli_max=sold.devices * MILLI,
        from_day=_day(box, "from"),
        to_day=_day(box, "to") if box.get("to") is not None else None,
    )
    if offer.to_day is not None and offer.to_day <= offer.from_day:
        box.refuse("to", N_("{where}: the offer ends before it begins."), N_("Swap the days."))
    box.finish()
    return offer


def _price(box: Row) -> tuple[Fraction, str]:
    text = box.text("price_per_device_hour")
    number, _, code = text.partition(" ")
    try:
        # The price is exact: it may have more decimals than an amount of money.
        if not _PRICE.match(number):
            raise ValueError
        whole = parse_amount(f"{number.partition('.')[0]} {code}")
    except (ValueError, EntrepotError):
        box.refuse(
            "price_per_device_hour",
            N_("{where}: {value} is no price."),
            N_("Write it as 0.90 CNY."),
            value=text[:60],
        )
    return Fraction(number) * 10**whole.asset.digits, whole.asset.code


def _day(box: Row, key: str) -> str:
    value = box.text(key)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        box.refuse(
            key,
            N_("{where}: {value} is no day."),
            N_("Write it as 2026-01-01, in quotes."),
            value=value[:60],
        )
