"""One firm's sight of the database, on either kind: its own rows, the catalogue, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from tests.contract import business_samples as b
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql import firm_view
from entrepot.adapters.sql.firm_view import firm_engine, sees
from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.row_security import SHARED, rule_of
from entrepot.adapters.sql.store import SqlStore
from entrepot.kernel.errors import Invalid

OWNED = ("firm", "quote", "lease", "job", "usage_event", "duty_task", "reservation")


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = fresh(request.param, tmp_path)
    b.write(engine, b.add_business)
    b.write(engine, b.second_firm)
    yield engine
    engine.dispose()


def rows(engine: Engine) -> dict[str, int]:
    """Count the rows of every table."""
    with engine.connect() as conn:
        return {
            name: int(conn.execute(select(func.count()).select_from(table)).scalar_one())
            for name, table in metadata.tables.items()
        }


def test_a_firm_sees_its_own_rows_and_the_catalogue(engine: Engine) -> None:
    everything, mine = rows(engine), rows(firm_engine(engine, "F-2"))
    assert {name: mine[name] for name in OWNED} == dict.fromkeys(OWNED, 1)
    assert {name: everything[name] for name in OWNED} == dict.fromkeys(OWNED, 2)
    for name, table in metadata.tables.items():
        if name in SHARED:
            assert mine[name] == everything[name], name
        elif rule_of(table) is None:
            assert mine[name] == 0, name


@pytest.mark.parametrize("firm", ["F-3", "none"])
def test_a_stranger_sees_the_catalogue_alone(engine: Engine, firm: str) -> None:
    seen = {name for name, count in rows(firm_engine(engine, firm)).items() if count}
    assert seen and seen <= SHARED


@pytest.mark.parametrize("firm", ["", "F-1' OR 'x'='x", "F 1", "F-1\n"])
def test_what_is_no_id_opens_nothing(engine: Engine, firm: str) -> None:
    with pytest.raises(Invalid, match="is no id"):
        firm_engine(engine, firm)


def test_names_of_others_are_as_names_of_nothing(engine: Engine) -> None:
    with firm_engine(engine, "F-2").connect() as conn:
        seen = [
            n for n in ("L-1", "L-2", "J-1", "J-2", "Q-1", "F-1", "F-2", "L-9") if sees(conn, n)
        ]
        assert seen == ["L-2", "J-2", "F-2"]
        assert sees(conn, "gz") and not sees(conn, b.INVOICE.number)
    with firm_engine(engine, "F-1").connect() as conn:
        assert sees(conn, b.INVOICE.number) and sees(conn, b.INVOICE.id)


def test_the_stores_of_the_house_read_through_it(engine: Engine) -> None:
    store = SqlStore(engine.url.render_as_string(hide_password=False), "H-TEST")
    seen = store.seen_by("F-2")
    with seen.reading() as uow:
        assert [one.id for one in uow.deals.jobs()] == ["J-2"]
        assert uow.deals.lease("L-1") is None and uow.registry.centre("gz") is not None
    assert (seen.sees("J-2"), seen.sees("J-1")) == (True, False)
    assert seen.journal_entries(10) == [] and seen.journal_entry(1) is None


def test_nobody_writes_through_it(engine: Engine) -> None:
    with firm_engine(engine, "F-2").connect() as conn, pytest.raises(DBAPIError):
        conn.begin()
        conn.exec_driver_sql("UPDATE lease SET state = 'released'")


def test_a_view_that_forgets_a_table_is_found(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = firm_view.views
    monkeypatch.setattr(
        firm_view, "views", lambda *given: [v for v in whole(*given) if " job " not in v]
    )
    assert rows(firm_engine(engine, "F-2"))["job"] == 2
