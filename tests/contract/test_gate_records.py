"""One suite for every database: manifests, mix checks, counts of exports, steps of instruments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.kernel.errors import EntrepotError
from entrepot.services.ports_gate_records import ExportCount, Isolation, MixCheck, OriginManifest

MANIFEST = OriginManifest("M-1", "F-1", "肖像", "M-0", "ab" * 32, 2**40, 7, ("CN", "HK"), "X", 9, 1,
                          "2026-11-21")  # fmt: skip
CHECK = MixCheck("MX-1", "F-1", "base", "cd" * 32, True, False, "A. Chan", "2026-11-20")
APART = Isolation("IS-1", "F-1", "C-1", "", "encrypted_storage", "firm", "A. Chan", "ef" * 32,
                  "2026-11-21", "2027-11-21", "2026-11-21")  # fmt: skip
COUNT = ExportCount("XC-1", "G-1", "F-1", "L-1", "M-1", "M-0", 9, 1, "2026-11-21", "held")


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    opened = fresh(request.param, tmp_path)
    write(opened, b.add_business)
    return opened


def test_records_come_back_as_they_went_in(engine: Engine) -> None:
    write(engine, lambda uow: uow.gate_records.add_manifest(MANIFEST))
    write(engine, lambda uow: uow.gate_records.add_mix_check(CHECK))
    write(engine, lambda uow: uow.gate_records.add_export(COUNT))
    assert read(engine, lambda uow: uow.gate_records.manifest("M-1")) == MANIFEST
    assert read(engine, lambda uow: uow.gate_records.manifests("F-1")) == [MANIFEST]
    assert read(engine, lambda uow: uow.gate_records.mix_check("MX-1")) == CHECK
    assert read(engine, lambda uow: uow.gate_records.mix_checks("F-1")) == [CHECK]
    assert read(engine, lambda uow: uow.gate_records.exports("G-1")) == [COUNT]
    assert read(engine, lambda uow: uow.gate_records.exports_of_family("M-0")) == [COUNT]


def test_what_is_not_there_is_none(engine: Engine) -> None:
    assert read(engine, lambda uow: uow.gate_records.manifest("x")) is None
    assert read(engine, lambda uow: uow.gate_records.mix_check("x")) is None
    assert read(engine, lambda uow: uow.gate_records.manifests("F-1")) == []
    assert read(engine, lambda uow: uow.gate_records.exports("G-2")) == []


def test_a_statement_of_isolation_ends_once(engine: Engine) -> None:
    apart = replace(APART, centre_id=b.CENTRE.id)
    write(engine, lambda uow: uow.gate_records.add_isolation(apart))
    assert read(engine, lambda uow: uow.gate_records.isolation("IS-1")) == apart
    assert read(engine, lambda uow: uow.gate_records.isolations("F-2")) == []
    end = ("IS-1", "2026-12-01", "one", "shared")
    told: list[bool] = []
    for _ in range(2):
        write(engine, lambda uow: told.append(uow.gate_records.end_isolation(*end)))
    assert told == [True, False]
    ended = replace(apart, ended_on="2026-12-01", ended_by="one", end_reason="shared")
    assert read(engine, lambda uow: uow.gate_records.isolations("F-1")) == [ended]


def test_a_statement_that_ends_before_it_begins_cannot_be_kept(engine: Engine) -> None:
    wrong = replace(APART, centre_id=b.CENTRE.id, until_day="2026-11-21")
    with pytest.raises((IntegrityError, EntrepotError)):
        write(engine, lambda uow: uow.gate_records.add_isolation(wrong))


def test_a_released_lease_leaves_the_count_and_nobody_else_does(engine: Engine) -> None:
    other = replace(COUNT, id="XC-2", lease_id=None, set_id="outside")
    for one in (COUNT, other):
        write(engine, lambda uow, one=one: uow.gate_records.add_export(one))
    write(engine, lambda uow: uow.gate_records.release_exports("L-1"))
    assert read(engine, lambda uow: uow.gate_records.exports("G-1")) == [other]
    write(engine, lambda uow: uow.gate_records.release_export("XC-2"))
    assert read(engine, lambda uow: uow.gate_records.exports("G-1")) == []


def test_a_count_below_zero_cannot_be_kept(engine: Engine) -> None:
    with pytest.raises((IntegrityError, EntrepotError)):
        write(engine, lambda uow: uow.gate_records.add_export(replace(COUNT, persons=-1)))


def test_an_instrument_keeps_its_steps(engine: Engine) -> None:
    write(engine, lambda uow: uow.registry.add_instrument(b.INSTRUMENT))
    after = replace(
        b.INSTRUMENT,
        state="filed",
        signed_on="2026-11-02",
        filed_on="2026-11-12",
        filing_due="2026-11-16",
    )
    write(engine, lambda uow: uow.registry.update_instrument(after))
    assert read(engine, lambda uow: uow.registry.instruments("F-1")) == [after]
    write(engine, lambda uow: uow.registry.end_instrument("N-1", "2026-12-01"))
    (ended,) = read(engine, lambda uow: uow.registry.instruments("F-1"))
    assert (ended.to_day, ended.ended_on) == ("2026-12-01", "2026-12-01")
