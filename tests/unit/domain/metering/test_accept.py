"""Which usage reports count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.domain.metering.metering_chain import BEGIN, TERMS, chain, changed, received

from entrepot.domain.metering.accept import MISSING_MAX, accept
from entrepot.domain.metering.model import ReceivedReport, Refusal
from entrepot.kernel.period import Period


def refusals(reports: list[ReceivedReport], known: list[ReceivedReport] | None = None) -> list[str]:
    return [one.refusal for one in accept(reports, TERMS, known or []).rejected]


def test_a_sound_chain_counts_whole() -> None:
    result = accept(chain([10, 20, 25]), TERMS)
    assert len(result.accepted) == 3
    assert not result.rejected and not result.waiting
    assert result.usage.milli_device_seconds == 25_000
    assert result.usage.cpu_ms == 22_500
    assert result.usage.final and not result.usage.clipped
    assert result.usage.period == Period(BEGIN, BEGIN + 25)


def test_no_report_is_no_usage() -> None:
    usage = accept([], TERMS).usage
    assert usage.milli_device_seconds == 0 and usage.period is None and usage.last_seq == 0


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"centre_id": "other"}, Refusal.WRONG_CENTRE),
        ({"lease_id": "L-2"}, Refusal.WRONG_LEASE),
        ({"fence": 1}, Refusal.STALE_FENCE),
        ({"fence": 3}, Refusal.UNKNOWN_FENCE),
        ({"end": BEGIN - 1}, Refusal.CLOCK_BACK),
        ({"prev": "f" * 64}, Refusal.BROKEN_CHAIN),
    ],
)
def test_a_foreign_or_broken_report_is_refused(fields: dict[str, object], refusal: Refusal) -> None:
    result = accept([changed(chain([10])[0], **fields)], TERMS)
    assert [one.refusal for one in result.rejected] == [refusal]
    assert result.usage.milli_device_seconds == 0
    assert "L-" in result.rejected[0].text and result.rejected[0].text.endswith(".")


def test_an_unsigned_report_is_refused_before_all_else() -> None:
    one = replace(chain([10])[0], signature_ok=False)
    assert refusals([one]) == [Refusal.BAD_SIGNATURE]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"start": BEGIN + 9}, Refusal.CLOCK_BACK),
        ({"wall_seconds": 9}, Refusal.DECREASING),
        ({"milli_device_seconds": 9_000}, Refusal.DECREASING),
        ({"cpu_ms": 0}, Refusal.DECREASING),
        ({"memory_peak_bytes": 0}, Refusal.DECREASING),
        ({"prev": "f" * 64}, Refusal.BROKEN_CHAIN),
    ],
)
def test_a_follower_that_runs_backwards_is_refused(
    fields: dict[str, object], refusal: Refusal
) -> None:
    first, second = chain([10, 20])
    result = accept([first, changed(second, **fields)], TERMS)
    assert [one.refusal for one in result.rejected] == [refusal]
    assert result.usage.milli_device_seconds == 10_000


def test_nothing_follows_the_final_report() -> None:
    (final,) = chain([10])
    more = changed(final, seq=2, prev=final.digest, start=BEGIN + 10, end=BEGIN + 20)
    assert refusals([final, more]) == [Refusal.AFTER_FINAL]


def test_a_report_beyond_a_hole_waits_and_the_hole_is_named() -> None:
    reports = chain([10, 20, 30, 40])
    result = accept([reports[0], reports[3]], TERMS)
    assert [one.report.seq for one in result.waiting] == [4]
    assert result.missing_seqs == (2, 3)
    assert result.usage.milli_device_seconds == 10_000
    healed = accept(reports[1:], TERMS, result.accepted)
    assert healed.usage == accept(reports, TERMS).usage


def test_a_mad_number_does_not_fill_the_memory() -> None:
    mad = changed(chain([10])[0], seq=1 << 52)
    assert len(accept([mad], TERMS).missing_seqs) == MISSING_MAX


def test_a_double_is_counted_once() -> None:
    reports = chain([10, 20])
    result = accept([*reports, reports[0]], TERMS, [reports[0]])
    assert [one.refusal for one in result.rejected] == [Refusal.DUPLICATE, Refusal.DUPLICATE]
    assert [one.report.seq for one in result.accepted] == [2]


def test_two_stories_under_one_number_keep_the_one_counted_first() -> None:
    first = chain([10], final=False)[0]
    other = changed(first, wall_seconds=99, milli_device_seconds=99_000)
    assert refusals([other], [first]) == [Refusal.CONFLICTING]
    both = accept([first, other], TERMS)
    assert both == replace(accept([other, first], TERMS), rejected=both.rejected)


def test_a_report_after_the_bill_is_too_late_but_a_double_stays_a_double() -> None:
    first, second = chain([10, 20])
    closed = replace(TERMS, closed_at=BEGIN + 15)
    result = accept([received(first.report, BEGIN + 30), second], closed, [first])
    assert sorted(one.refusal for one in result.rejected) == [Refusal.DUPLICATE, Refusal.LATE]
    assert result.usage.milli_device_seconds == 10_000


def test_more_than_the_lease_is_clipped_and_flagged() -> None:
    over = accept(chain([700]), TERMS).usage
    assert over.milli_device_seconds == 600_000 and over.clipped
    assert over.measured_milli_device_seconds == 700_000


def test_more_devices_than_sold_are_clipped() -> None:
    usage = accept(chain([10], milli=2000), TERMS).usage
    assert usage.milli_device_seconds == 10_000 and usage.clipped


def test_more_seconds_than_went_by_are_clipped() -> None:
    (one,) = chain([10])
    inflated = changed(one, wall_seconds=500, milli_device_seconds=500_000)
    assert accept([inflated], TERMS).usage.milli_device_seconds == 10_000


def test_a_run_outside_the_lease_counts_nothing() -> None:
    elsewhere = replace(TERMS, period=Period(0, 10))
    usage = accept(chain([10]), elsewhere).usage
    assert usage.milli_device_seconds == 0 and usage.clipped


@pytest.mark.parametrize("what", ["energy_j", "waited_ms"])
def test_what_is_measured_only_rises_and_once_stated_stays_stated(what: str) -> None:
    first, second = chain([10, 20])
    stated = changed(first, **{what: 500})
    more = changed(second, **{what: 900}, prev=stated.digest)
    assert getattr(accept([stated, more], TERMS).usage, what) == 900
    assert getattr(accept([first, second], TERMS).usage, what) is None
    for worse in (400, None):
        less = changed(second, **{what: worse}, prev=stated.digest)
        (refused,) = accept([stated, less], TERMS).rejected
        assert refused.refusal == Refusal.DECREASING
