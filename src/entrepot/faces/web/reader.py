"""Who reads a page: the language, and how numbers, money and times are written for it."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from entrepot.kernel.errors import Translate
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import HONG_KONG
from entrepot.kernel.text import filled

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
OWN_NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
LOCALES = {"en": "en", "zh-Hant": "zh_Hant_HK", "zh-Hans": "zh_Hans_CN"}
TAGS_MAX = 20
"""More tags of a header than this are not looked at."""

_LOCALE_DIR = Path(__file__).resolve().parents[2] / "locale"
_SIMPLIFIED = {"hans", "cn", "sg", "my"}


@cache
def _catalogue(lang: str) -> Translate:
    if lang == "en":
        return str
    found = gettext.translation("entrepot", _LOCALE_DIR, languages=[LOCALES[lang]], fallback=True)
    return found.gettext


def tag_of(text: str) -> str | None:
    """Return the language of ours that a tag asks for, or None.

    Chinese without a script or a country is read as traditional: the house stands in Hong Kong.

    >>> [tag_of(t) for t in ("zh-CN", "zh", "zh-Hans-HK", "en-GB", "fr")]
    ['zh-Hans', 'zh-Hant', 'zh-Hans', 'en', None]
    """
    parts = text.strip().replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] != "zh":
        return None
    scripts = {"hans", "hant"} & set(parts)
    return "zh-Hans" if (scripts or set(parts)) & _SIMPLIFIED else "zh-Hant"


def choose(wishes: list[str | None], header: str) -> str:
    """Choose a language: the first wish that is one of ours, else by ``Accept-Language``.

    The header's tags are taken in their order, which is that of every browser.

    >>> choose([None, "zh-HK"], "en"), choose([], "fr, zh-CN;q=0.9"), choose(["x"], "")
    ('zh-Hant', 'zh-Hans', 'en')
    """
    tags = [item.partition(";")[0] for item in header.split(",")[:TAGS_MAX]]
    found = (tag_of(text) for text in (*wishes, *tags) if text)
    return next((tag for tag in found if tag), "en")


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader.

    Attributes:
        lang: one of :data:`LANGUAGES`.
        theme: ``auto``, ``light`` or ``dark``.
    """

    lang: str = "en"
    theme: str = "auto"

    def say(self, message: str, **params: object) -> str:
        """Return a marked text in the reader's language, its places filled.

        >>> Reader().say("Quote {id}", id="Q-1")
        'Quote Q-1'
        """
        translate = self.translate
        return filled(message, params, translate) if params else translate(message)

    @property
    def translate(self) -> Translate:
        """Look-up of texts; an empty text stays empty."""
        catalogue = _catalogue(self.lang)
        return lambda text: catalogue(text) if text else ""

    def name(self, names: Mapping[str, str]) -> str:
        """Return a name in the reader's language, in English where none is stated."""
        return names.get(self.lang) or names.get("en", "")

    def money(self, minor: int | Amount, asset: str = "HKD") -> str:
        """Write an amount with its code.

        >>> Reader().money(123456)
        'HKD 1,234.56'
        """
        if isinstance(minor, Amount):
            return str(minor)
        if asset == HKD.code:
            return str(Amount(minor, HKD))
        from entrepot.kernel.money import asset_of

        return str(Amount(minor, asset_of(asset)))

    def number(self, value: int | Fraction | Decimal, digits: int = 0) -> str:
        """Write a number, thousands grouped.

        >>> Reader().number(Fraction(10000, 3), 2)
        '3,333.33'
        """
        scaled = round(Fraction(value) * 10**digits)
        return f"{Decimal(scaled).scaleb(-digits):,.{digits}f}"

    def price(self, minor: str) -> str:
        """Write exact minor units, as ``numerator/denominator``, in major ones.

        >>> Reader().price("12000/1"), Reader().price("1/3")
        ('120.00', '0.003333')
        """
        value = Fraction(minor) / 100
        return self.number(value, 2 if (value * 100).denominator == 1 else 6)

    def share(self, milli: int) -> str:
        """Write milli-devices as devices.

        >>> Reader().share(250), Reader().share(8000)
        ('0.25', '8')
        """
        return f"{Decimal(milli).scaleb(-3).normalize():,f}"

    def size(self, byte_count: int) -> str:
        """Write a number of bytes in decimal units.

        >>> Reader().size(1_500_000)
        '1.5 MB'
        """
        for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "kB")):
            if byte_count >= 1000**power:
                return f"{self.number(Fraction(byte_count, 1000**power), 1)} {unit}"
        return f"{byte_count} B"

    def duration(self, seconds: int) -> str:
        """Write a length of time.

        >>> Reader().duration(3_725)
        '1 h 2 min 5 s'
        """
        parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min")]
        words = [f"{count} {unit}" for count, unit in parts if count]
        return " ".join([*words, f"{seconds % 60} s"] if seconds % 60 or not words else words)

    def moment(self, instant: int) -> str:
        """Write a Unix second as date and time in Hong Kong, with its zone."""
        from babel.dates import format_datetime

        when = datetime.fromtimestamp(instant, HONG_KONG)
        return f"{format_datetime(when, 'medium', locale=LOCALES[self.lang])} HKT"

    def day(self, when: date | str) -> str:
        """Write a calendar day."""
        from babel.dates import format_date

        known = date.fromisoformat(when) if isinstance(when, str) else when
        return format_date(known, "medium", locale=LOCALES[self.lang])

    def machine_time(self, instant: int) -> str:
        """Write a Unix second for the attribute ``datetime``."""
        return datetime.fromtimestamp(instant, HONG_KONG).isoformat()
