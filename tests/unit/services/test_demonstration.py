"""The lived-in demonstration: real services, one seed, proven books."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrepot.bootstrap import EmbeddedApp, open_app
from entrepot.domain.access.model import Principal
from entrepot.kernel.errors import EntrepotError
from entrepot.services.access import principal_of
from entrepot.services.check import check_books
from entrepot.services.demonstration import Played, midnight_before, play_history
from entrepot.services.demonstration_people import Opened, open_accounts
from entrepot.services.identity_login import sign_in
from entrepot.services.settings import read_settings

UNTIL = 1_795_230_000
DAYS = 4


def fresh(folder: Path) -> EmbeddedApp:
    return open_app(read_settings({"ENTREPOT_HOME": str(folder)}), create=True)


def played(folder: Path, seed: int = 7) -> tuple[EmbeddedApp, Played, list[int]]:
    app, days = fresh(folder), list[int]()
    return app, play_history(app, UNTIL, DAYS, seed, lambda day, _: days.append(day)), days


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[EmbeddedApp, Played, list[int]]:
    return played(tmp_path_factory.mktemp("played"))


def numbers(app: EmbeddedApp) -> list[tuple[str, int, int]]:
    with app.store.reading() as uow:
        return [(one.number, one.issued_at, one.total_minor) for one in uow.deals.invoices()]


def test_the_past_is_one_of_proven_books(
    home: tuple[EmbeddedApp, Played, list[int]],
) -> None:
    app, found, days = home
    assert days == list(range(1, DAYS + 1)) and found.days == DAYS
    assert found.jobs >= 4 and found.running >= 1
    assert list(check_books(app)) == [] and app.store.check_ledger() == []
    assert app.store.verify_journal() == [] and app.is_demonstration()
    with app.store.reading() as uow:
        jobs, batches = uow.deals.jobs(), uow.settlements.batches()
    assert len(jobs) == found.jobs
    assert len(numbers(app)) == found.jobs - found.running
    assert {batch.state for batch in batches} == {"settled"}
    assert all(UNTIL - (DAYS + 2) * 86_400 <= at <= UNTIL for _, at, _ in numbers(app))


def test_a_seed_gives_one_past(home: tuple[EmbeddedApp, Played, list[int]], tmp_path: Path) -> None:
    again, found, _ = played(tmp_path / "again")
    assert found == home[1] and numbers(again) == numbers(home[0])
    other, _, _ = played(tmp_path / "other", seed=8)
    assert numbers(other) != numbers(home[0])


def test_every_account_signs_in_as_what_it_is(
    home: tuple[EmbeddedApp, Played, list[int]],
) -> None:
    app = home[0]
    opened = open_accounts(app)
    assert {one.role for one in opened} == {"operator", "tenant", "supplier", "auditor"}
    for one in opened:
        found = who(app, one)
        assert {grant.role for grant in found.grants} == {one.role}


def who(app: EmbeddedApp, one: Opened) -> Principal:
    """Sign in with the password that was told."""
    from entrepot.services.identity_accounts import the_account

    session = sign_in(app, one.login, one.password, "127.0.0.1", "test")
    assert session.cookie
    with pytest.raises(EntrepotError):
        sign_in(app, one.login, one.password + "x", "127.0.0.1", "test")
    account = the_account(app, one.login)
    with app.store.reading() as uow:
        return principal_of(uow, account, "session", None)


def test_a_day_begins_at_midnight_in_hong_kong() -> None:
    assert midnight_before(UNTIL) == UNTIL - 11 * 3600
    assert midnight_before(midnight_before(UNTIL)) == midnight_before(UNTIL)
