"""Amounts of money: integers of minor units, bound to one asset.

No float touches money. A unit price or a rate of exchange is an exact fraction;
it becomes an amount by one named rounding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from entrepot.kernel import rounding
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

MINOR_MAX = 9_000_000_000_000_000
"""Largest amount in minor units: below 2⁵³ and below int64, so every reader agrees."""


@dataclass(frozen=True, slots=True)
class Asset:
    """What an amount counts.

    Attributes:
        code: name in the ledger: ``HKD``, ``CNY`` (onshore), ``CNH`` (offshore), ``USD``,
            ``VCH:…`` (voucher) or ``CARD-SEC:…`` (compute).
        digits: decimal digits of the major unit.
        written: ISO 4217 code in files; CNH is written CNY there.
    """

    code: str
    digits: int = 2
    written: str = ""

    @property
    def iso(self) -> str:
        """Code used in payment files."""
        return self.written or self.code


HKD = Asset("HKD")
CNY = Asset("CNY")
CNH = Asset("CNH", written="CNY")
USD = Asset("USD")
ASSETS: dict[str, Asset] = {asset.code: asset for asset in (HKD, CNY, CNH, USD)}

_AMOUNT = re.compile(r"^(?:(?P<a>[A-Z]{3})\s*)?(?P<n>-?[\d,]+(?:\.\d+)?)(?:\s*(?P<b>[A-Z]{3}))?$")


def asset_of(code: str) -> Asset:
    """Return the asset called ``code``.

    Raises:
        Invalid: no such asset.

    >>> asset_of("CNH").iso
    'CNY'
    """
    if code not in ASSETS:
        raise Invalid(
            "money.asset",
            N_("{code} is not a currency of the exchange."),
            hint=N_("Use one of {known}."),
            code=code,
            known=", ".join(ASSETS),
        )
    return ASSETS[code]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of one asset, in integer minor units.

    Attributes:
        minor: minor units (cents, fen); may be negative.
        asset: what is counted.

    >>> Amount(12345, HKD) + Amount(5, HKD)
    Amount(minor=12350, asset=Asset(code='HKD', digits=2, written=''))
    """

    minor: int
    asset: Asset

    def __post_init__(self) -> None:
        # bool is an int to Python, and a float would pass unseen: both are refused.
        if type(self.minor) is not int:
            raise TypeError("minor units are an int")

    def _with(self, minor: int) -> Amount:
        return Amount(minor, self.asset)

    def _same(self, other: Amount) -> int:
        if other.asset != self.asset:
            raise ValueError(f"{self.asset.code} and {other.asset.code} do not mix")
        return other.minor

    def __add__(self, other: Amount) -> Amount:
        return self._with(self.minor + self._same(other))

    def __sub__(self, other: Amount) -> Amount:
        return self._with(self.minor - self._same(other))

    def __neg__(self) -> Amount:
        return self._with(-self.minor)

    def __lt__(self, other: Amount) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Amount) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Amount) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Amount) -> bool:
        return self.minor >= self._same(other)

    def times(self, factor: Fraction, rounded: str = "half_even") -> Amount:
        """Multiply by an exact factor and round once by the named rounding.

        >>> str(Amount(1001, HKD).times(Fraction(1, 2)))
        'HKD 5.00'
        """
        how = {"half_even": rounding.half_even, "floor": rounding.floor, "ceil": rounding.ceil}
        return self._with(how[rounded](self.minor * factor))

    def split(self, weights: Sequence[int]) -> list[Amount]:
        """Split by largest remainder; the parts sum to the whole.

        >>> [p.minor for p in Amount(100, HKD).split([1, 1, 1])]
        [34, 33, 33]
        """
        return [self._with(part) for part in rounding.largest_remainder(self.minor, weights)]

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-self.asset.digits)

    def __str__(self) -> str:
        return f"{self.asset.code} {self.major:,.{self.asset.digits}f}"


