"""Models of pyiso20022 as bytes, and plain values as its dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, cast

from entrepot.adapters.documents.iso20022 import schema
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, USD, Amount, Asset, of_major
from entrepot.kernel.text import N_

_ASSETS: dict[str, Asset] = {"CNY": CNH, "HKD": HKD, "USD": USD}
"""ISO code in a file → asset in our books: the branch pays offshore, CNH written CNY."""


def to_bytes(document: object, name: str) -> bytes:
    """Write a model and check it against its schema.

    Args:
        document: ``Document`` of pyiso20022.
        name: message name.

    Returns:
        UTF-8 XML, the same for the same model.

    Raises:
        Invalid: the values do not fit the standard.
    """
    # xsdata comes with pyiso20022 and takes 50 ms to load.
    from xsdata.formats.dataclass.serializers import XmlSerializer
    from xsdata.formats.dataclass.serializers.config import SerializerConfig

    serializer = XmlSerializer(config=SerializerConfig(indent="  "))
    render = cast(Callable[..., str], serializer.render)  # pyright: ignore[reportUnknownMemberType]
    text = render(document, ns_map={None: schema.PREFIX + name})
    data = text.encode()
    schema.check(data)
    return data


def xml_moment(instant: int) -> Any:
    """Return a Unix second as the model's moment in UTC."""
    from xsdata.models.datatype import XmlDateTime

    return XmlDateTime.from_datetime(datetime.fromtimestamp(instant, UTC))


def xml_day(iso: str) -> Any:
    """Return an ISO date as the model's date.

    Raises:
        Invalid: no date.
    """
    from xsdata.models.datatype import XmlDate

    try:
        return XmlDate.from_date(date.fromisoformat(iso))
    except ValueError:
        raise Invalid(
            "iso20022.date",
            N_("{text} is not a date."),
            hint=N_("Write it as 2026-11-23."),
            text=iso,
        ) from None


def read_amount(text: str, currency: str) -> Amount:
    """Read an amount of a message.

    Raises:
        Invalid: another currency, or no exact amount.

    >>> str(read_amount("12.50", "CNY"))
    'CNH 12.50'
    """
    if currency not in _ASSETS:
        raise Invalid(
            "iso20022.currency",
            N_("The message is in {currency}, which the exchange does not settle."),
            hint=N_("Accounts are kept in {known}."),
            currency=currency or "?",
            known=", ".join(_ASSETS),
        )
    return of_major(text, _ASSETS[currency])
