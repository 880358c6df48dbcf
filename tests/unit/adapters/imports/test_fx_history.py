"""Rates of exchange: exact quotients, the last fixing, the band, and what stands in for CNH."""

from __future__ import annotations

import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from entrepot.adapters.imports.fx_history import FxHistory, load_fx_history
from entrepot.kernel.errors import Fault, Invalid, Refused
from entrepot.kernel.money import CNH, CNY, HKD, USD, Asset

SMALL = """\
Date,USD,JPY,CNY,HKD,
2026-11-20,1.1000,170,7.8000,8.5800,
2026-11-19,1.1000,170,7.8000,8.4000,
2026-11-18,N/A,170,7.9000,8.6000,
2026-11-17,1.0990,170,7.7000,8.5172,
2005-03-31,1.3,170,10,10,
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "ecb.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("eurofxref-hist.csv", SMALL)
    return path


@pytest.fixture
def history(archive: Path) -> FxHistory:
    return load_fx_history(None, archive)


def test_a_rate_is_the_exact_quotient_of_two_fixings(history: FxHistory) -> None:
    rate = history.rate(CNY, HKD, date(2026, 11, 20))
    assert rate.value == Fraction("8.58") / Fraction("7.8")
    assert rate.fixed_on == "2026-11-20"
    assert "CNY is onshore" in rate.source
    assert history.rate(HKD, CNY, date(2026, 11, 20)).value == 1 / rate.value
    assert history.rate(USD, HKD, date(2026, 11, 20)).value == Fraction("7.8")


def test_cny_stands_in_for_cnh_and_the_rate_says_so(history: FxHistory) -> None:
    rate = history.rate(CNH, HKD, date(2026, 11, 20))
    assert rate.value == history.rate(CNY, HKD, date(2026, 11, 20)).value
    assert "ECB CNY fixing used for CNH" in rate.source
    assert "used for CNH" not in history.rate(USD, HKD, date(2026, 11, 20)).source


def test_the_last_fixing_before_a_day_without_one_is_taken_with_its_age(history: FxHistory) -> None:
    rate = history.rate(CNH, HKD, date(2026, 11, 22))
    assert rate.fixed_on == "2026-11-20"
    assert "2 days old" in rate.source
    assert history.staleness_days(date(2026, 11, 22)) == 2
    assert history.rate(CNH, HKD, date(2026, 11, 18)).fixed_on == "2026-11-17"


def test_a_day_outside_the_band_is_refused_for_hkd_alone(history: FxHistory) -> None:
    assert history.band_breaches() == ["2026-11-19"]
    for base, quote in ((CNH, HKD), (HKD, USD)):
        with pytest.raises(Refused, match="2026-11-19"):
            history.rate(base, quote, date(2026, 11, 19))
    assert history.rate(USD, CNY, date(2026, 11, 19)).value == Fraction("7.8") / Fraction("1.1")


def test_a_miss_smaller_than_the_rounding_of_the_fixings_passes(history: FxHistory) -> None:
    value = history.rate(USD, HKD, date(2026, 11, 17)).value
    assert value < Fraction("7.75")
    assert "2026-11-17" not in history.band_breaches()


def test_days_before_the_history_and_other_currencies_are_refused(history: FxHistory) -> None:
    with pytest.raises(Invalid, match="begin on 2026-11-17"):
        history.rate(CNH, HKD, date(2026, 1, 1))
    with pytest.raises(Invalid, match="EUR"):
        history.rate(Asset("EUR"), HKD, date(2026, 11, 20))


def test_the_bundled_file_begins_in_2005_and_has_five_breaches() -> None:
    history = load_fx_history()
    assert history.days[0] == "2005-04-01"
    assert len(history.days) > 5000
    assert list(history.days) == sorted(set(history.days))
    old = [day for day in history.band_breaches() if day < "2026-10-31"]
    assert old == ["2009-03-23", "2009-03-26", "2009-11-09", "2013-04-02", "2014-08-06"]
    worst = history.rate(CNY, USD, date(2015, 8, 11)).value
    assert worst < history.rate(CNY, USD, date(2015, 8, 10)).value


def test_the_copy_agrees_and_a_damaged_one_is_made_again(archive: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = load_fx_history(cache, archive)
    (copy,) = cache.glob("fx-*.bin")
    sound = copy.read_bytes()
    assert load_fx_history(cache, archive) == first
    copy.write_bytes(sound[:-3])
    assert load_fx_history(cache, archive) == first
    assert copy.read_bytes() == sound


def test_a_new_edition_of_the_file_is_read_in_spite_of_the_copy(
    archive: Path, tmp_path: Path
) -> None:
    load_fx_history(tmp_path / "cache", archive)
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("eurofxref-hist.csv", SMALL.replace("2026-11-20,", "2026-11-21,"))
    assert load_fx_history(tmp_path / "cache", archive).days[-1] == "2026-11-21"


def test_a_missing_or_broken_file_is_one_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="cannot be read"):
        load_fx_history(None, tmp_path / "gone.zip")
    (tmp_path / "bad.zip").write_bytes(b"no archive")
    with pytest.raises(Fault, match="cannot be read"):
        load_fx_history(None, tmp_path / "bad.zip")
