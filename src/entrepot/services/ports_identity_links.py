"""One-time links, ceremonies, keys and logins from outside, joint projects, and their port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from entrepot.domain.access.model import Level, Role, ScopeKind
from entrepot.services.records import Body

InvitationKind = Literal["setup", "invite", "reset"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that is used once: to begin a home, to join, or to choose a new password.

    Attributes:
        id: ``IV-…``; digest: SHA-256 of its secret.
        kind: ``setup`` makes the first operator, ``invite`` gives a role, ``reset`` a password.
        login: whom it is for; empty where whoever holds it chooses.
        role, scope, scope_id, level: what it gives.
        made_at, expires_at, used_at: Unix seconds; the last is None while unused.
        account_id: who used it, or for ``reset`` may use it.
    """

    id: str
    kind: InvitationKind
    digest: str
    login: str
    role: Role
    scope: ScopeKind
    scope_id: str
    level: Level
    made_at: int
    made_by: str
    expires_at: int
    used_at: int | None
    account_id: str


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A step between exchange and browser that waits for its answer, once.

    Attributes:
        digest: SHA-256 of what the browser brings back.
        kind: ``passkey_register``, ``passkey_login`` or ``oidc``.
        account_id: whose it is; empty before a login.
        body: challenge, nonce, verifier and what else the answer is judged by.
        expires_at: Unix second.
    """

    digest: str
    kind: str
    account_id: str
    body: Body
    expires_at: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key that an authenticator holds for an account.

    Attributes:
        id: of the credential, base64url; public_key: COSE, base64url.
        sign_count: of its last use; name: as its owner calls it.
        made_at, used_at: Unix seconds.
    """

    id: str
    account_id: str
    public_key: str
    sign_count: int
    name: str
    made_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class OutsideLogin:
    """An account of another issuer that signs in to one of ours.

    Attributes:
        issuer: of OpenID Connect; subject: its own id of the person.
        made_at: Unix second.
    """

    issuer: str
    subject: str
    account_id: str
    made_at: int


@dataclass(frozen=True, slots=True)
class Project:
    """A joint project: one firm pays, members of several institutions work in it.

    Attributes:
        id: ``PJ-…``; firm_id: who pays.
        made_at, closed_at: Unix seconds; the latter None while it is open.
    """

    id: str
    firm_id: str
    name: str
    made_at: int
    made_by: str
    closed_at: int | None


class LinkBook(Protocol):
    """Invitations, ceremonies, passkeys, outside logins and projects inside a transaction."""

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        ...

    def invitation_of(self, digest: str) -> Invitation | None:
        """Return the invitation of a secret's digest, used or not."""
        ...

    def invitations(self, now: int) -> list[Invitation]:
        """Return the invitations that can still be used, in order of id."""
        ...

    def use_invitation(self, invitation_id: str, account_id: str, at: int) -> bool:
        """Note who used an invitation; False if somebody has."""
        ...

    def withdraw_invitations(self, kind: InvitationKind, login: str, at: int) -> None:
        """Let the unused invitations of a kind and login lapse."""
        ...

    def end_invitation(self, invitation_id: str, at: int) -> bool:
        """Let an unused invitation lapse; False if it is used or over."""
        ...

    def add_ceremony(self, ceremony: Ceremony, now: int) -> None:
        """Keep a ceremony and drop those whose time is over."""
        ...

    def take_ceremony(self, digest: str, kind: str) -> Ceremony | None:
        """Return a ceremony and drop it, so that it is answered once."""
        ...

    def add_passkey(self, passkey: Passkey) -> None:
        """Keep a passkey."""
        ...

    def passkey(self, passkey_id: str) -> Passkey | None:
        """Return a passkey."""
        ...

    def passkeys(self, account_id: str) -> list[Passkey]:
        """Return the passkeys of an account."""
        ...

    def use_passkey(self, passkey_id: str, sign_count: int, at: int) -> None:
        """Note the use of a passkey."""
        ...

    def drop_passkey(self, account_id: str, passkey_id: str) -> bool:
        """Drop a passkey of an account; False if it has none of that id."""
        ...

    def add_outside(self, login: OutsideLogin) -> None:
        """Keep a login from outside; an issuer's subject has one account."""
        ...

    def outside(self, issuer: str, subject: str) -> OutsideLogin | None:
        """Return a login from outside."""
        ...

    def is_outside(self, account_id: str) -> bool:
        """Say whether an account has a login from outside."""
        ...

    def add_project(self, project: Project) -> None:
        """Keep a project."""
        ...

    def project(self, project_id: str) -> Project | None:
        """Return a project."""
        ...

    def projects(self, firm_id: str = "") -> list[Project]:
        """Return projects in order of id, of one firm or of all."""
        ...

    def close_project(self, project_id: str, at: int) -> bool:
        """Close a project; False if it is closed, or there is none."""
        ...

    def put_in_project(self, quote_id: str, project: Project) -> None:
        """Note that a quote, and what comes of it, belongs to a project."""
        ...

    def project_of_quote(self, quote_id: str) -> str:
        """Return the project of a quote; empty if it has none."""
        ...

    def quotes_of_project(self, project_id: str) -> list[str]:
        """Return the quotes of a project in order of id."""
        ...


class WithLinks(Protocol):
    """A transaction over invitations, passkeys and projects."""

    @property
    def links(self) -> LinkBook:
        """Invitations, ceremonies, passkeys, outside logins, projects."""
        ...
