"""Persons exported are counted with the booking, by data set, group and year."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from tests.e2e.flow_tools import JOB, digest_of
from tests.unit.services.desk import Desk, open_desk

from entrepot.domain.gate.counters import Tally
from entrepot.domain.gate.house_rules import SPLIT_SETS_MAX
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.export_counter import state_outside, year_count
from entrepot.services.gate_check import Law, check_job
from entrepot.services.lease import release_lease, take_quote
from entrepot.services.manifest_records import (
    NewManifest,
    NewMixCheck,
    add_manifest,
    add_mix_check,
)
from entrepot.services.ports_gate_records import MixCheck, OriginManifest
from entrepot.services.quote import quote_job


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path / "home")


def silent(done: int, whole: int) -> None:
    """Hear nothing of the progress."""


def job(desk: Desk, persons: int = 0, *, mixed: bool = False, more: str = "") -> Path:
    """Write a job whose outputs hold so many persons; ``mixed`` takes it out of transit."""
    text = JOB.format(command="[sh]", device="CPU", isolation="exclusive", duration="10m")
    text = text.replace("leg_persons: 0", f"leg_persons: {persons}{more}")
    if mixed:
        text = text.replace("mixes_cn_personal: false", "mixes_cn_personal: true")
    path = desk.home / "count.yaml"
    path.write_text(text, "utf-8")
    return path


def outcome(desk: Desk, path: Path) -> str:
    """Return what the gate says of the way back."""
    (found,) = check_job(desk, desk.firm, desk.read_job(path), Law(), "demo-gz")
    return next(part.outcome.value for part in found.parts if part.name == "return")


def book(desk: Desk, path: Path, key: str) -> r.Lease:
    """Quote a job and take the quote."""
    quote = quote_job(desk, desk.firm, desk.read_job(path)).quote
    return take_quote(desk, quote.id, accept_duties=True, key=key)


def manifest(
    desk: Desk, persons: int, part_of: str | None = None, name: str = "set"
) -> OriginManifest:
    """Record a data set collected in Hong Kong."""
    folder = desk.home / "data"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(name, "utf-8")
    new = NewManifest(name, folder / name, ("HK",), "Harbour Imaging", persons, 0, part_of)
    return add_manifest(desk, desk.firm, new, f"m-{name}", silent)


def mix_check(desk: Desk, personal: bool, name: str = "model") -> MixCheck:
    """Record the check of a model."""
    path = desk.home / name
    path.write_text(name, "utf-8")
    new = NewMixCheck(name, path, personal, False, "A. Chan", year_day(desk))
    return add_mix_check(desk, desk.firm, new, f"x-{name}", silent)


def year_day(desk: Desk) -> date:
    """Return the day at the desk."""
    return local_day(desk.clock.now())


def persons(desk: Desk) -> int:
    """Return the year's count."""
    return year_count(desk, desk.firm).tally.persons


def test_a_booking_counts_and_a_release_takes_it_back(desk: Desk) -> None:
    lease = book(desk, job(desk, 7), "one")
    found = year_count(desk, desk.firm)
    assert found.tally == Tally(7, 0)
    assert [(one.lease_id, one.set_id) for one in found.legs] == [(lease.id, lease.id)]
    release_lease(desk, lease.id, reason="test", key="back")
    assert persons(desk) == 0


def test_a_lease_without_persons_counts_nothing(desk: Desk) -> None:
    book(desk, job(desk, 0), "one")
    assert year_count(desk, desk.firm).legs == ()


def test_a_named_manifest_counts_once_and_two_jobs_without_one_twice(desk: Desk) -> None:
    named = job(desk, more=f"\n  manifest: {manifest(desk, 40).id}")
    for key in ("one", "two"):
        lease = book(desk, named, key)
        assert persons(desk) == 40
    release_lease(desk, lease.id, reason="test", key="back")
    assert persons(desk) == 40
    book(desk, job(desk, 3), "three")
    assert persons(desk) == 43


def test_the_threshold_turns_with_the_person_who_passes_it(desk: Desk) -> None:
    state_outside(desk, desk.firm, 2026, Tally(60_000, 0), "state")
    book(desk, job(desk, 39_990), "one")
    assert persons(desk) == 99_990
    assert outcome(desk, job(desk, 9, mixed=True)) == "allow_with_duties"
    assert outcome(desk, job(desk, 10, mixed=True)) == "instrument"


def test_the_last_statement_of_a_year_counts_alone(desk: Desk) -> None:
    for n in (500, 20):
        found = state_outside(desk, desk.firm, 2026, Tally(n, 1), f"state-{n}")
    assert (found.tally, found.outside) == (Tally(20, 1), True)
    assert year_count(desk, desk.firm, 2025).tally == Tally(0, 0)


@pytest.mark.parametrize(("year", "count"), [(2027, 1), (0, 1), (2026, -1), (2026, 10**13)])
def test_a_statement_that_cannot_be_is_refused(desk: Desk, year: int, count: int) -> None:
    with pytest.raises(Invalid):
        state_outside(desk, desk.firm, year, Tally(count, 0), "state")


