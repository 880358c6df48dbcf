"""Accounts, grants, tokens and sessions as the services see them, and their port.

A secret is nowhere in them, only its SHA-256: each has at least 128 random bits, so that a slow
digest would add nothing. Passwords alone are kept by a slow one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from entrepot.domain.access.model import Grant, Level, Role, ScopeKind

AccountState = Literal["active", "disabled"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a program that signs in.

    Attributes:
        id: ``U-…``; login: e-mail or user name in small letters, under which acts are journalled.
        display: name to show; lang: ``en``, ``zh-Hant`` or ``zh-Hans``.
        password: as kept by Argon2id; empty while there is none.
        epoch: rises when rights or password change; sessions of an older one are made anew.
        made_at: Unix second.
    """

    id: str
    login: str
    display: str
    lang: str
    password: str
    state: AccountState
    epoch: int
    made_at: int
    made_by: str


@dataclass(frozen=True, slots=True)
class KeptGrant:
    """A grant as kept; it ends, and is never deleted.

    Attributes:
        id: ``GR-…``; made_at, ended_at: Unix seconds, the latter None while it holds.
        proposal_id: of the two persons behind it; empty where one suffices.
    """

    id: str
    account_id: str
    role: Role
    scope: ScopeKind
    scope_id: str
    level: Level
    made_at: int
    made_by: str
    proposal_id: str
    ended_at: int | None

    @property
    def grant(self) -> Grant:
        """The right itself."""
        return Grant(self.role, self.scope, self.scope_id, self.level)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of a program.

    Attributes:
        id: ``TK-…``; name: what it is for; digest: SHA-256 of its text.
        scopes: what it is narrowed to; ``*`` alone narrows nothing.
        made_at, expires_at, used_at, revoked_at: Unix seconds; the last two None until then.
    """

    id: str
    account_id: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    made_at: int
    expires_at: int
    used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser.

    Attributes:
        id: ``SN-…``, to list and end it by; digest: SHA-256 of its cookie.
        epoch: of the account when it was made.
        made_at, seen_at, expires_at, ended_at: Unix seconds; the last is None while it is open.
        address, agent: whence it was opened, for its owner to recognise.
    """

    id: str
    account_id: str
    digest: str
    epoch: int
    made_at: int
    seen_at: int
    expires_at: int
    ended_at: int | None
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed logins under a key.

    Attributes:
        key: digest of an account's login or of an address.
        failures: in a row; last_at: Unix second of the last attempt.
        wait_until: Unix second before which none is let in.
    """

    key: str
    failures: int
    last_at: int
    wait_until: int


class AccountBook(Protocol):
    """Accounts, grants, tokens, sessions and failed logins inside a transaction."""

    def add_account(self, account: Account) -> None:
        """Keep an account; its login is taken once."""
        ...

    def account(self, account_id: str) -> Account | None:
        """Return an account."""
        ...

    def account_of(self, login: str) -> Account | None:
        """Return the account of a login in small letters."""
        ...

    def accounts(self) -> list[Account]:
        """Return all accounts in order of login."""
        ...

    def update_account(self, account: Account) -> None:
        """Write name, language, password, state and epoch of an account."""
        ...

    def add_grant(self, grant: KeptGrant) -> None:
        """Keep a grant; of one kind and scope an account holds one at a time."""
        ...

    def grant(self, grant_id: str) -> KeptGrant | None:
        """Return a grant, held or ended."""
        ...

    def grants_of(self, account_id: str) -> list[KeptGrant]:
        """Return the grants that an account holds, in order of id."""
        ...

    def grants_in(self, scope: ScopeKind, scope_id: str) -> list[KeptGrant]:
        """Return the grants that hold in a scope, in order of id."""
        ...

    def end_grant(self, grant_id: str, at: int) -> bool:
        """Note the end of a grant; False if it ended before, or there is none."""
        ...

    def add_token(self, token: ApiToken) -> None:
        """Keep a token."""
        ...

    def token(self, token_id: str) -> ApiToken | None:
        """Return a token by id."""
        ...

    def token_of(self, digest: str) -> ApiToken | None:
        """Return the token of a text's digest."""
        ...

    def tokens(self, account_id: str = "") -> list[ApiToken]:
        """Return tokens in order of id, of one account or of all."""
        ...

    def use_token(self, token_id: str, at: int) -> None:
        """Note when a token was used."""
        ...

    def revoke_token(self, token_id: str, at: int) -> bool:
        """Revoke a token; False if it was revoked, or there is none."""
        ...

    def add_session(self, session: Session) -> None:
        """Keep a session."""
        ...

    def session_of(self, digest: str) -> Session | None:
        """Return the session of a cookie's digest, open or ended."""
        ...

    def sessions(self, account_id: str = "", *, now: int = 0) -> list[Session]:
        """Return the sessions that nobody ended and whose time is not over, in order of id."""
        ...

    def see_session(self, session_id: str, at: int) -> None:
        """Note when a session was used."""
        ...

    def end_sessions(self, ids: Sequence[str], at: int) -> int:
        """End sessions; return how many of them were open."""
        ...

    def attempts(self, key: str) -> Attempts | None:
        """Return the failed logins under a key."""
        ...

    def keep_attempts(self, attempts: Attempts) -> None:
        """Write the failed logins under a key."""
        ...

    def forget_attempts(self, key: str, before: int) -> None:
        """Forget the failed logins under a key, and all whose last was before a Unix second."""
        ...


class WithAccounts(Protocol):
    """A transaction over accounts."""

    @property
    def accounts(self) -> AccountBook:
        """Accounts, grants, tokens, sessions."""
        ...
