"""Files of price plans: versions with tiers, least charges, commitment, credit for lost time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from entrepot.adapters.imports.facts_row import Row, mapping_of
from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.domain.metering.plan import BP, Commitment, Plan, PriceVersion, Tier
from entrepot.domain.metering.plan_parts import PER_HOUR
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, UnitPrice, parse_amount
from entrepot.kernel.period import Dated
from entrepot.kernel.text import N_
from entrepot.services.plans import PlanFile

HOURS_MAX = 10**9
PERCENT_MAX = 1000
_PRICE_DIGITS_MAX = 20


def read_plan(data: bytes, name: str) -> PlanFile:
    r"""Read a file of a price plan.

    Args:
        data: bytes of the file, YAML.
        name: file name for messages.

    Raises:
        Invalid: with file, line and field.

    >>> text = b"plan: steady\nminimum: {job: 0.10 HKD}\n"
    >>> read_plan(text, "plan.yaml").plan.minimum_job.minor
    10
    """
    located = load_yaml(data, name)
    row = Row(mapping_of(located.value), (), lambda path: located.where(*path), {})
    versions = tuple(_version(box) for box in row.children("prices"))
    least, outage, slow = row.child("minimum"), row.child("lost_time"), row.child("slow_neighbour")
    committed = row.child("commitment")
    parts = (
        _name(row, "plan"),
        versions,
        _least(least, "job"),
        _least(least, "month"),
        _commitment(committed) if committed else None,
        _percent(outage, "credit_percent") if outage else 0,
        _percent(slow, "credit_percent") if slow else None,
    )
    firms = _firms(row)
    for box in (least, outage, slow, committed, row):
        if box is not None:
            box.finish()
    try:
        return PlanFile(Plan(*parts), firms)
    except Invalid as error:
        raise _placed(error, row) from None


def _name(row: Row, key: str) -> str:
    value = row.text(key)
    plain = value.replace("-", "").replace(".", "")
    if not (plain.isascii() and plain.isalnum() and value == value.lower() and len(value) <= 40):
        row.refuse(
            key,
            N_("{where}: {value} cannot be a name."),
            N_("Use small letters, digits, dots and dashes, at most 40."),
            value=value[:60],
        )
    return value


def _firms(row: Row) -> tuple[str, ...]:
    value = row.get("firms")
    items = cast("list[object]", value) if isinstance(value, list) else []
    if (value is not None and not items) or not all(isinstance(item, str) for item in items):
        row.refuse("firms", N_("{where}: {field} must be a list."), N_("Write ids as [F-…]."))
    return tuple(str(item) for item in items)


def _version(box: Row) -> PriceVersion:
    tiers = tuple(_tier(inner) for inner in box.children("tiers"))
    start = _day(box, "from")
    end = _day(box, "to") if box.get("to") is not None else None
    name = _name(box, "version")
    box.finish()
    try:
        return PriceVersion(name, Dated(start, end), tiers)
    except Invalid as error:
        raise _placed(error, box) from None


def _tier(box: Row) -> Tier:
    hours = box.decimal_or_none("up_to_device_hours", 0, HOURS_MAX)
    price = _price(box, "price") if box.get("price") is not None else None
    share = _percent(box, "percent_of_list") if box.get("percent_of_list") is not None else None
    upto = None if hours is None else _quantity(box, "up_to_device_hours")
    box.finish()
    try:
        return Tier(upto, price, share)
    except Invalid as error:
        raise _placed(error, box) from None


def _commitment(box: Row) -> Commitment:
    quantity, price = _quantity(box, "device_hours"), _price(box, "price")
    try:
        return Commitment(quantity, price)
    except Invalid as error:
        raise _placed(error, box) from None


def _quantity(box: Row, key: str) -> int:
    exact = Fraction(box.decimal(key, 0, HOURS_MAX)) * PER_HOUR
    if exact.denominator != 1:
        box.refuse(
            key,
            N_("{where}: {value} hours are no whole number of milli-device-seconds."),
            N_("Use at most three decimals."),
            value=str(box.get(key))[:60],
        )
    return int(exact)


def _percent(box: Row, key: str) -> int:
    exact = box.decimal(key, 0, PERCENT_MAX) * BP / 100
    if exact != exact.to_integral_value():
        box.refuse(
            key,
            N_("{where}: {value} has more than two decimals."),
            N_("Write a percentage with at most two decimals."),
            value=str(box.get(key))[:60],
        )
    return int(exact)


def _least(box: Row | None, key: str) -> Amount:
    text = box.text_or_none(key) if box else None
    if box is None or text is None:
        return Amount(0, HKD)
    try:
        amount = parse_amount(text)
    except Invalid as error:
        raise _placed(error, box, key) from None
    return amount


def _price(box: Row, key: str) -> UnitPrice:
    """Read a price of a device-hour, which may have more decimals than an amount of money."""
    number, _, code = box.text(key).partition(" ")
    try:
        if code != HKD.code or len(number) > _PRICE_DIGITS_MAX:
            raise ValueError
        exact = Decimal(number)
        if not exact.is_finite() or exact < 0:
            raise ValueError
    except (ValueError, ArithmeticError):
        box.refuse(
            key,
            N_("{where}: {value} is no price of a plan."),
            N_("Write it in Hong Kong dollars, as 12.50 HKD."),
            value=box.text(key)[:60],
        )
    return UnitPrice(Fraction(exact) * 10**HKD.digits, HKD)


def _day(box: Row, key: str) -> date:
    value = box.text(key)
    try:
        return date.fromisoformat(value)
    except ValueError:
        box.refuse(
            key,
            N_("{where}: {value} is no day."),
            N_("Write it as 2026-01-01."),
            value=value[:60],
        )


def _placed(error: Invalid, box: Row, key: str = "") -> Invalid:
    """Give a refusal of the plan its place in the file."""
    field = key or next(iter(error.fields), "")
    known = field if field in box.values else ""
    where = box.where((*box.path, known) if known else box.path)
    return Invalid(
        error.code,
        error.template,
        hint=error.hint_template,
        fields={where: error.render()},
        **error.params,
    )