def of_major(value: str | int | Decimal, asset: Asset, rounded: str | None = None) -> Amount:
    """Make an amount from major units, exactly.

    Args:
        value: number of major units; a comma may group thousands.
        asset: what is counted.
        rounded: named rounding for surplus digits; None refuses them.

    Raises:
        Invalid: not a number, too many digits, or beyond ``MINOR_MAX``.

    >>> of_major("1,234.5", HKD).minor
    123450
    """
    try:
        exact = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise Invalid(
            "money.number",
            N_("{value} is not an amount of money."),
            hint=N_("Write it as 123.45 HKD."),
            value=str(value),
        )
    scaled = Fraction(exact) * 10**asset.digits
    if scaled.denominator != 1 and rounded is None:
        raise Invalid(
            "money.digits",
            N_("{value} has more than {digits} decimals, which {code} does not know."),
            hint=N_("Round the amount to {digits} decimals."),
            value=str(value),
            digits=asset.digits,
            code=asset.code,
        )
    amount = Amount(1, asset).times(scaled, rounded or "half_even")
    if abs(amount.minor) > MINOR_MAX:
        raise Invalid(
            "money.range",
            N_("{value} {code} is larger than any amount the exchange books."),
            hint=N_("Stay below {most}."),
            value=str(value),
            code=asset.code,
            most=str(Amount(MINOR_MAX, asset)),
        )
    return amount


def parse_amount(text: str) -> Amount:
    """Read ``HKD 12.50``, ``12.50 HKD`` or ``1,200 CNY``.

    Raises:
        Invalid: no currency, two currencies, or not a number.

    >>> parse_amount("HKD 1,200.50").minor, parse_amount("7 CNY").asset.code
    (120050, 'CNY')
    """
    match = _AMOUNT.match(text.strip())
    code = match and (match["a"] or match["b"])
    if not match or not code or (match["a"] and match["b"]):
        raise Invalid(
            "money.form",
            N_("{text} is not an amount with its currency."),
            hint=N_("Write it as 123.45 HKD."),
            text=text,
        )
    return of_major(match["n"], asset_of(code))


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """An exact price of one whole device for one hour.

    Attributes:
        minor_per_device_hour: minor units per device-hour, exact fraction.
        asset: currency.
    """

    minor_per_device_hour: Fraction
    asset: Asset

    def charge(self, milli_device_seconds: int, rounded: str = "half_even") -> Amount:
        """Price a quantity: amount = price · quantity / (1000 · 3600), rounded once.

        Args:
            milli_device_seconds: device-seconds × 1000 (a quarter device for 8 s is 2,000).
            rounded: named rounding.

        >>> UnitPrice(Fraction(3600_00), HKD).charge(1000).minor
        100
        """
        exact = self.minor_per_device_hour * milli_device_seconds / (1000 * 3600)
        return Amount(1, self.asset).times(exact, rounded)


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """``value`` units of ``quote`` for one unit of ``base``, exact.

    Attributes:
        base, quote: assets; one base buys ``value`` quote.
        value: exact fraction, > 0.
        source: who stated it.
        fixed_on: ISO date on which it was stated.
    """

    base: Asset
    quote: Asset
    value: Fraction
    source: str
    fixed_on: str

    def convert(self, amount: Amount, rounded: str = "half_even") -> Amount:
        """Convert an amount of either side into the other, rounded once.

        Raises:
            ValueError: the amount is of a third asset.

        >>> rate = ExchangeRate(CNH, HKD, Fraction(11, 10), "test", "2026-11-21")
        >>> str(rate.convert(Amount(1000, CNH))), str(rate.convert(Amount(1100, HKD)))
        ('HKD 11.00', 'CNH 10.00')
        """
        if amount.asset == self.base:
            return Amount(1, self.quote).times(amount.minor * self.value, rounded)
        if amount.asset == self.quote:
            return Amount(1, self.base).times(amount.minor / self.value, rounded)
        raise ValueError(f"{amount.asset.code} is no side of {self.base.code}/{self.quote.code}")
