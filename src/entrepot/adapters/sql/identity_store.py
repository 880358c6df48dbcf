"""Accounts, grants, tokens, sessions and failed logins in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, update

from entrepot.adapters.sql import identity_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.domain.access.model import ScopeKind
from entrepot.services.ports_identity import Account, ApiToken, Attempts, KeptGrant, Session

ACCOUNTS = RecordTable(t.account, Account)
GRANTS = RecordTable(t.role_grant, KeptGrant)
TOKENS = RecordTable(t.api_token, ApiToken)
SESSIONS = RecordTable(t.login_session, Session)
ATTEMPTS = RecordTable(t.login_attempts, Attempts)
_A, _G, _T = t.account.c, t.role_grant.c, t.api_token.c
_S, _F = t.login_session.c, t.login_attempts.c
_KEPT_OF_ACCOUNT = ("display", "lang", "password", "state", "epoch")


class SqlAccounts:
    """The port ``AccountBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_account(self, account: Account) -> None:
        """Keep an account; its login is taken once."""
        ACCOUNTS.add(self._conn, account)

    def account(self, account_id: str) -> Account | None:
        """Return an account."""
        return ACCOUNTS.find(self._conn, _A.id == account_id)

    def account_of(self, login: str) -> Account | None:
        """Return the account of a login in small letters."""
        return ACCOUNTS.find(self._conn, _A.login == login)

    def accounts(self) -> list[Account]:
        """Return all accounts in order of login."""
        return ACCOUNTS.all(self._conn, order=[_A.login])

    def update_account(self, account: Account) -> None:
        """Write name, language, password, state and epoch of an account."""
        row = ACCOUNTS.row(account)
        values = {name: row[name] for name in _KEPT_OF_ACCOUNT}
        self._conn.execute(update(t.account).where(_A.id == account.id).values(values))

    def add_grant(self, grant: KeptGrant) -> None:
        """Keep a grant; of one kind and scope an account holds one at a time."""
        GRANTS.add(self._conn, grant)

    def grant(self, grant_id: str) -> KeptGrant | None:
        """Return a grant, held or ended."""
        return GRANTS.find(self._conn, _G.id == grant_id)

    def grants_of(self, account_id: str) -> list[KeptGrant]:
        """Return the grants that an account holds, in order of id."""
        held = (_G.account_id == account_id) & _G.ended_at.is_(None)
        return GRANTS.all(self._conn, held, order=[_G.id])

    def grants_in(self, scope: ScopeKind, scope_id: str) -> list[KeptGrant]:
        """Return the grants that hold in a scope, in order of id."""
        held = (_G.scope == scope) & (_G.scope_id == scope_id) & _G.ended_at.is_(None)
        return GRANTS.all(self._conn, held, order=[_G.id])

    def end_grant(self, grant_id: str, at: int) -> bool:
        """Note the end of a grant; False if it ended before, or there is none."""
        held = (_G.id == grant_id) & _G.ended_at.is_(None)
        ended = update(t.role_grant).where(held).values(ended_at=at)
        return self._conn.execute(ended).rowcount == 1

    def add_token(self, token: ApiToken) -> None:
        """Keep a token."""
        TOKENS.add(self._conn, token)

    def token(self, token_id: str) -> ApiToken | None:
        """Return a token by id."""
        return TOKENS.find(self._conn, _T.id == token_id)

    def token_of(self, digest: str) -> ApiToken | None:
        """Return the token of a text's digest."""
        return TOKENS.find(self._conn, _T.digest == digest)

    def tokens(self, account_id: str = "") -> list[ApiToken]:
        """Return tokens in order of id, of one account or of all."""
        where = [_T.account_id == account_id] if account_id else []
        return TOKENS.all(self._conn, *where, order=[_T.id])

    def use_token(self, token_id: str, at: int) -> None:
        """Note when a token was used."""
        self._conn.execute(update(t.api_token).where(_T.id == token_id).values(used_at=at))

    def revoke_token(self, token_id: str, at: int) -> bool:
        """Revoke a token; False if it was revoked, or there is none."""
        open_ = (_T.id == token_id) & _T.revoked_at.is_(None)
        revoked = update(t.api_token).where(open_).values(revoked_at=at)
        return self._conn.execute(revoked).rowcount == 1

    def add_session(self, session: Session) -> None:
        """Keep a session."""
        SESSIONS.add(self._conn, session)

    def session_of(self, digest: str) -> Session | None:
        """Return the session of a cookie's digest, open or ended."""
        return SESSIONS.find(self._conn, _S.digest == digest)

    def sessions(self, account_id: str = "", *, now: int = 0) -> list[Session]:
        """Return the sessions that nobody ended and whose time is not over, in order of id."""
        where = [_S.account_id == account_id] if account_id else []
        open_ = _S.ended_at.is_(None) & (_S.expires_at > now)
        return SESSIONS.all(self._conn, *where, open_, order=[_S.id])

    def see_session(self, session_id: str, at: int) -> None:
        """Note when a session was used."""
        self._conn.execute(update(t.login_session).where(_S.id == session_id).values(seen_at=at))

    def end_sessions(self, ids: Sequence[str], at: int) -> int:
        """End sessions; return how many of them were open."""
        open_ = _S.id.in_(list(ids)) & _S.ended_at.is_(None)
        ended = update(t.login_session).where(open_).values(ended_at=at)
        return self._conn.execute(ended).rowcount

    def attempts(self, key: str) -> Attempts | None:
        """Return the failed logins under a key."""
        return ATTEMPTS.find(self._conn, _F.key == key)

    def keep_attempts(self, attempts: Attempts) -> None:
        """Write the failed logins under a key."""
        self._conn.execute(delete(t.login_attempts).where(_F.key == attempts.key))
        self._conn.execute(insert(t.login_attempts).values(ATTEMPTS.row(attempts)))

    def forget_attempts(self, key: str, before: int) -> None:
        """Forget the failed logins under a key, and all whose last was before a Unix second."""
        old = (_F.key == key) | (_F.last_at < before)
        self._conn.execute(delete(t.login_attempts).where(old))
