"""One-time links, ceremonies, passkeys, logins from outside and joint projects in SQL."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from entrepot.adapters.sql import identity_link_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_identity_links import (
    Ceremony,
    Invitation,
    InvitationKind,
    OutsideLogin,
    Passkey,
    Project,
)

INVITATIONS = RecordTable(t.invitation, Invitation)
CEREMONIES = RecordTable(t.ceremony, Ceremony)
PASSKEYS = RecordTable(t.passkey, Passkey)
OUTSIDE = RecordTable(t.outside_login, OutsideLogin)
PROJECTS = RecordTable(t.project, Project)
_I, _C, _K = t.invitation.c, t.ceremony.c, t.passkey.c
_O, _P, _Q = t.outside_login.c, t.project.c, t.project_quote.c


class SqlLinks:
    """The port ``LinkBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        INVITATIONS.add(self._conn, invitation)

    def invitation_of(self, digest: str) -> Invitation | None:
        """Return the invitation of a secret's digest, used or not."""
        return INVITATIONS.find(self._conn, _I.digest == digest)

    def invitations(self, now: int) -> list[Invitation]:
        """Return the invitations that can still be used, in order of id."""
        usable = _I.used_at.is_(None) & (_I.expires_at > now)
        return INVITATIONS.all(self._conn, usable, order=[_I.id])

    def use_invitation(self, invitation_id: str, account_id: str, at: int) -> bool:
        """Note who used an invitation; False if somebody has."""
        unused = (_I.id == invitation_id) & _I.used_at.is_(None)
        used = update(t.invitation).where(unused).values(used_at=at, account_id=account_id)
        return self._conn.execute(used).rowcount == 1

    def withdraw_invitations(self, kind: InvitationKind, login: str, at: int) -> None:
        """Let the unused invitations of a kind and login lapse."""
        unused = (_I.kind == kind) & (_I.login == login) & _I.used_at.is_(None)
        later = unused & (_I.expires_at > at)
        self._conn.execute(update(t.invitation).where(later).values(expires_at=at))

    def end_invitation(self, invitation_id: str, at: int) -> bool:
        """Let an unused invitation lapse; False if it is used or over."""
        usable = (_I.id == invitation_id) & _I.used_at.is_(None) & (_I.expires_at > at)
        ended = update(t.invitation).where(usable).values(expires_at=at)
        return self._conn.execute(ended).rowcount == 1

    def add_ceremony(self, ceremony: Ceremony, now: int) -> None:
        """Keep a ceremony and drop those whose time is over."""
        self._conn.execute(delete(t.ceremony).where(_C.expires_at <= now))
        CEREMONIES.add(self._conn, ceremony)

    def take_ceremony(self, digest: str, kind: str) -> Ceremony | None:
        """Return a ceremony and drop it, so that it is answered once."""
        which = (_C.digest == digest) & (_C.kind == kind)
        found = CEREMONIES.find(self._conn, which)
        if found is None or self._conn.execute(delete(t.ceremony).where(which)).rowcount != 1:
            return None
        return found

    def add_passkey(self, passkey: Passkey) -> None:
        """Keep a passkey."""
        PASSKEYS.add(self._conn, passkey)

    def passkey(self, passkey_id: str) -> Passkey | None:
        """Return a passkey."""
        return PASSKEYS.find(self._conn, _K.id == passkey_id)

    def passkeys(self, account_id: str) -> list[Passkey]:
        """Return the passkeys of an account."""
        return PASSKEYS.all(self._conn, _K.account_id == account_id, order=[_K.made_at, _K.id])

    def use_passkey(self, passkey_id: str, sign_count: int, at: int) -> None:
        """Note the use of a passkey."""
        values = {"sign_count": sign_count, "used_at": at}
        self._conn.execute(update(t.passkey).where(_K.id == passkey_id).values(values))

    def drop_passkey(self, account_id: str, passkey_id: str) -> bool:
        """Drop a passkey of an account; False if it has none of that id."""
        which = (_K.id == passkey_id) & (_K.account_id == account_id)
        return self._conn.execute(delete(t.passkey).where(which)).rowcount == 1

    def add_outside(self, login: OutsideLogin) -> None:
        """Keep a login from outside; an issuer's subject has one account."""
        OUTSIDE.add(self._conn, login)

    def outside(self, issuer: str, subject: str) -> OutsideLogin | None:
        """Return a login from outside."""
        return OUTSIDE.find(self._conn, (_O.issuer == issuer) & (_O.subject == subject))

    def is_outside(self, account_id: str) -> bool:
        """Say whether an account has a login from outside."""
        return OUTSIDE.find(self._conn, _O.account_id == account_id) is not None

    def add_project(self, project: Project) -> None:
        """Keep a project."""
        PROJECTS.add(self._conn, project)

    def project(self, project_id: str) -> Project | None:
        """Return a project."""
        return PROJECTS.find(self._conn, _P.id == project_id)

    def projects(self, firm_id: str = "") -> list[Project]:
        """Return projects in order of id, of one firm or of all."""
        where = [_P.firm_id == firm_id] if firm_id else []
        return PROJECTS.all(self._conn, *where, order=[_P.id])

    def close_project(self, project_id: str, at: int) -> bool:
        """Close a project; False if it is closed, or there is none."""
        open_ = (_P.id == project_id) & _P.closed_at.is_(None)
        closed = update(t.project).where(open_).values(closed_at=at)
        return self._conn.execute(closed).rowcount == 1

    def put_in_project(self, quote_id: str, project: Project) -> None:
        """Note that a quote, and what comes of it, belongs to a project."""
        row = {"quote_id": quote_id, "project_id": project.id, "firm_id": project.firm_id}
        self._conn.execute(insert(t.project_quote).values(row))

    def project_of_quote(self, quote_id: str) -> str:
        """Return the project of a quote; empty if it has none."""
        query = select(_Q.project_id).where(_Q.quote_id == quote_id)
        return self._conn.execute(query).scalar_one_or_none() or ""

    def quotes_of_project(self, project_id: str) -> list[str]:
        """Return the quotes of a project in order of id."""
        query = select(_Q.quote_id).where(_Q.project_id == project_id).order_by(_Q.quote_id)
        return list(self._conn.execute(query).scalars())