def test_without_a_statement_the_year_is_asked(desk: Desk) -> None:
    assert outcome(desk, job(desk, 9, mixed=True)) == "needs_info"


def test_parts_of_one_family_are_stopped_at_the_sixth(desk: Desk) -> None:
    whole = manifest(desk, 9)
    parts = [manifest(desk, 9, whole.id, f"part-{n}") for n in range(SPLIT_SETS_MAX)]
    for n, part in enumerate((whole, *parts[:-1])):
        path = job(desk, more=f"\n  manifest: {part.id}")
        assert book(desk, path, f"take-{n}").state == "held"
        desk.sql("UPDATE device_unit SET milli_free = 1000")  # room for the next one
    path = job(desk, more=f"\n  manifest: {parts[-1].id}")
    assert outcome(desk, path) == "needs_review"
    assert quote_job(desk, desk.firm, desk.read_job(path)).quote.body["candidates"] == []


def test_a_quote_made_before_the_sixth_part_is_not_taken_after_it(desk: Desk) -> None:
    whole = manifest(desk, 9)
    quotes: list[str] = []
    for n in range(SPLIT_SETS_MAX + 1):
        part = whole if n == 0 else manifest(desk, 9, whole.id, f"part-{n}")
        spec = desk.read_job(job(desk, more=f"\n  manifest: {part.id}"))
        quotes.append(quote_job(desk, desk.firm, spec).quote.id)
    for n, quote_id in enumerate(quotes[:-1]):
        take_quote(desk, quote_id, accept_duties=True, key=f"take-{n}")
        desk.sql("UPDATE device_unit SET milli_free = 1000")
    before = digest_of(desk)
    with pytest.raises(Refused) as refused:
        take_quote(desk, quotes[-1], accept_duties=True, key="last")
    assert refused.value.code == "gate.closed"
    assert digest_of(desk) == before
    assert persons(desk) == 9 * SPLIT_SETS_MAX


def test_a_manifest_gives_origin_and_persons_and_hides_none(desk: Desk) -> None:
    found = manifest(desk, 40)
    assert found.family == found.id
    for stated, counted in ((3, 40), (50, 50)):
        named = job(desk, stated, more=f"\n  manifest: {found.id}")
        (verdict,) = check_job(desk, desk.firm, desk.read_job(named), Law(), "demo-gz")
        assert verdict.parts[0].subjects[0].facts["leg_persons"] == counted


def test_a_mix_check_closes_transit_and_none_opens_it(desk: Desk) -> None:
    state_outside(desk, desk.firm, 2026, Tally(200_000, 0), "state")
    clean, mixed = mix_check(desk, False), mix_check(desk, True, "other")
    plain = outcome(desk, job(desk, 5, more=f"\n  mix_checks: [{clean.id}]"))
    both = outcome(desk, job(desk, 5, more=f"\n  mix_checks: [{clean.id}, {mixed.id}]"))
    assert (plain, both) == ("allow_with_duties", "instrument")
    stated = outcome(desk, job(desk, 5, mixed=True, more=f"\n  mix_checks: [{clean.id}]"))
    assert stated == "instrument"


def test_what_is_not_on_record_is_said_so(desk: Desk) -> None:
    for more in ("\n  manifest: M-0", "\n  mix_checks: [MX-0]"):
        with pytest.raises(NotFound):
            outcome(desk, job(desk, 5, more=more))
    with pytest.raises(NotFound):
        manifest(desk, 5, "M-0")


def test_a_manifest_needs_places_a_name_and_counts(desk: Desk) -> None:
    right = NewManifest("set", desk.home, ("HK",), "X", 1, 0)
    for wrong in (
        NewManifest("", right.path, right.collected_in, "X", 1, 0),
        NewManifest("set", right.path, right.collected_in, " ", 1, 0),
        NewManifest("set", right.path, (), "X", 1, 0),
        NewManifest("set", right.path, ("Hong Kong",), "X", 1, 0),
        NewManifest("set", right.path, right.collected_in, "X", -1, 0),
    ):
        with pytest.raises(Invalid):
            add_manifest(desk, desk.firm, wrong, "wrong", silent)
    with desk.store.reading() as uow:
        assert uow.gate_records.manifests(desk.firm.id) == []


def test_of_many_at_the_threshold_only_those_below_it_are_booked(desk: Desk) -> None:
    state_outside(desk, desk.firm, 2026, Tally(99_979, 0), "state")
    spec = desk.read_job(job(desk, 10, mixed=True))
    quotes = [quote_job(desk, desk.firm, spec).quote.id for _n in range(6)]

    def take(quote_id: str) -> str:
        try:
            return take_quote(desk, quote_id, accept_duties=True, key=f"take:{quote_id}").state
        except (Refused, Conflict) as error:
            return error.code

    with ThreadPoolExecutor(6) as pool:
        ends = sorted(pool.map(take, quotes))
    # Two devices and two times ten persons to 99,999: the third would be the hundred-thousandth.
    assert ends == ["gate.closed"] * 4 + ["held"] * 2
    assert persons(desk) == 99_999
