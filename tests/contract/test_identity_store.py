"""One suite for every database: accounts, grants, tokens, sessions, links and projects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.row_security import rule_of, tenant_view
from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.domain.access.model import Grant
from entrepot.kernel.errors import EntrepotError
from entrepot.services.ports_identity import Account, ApiToken, Attempts, KeptGrant, Session
from entrepot.services.ports_identity_links import (
    Ceremony,
    Invitation,
    OutsideLogin,
    Passkey,
    Project,
)

ACCOUNT = Account("U-1", "mei@影.hk", "梅 Mei", "zh-Hant", "$argon2id$x", "active", 0, 10, "desk")
GRANT = KeptGrant("GR-1", "U-1", "tenant", "firm", "F-1", "lead", 11, "desk", "", None)
TOKEN = ApiToken("TK-1", "U-1", "夜 job", "d" * 64, ("job.*", "read"), 12, 99, None, None)
SESSION = Session("SN-1", "U-1", "e" * 64, 0, 13, 13, 90, None, "192.0.2.1", "瀏覽器")
INVITED = Invitation(
    "IV-1", "invite", "f" * 64, "mei@影.hk", "tenant", "firm", "F-1", "work", 14, "desk", 80,
    None, "",
)  # fmt: skip
CEREMONY = Ceremony("c" * 64, "oidc", "", {"nonce": "算"}, 50)
PASSKEY = Passkey("key", "U-1", "cose", 0, "電話", 15, None)
OUTSIDE = OutsideLogin("https://id.example", "s-1", "U-1", 16)
PROJECT = Project("PJ-1", "F-1", "聯合 lab", 17, "mei", None)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    write(made, fill)
    return made


def fill(uow: HouseUnitOfWork) -> None:
    uow.accounts.add_account(ACCOUNT)
    uow.accounts.add_grant(GRANT)
    uow.accounts.add_token(TOKEN)
    uow.accounts.add_session(SESSION)
    uow.links.add_invitation(INVITED)
    uow.links.add_ceremony(CEREMONY, 10)
    uow.links.add_passkey(PASSKEY)
    uow.links.add_outside(OUTSIDE)
    uow.links.add_project(PROJECT)
    uow.links.put_in_project("Q-1", PROJECT)


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    def see(uow: HouseUnitOfWork) -> None:
        book, links = uow.accounts, uow.links
        assert book.account("U-1") == book.account_of("mei@影.hk") == ACCOUNT
        assert book.accounts() == [ACCOUNT]
        assert (book.account("U-2"), book.account_of("no")) == (None, None)
        assert book.grant("GR-1") == GRANT
        assert book.grants_of("U-1") == book.grants_in("firm", "F-1") == [GRANT]
        assert book.grants_of("U-1")[0].grant == Grant("tenant", "firm", "F-1", "lead")
        assert book.grants_in("project", "F-1") == []
        assert book.token("TK-1") == book.token_of("d" * 64) == TOKEN
        assert book.tokens() == book.tokens("U-1") == [TOKEN]
        assert book.tokens("U-2") == []
        assert book.session_of("e" * 64) == SESSION
        assert book.sessions("U-1", now=89) == [SESSION]
        assert book.sessions(now=90) == []
        assert links.invitation_of("f" * 64) == INVITED
        assert (links.invitations(79), links.invitations(80)) == ([INVITED], [])
        assert links.passkey("key") == PASSKEY and links.passkeys("U-1") == [PASSKEY]
        assert links.outside("https://id.example", "s-1") == OUTSIDE
        assert links.outside("https://id.example", "s-2") is None
        assert links.is_outside("U-1") and not links.is_outside("U-2")
        assert links.project("PJ-1") == PROJECT and links.projects("F-1") == [PROJECT]
        assert links.projects("F-2") == []
        assert (links.project_of_quote("Q-1"), links.project_of_quote("Q-9")) == ("PJ-1", "")
        assert links.quotes_of_project("PJ-1") == ["Q-1"]

    read(engine, see)


def test_what_happens_once_happens_once(engine: Engine) -> None:
    acts: list[Callable[[HouseUnitOfWork], Any]] = [
        lambda uow: uow.links.use_invitation("IV-1", "U-1", 20),
        lambda uow: uow.accounts.end_grant("GR-1", 20),
        lambda uow: uow.accounts.revoke_token("TK-1", 20),
        lambda uow: uow.accounts.end_sessions(["SN-1", "SN-9"], 20),
        lambda uow: uow.links.take_ceremony("c" * 64, "oidc"),
        lambda uow: uow.links.close_project("PJ-1", 20),
        lambda uow: uow.links.drop_passkey("U-1", "key"),
    ]
    for act in acts:
        assert write(engine, act)
        assert not write(engine, act)
    assert read(engine, lambda uow: uow.accounts.grants_of("U-1")) == []
    write(engine, lambda uow: uow.accounts.add_grant(replace(GRANT, id="GR-2")))


def test_what_changes_is_written(engine: Engine) -> None:
    changed = replace(ACCOUNT, display="Mei", lang="en", password="", state="disabled", epoch=3)

    def change(uow: HouseUnitOfWork) -> None:
        uow.accounts.update_account(changed)
        uow.accounts.use_token("TK-1", 30)
        uow.accounts.see_session("SN-1", 31)
        uow.links.use_passkey("key", 7, 32)
        uow.accounts.keep_attempts(Attempts("a", 1, 40, 41))
        uow.accounts.keep_attempts(Attempts("a", 2, 42, 50))
        uow.accounts.keep_attempts(Attempts("old", 9, 5, 6))
        uow.links.withdraw_invitations("invite", "mei@影.hk", 20)

    write(engine, change)

    def see(uow: HouseUnitOfWork) -> None:
        assert uow.accounts.account("U-1") == changed
        assert uow.accounts.token("TK-1") == replace(TOKEN, used_at=30)
        assert uow.accounts.session_of("e" * 64) == replace(SESSION, seen_at=31)
        assert uow.links.passkey("key") == replace(PASSKEY, sign_count=7, used_at=32)
        assert uow.accounts.attempts("a") == Attempts("a", 2, 42, 50)
        assert uow.links.invitations(20) == []

    read(engine, see)
    write(engine, lambda uow: uow.accounts.forget_attempts("a", 6))
    assert read(engine, lambda uow: (uow.accounts.attempts("a"), uow.accounts.attempts("old"))) == (
        None,
        None,
    )


def test_an_old_ceremony_is_gone_and_another_kind_does_not_take_it(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.links.take_ceremony("c" * 64, "passkey_login")) is None
    other = replace(CEREMONY, digest="b" * 64, expires_at=90)
    write(engine, lambda uow: uow.links.add_ceremony(other, 50))
    assert write(engine, lambda uow: uow.links.take_ceremony("c" * 64, "oidc")) is None
    assert write(engine, lambda uow: uow.links.take_ceremony("b" * 64, "oidc")) == other


@pytest.mark.parametrize(
    "act",
    [
        lambda uow: uow.accounts.add_account(replace(ACCOUNT, id="U-2")),
        lambda uow: uow.accounts.add_account(replace(ACCOUNT, id="U-2", login="MEI")),
        lambda uow: uow.accounts.add_account(
            replace(ACCOUNT, id="U-2", login="x", password="plain")
        ),
        lambda uow: uow.accounts.add_grant(replace(GRANT, id="GR-2", level="read")),
        lambda uow: uow.accounts.add_grant(
            replace(GRANT, id="GR-2", role="operator", scope="firm", scope_id="F-2")
        ),
        lambda uow: uow.accounts.add_grant(
            replace(GRANT, id="GR-2", role="tenant", scope="house", scope_id="")
        ),
        lambda uow: uow.accounts.add_token(replace(TOKEN, id="TK-2")),
        lambda uow: uow.accounts.add_session(replace(SESSION, id="SN-2", account_id="U-9")),
        lambda uow: uow.conn.execute(text("UPDATE role_grant SET role = 'operator'")),
        lambda uow: uow.conn.execute(text("DELETE FROM role_grant")),
        lambda uow: uow.conn.execute(text("UPDATE api_token SET expires_at = 999")),
    ],
)
def test_the_database_refuses_what_never_may_be(
    engine: Engine, act: Callable[[HouseUnitOfWork], object]
) -> None:
    with pytest.raises((SQLAlchemyError, EntrepotError)):
        write(engine, act)


def test_a_tenant_reads_its_projects_and_no_account(tmp_path: Path) -> None:
    engine = fresh("postgresql", tmp_path)
    write(engine, b.add_business)
    write(engine, fill)
    closed = ("account", "role_grant", "api_token", "login_session", "login_attempts",
              "invitation", "ceremony", "passkey", "outside_login")  # fmt: skip
    from entrepot.adapters.sql.metadata import metadata

    assert [name for name in closed if rule_of(metadata.tables[name])] == []
    with tenant_view(engine, "F-1") as conn:
        assert conn.execute(text("SELECT id FROM project")).scalars().all() == ["PJ-1"]
    with tenant_view(engine, "F-2") as conn:
        assert conn.execute(text("SELECT id FROM project")).scalars().all() == []
        assert conn.execute(text("SELECT quote_id FROM project_quote")).scalars().all() == []
    for name in closed:
        with pytest.raises(SQLAlchemyError), tenant_view(engine, "F-1") as conn:
            conn.execute(text(f"SELECT * FROM {name}"))
    engine.dispose()
