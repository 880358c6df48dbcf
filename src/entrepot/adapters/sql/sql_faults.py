"""What a database complains of, as a refusal with a way out.

SQLite is known by its words, which are English always; PostgreSQL by its SQLSTATE, since a
server may speak any language.

Source: PostgreSQL error codes, https://www.postgresql.org/docs/15/errcodes-appendix.html,
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Refused
from entrepot.kernel.text import N_

BUSY_TIMEOUT_MS = 10_000
"""A command waits so long for its turn to write."""


@contextmanager
def sql_errors() -> Generator[None]:
    """Turn a database's exceptions into refusals with a way out.

    Raises:
        EntrepotError: busy, damaged, full, not writable, or not reachable.
    """
    try:
        yield
    except SQLAlchemyError as error:
        known = explain(error)
        if known is None:
            raise
        raise known from error
    except UnicodeDecodeError as error:
        # SQLite quotes damaged text in its own complaint, and the driver cannot read it.
        raise _damaged() from error


def explain(error: SQLAlchemyError) -> EntrepotError | None:
    """Return the refusal that a database's exception stands for, or None if unknown.

    Args:
        error: what SQLAlchemy raised.
    """
    origin = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(origin, "sqlstate", None)
    if isinstance(state, str):
        return _by_state(state)
    text = str(origin).lower()
    for fragments, refusal in _BY_WORDS:
        if any(fragment in text for fragment in fragments):
            return refusal()
    return None


def _by_state(state: str) -> EntrepotError | None:
    for beginnings, refusal in _BY_STATE:
        if state.startswith(beginnings):
            return refusal()
    return None


def _busy() -> EntrepotError:
    return Conflict(
        "store.busy",
        N_("Another process has kept the books locked for {seconds} seconds."),
        hint=N_("Let the other entrepot command finish, then try again."),
        seconds=BUSY_TIMEOUT_MS // 1000,
    )


def _damaged() -> EntrepotError:
    return Fault(
        "store.damaged",
        N_("The database of the home folder is damaged and cannot be read."),
        hint=N_("Restore the last backup of the home folder, then run: entrepot ledger check"),
    )


def _unwritable() -> EntrepotError:
    return Refused(
        "home.unwritable",
        N_("The home folder cannot be written."),
        hint=N_("Give yourself write permission on it, or choose another by --home."),
    )


def _full() -> EntrepotError:
    return Fault(
        "store.full",
        N_("The disk of the home folder is full; nothing was booked."),
        hint=N_("Free some space, then try again."),
    )


def _server_full() -> EntrepotError:
    return Fault(
        "store.server_full",
        N_("The disk of the database server is full; nothing was booked."),
        hint=N_("Free some space there, then try again."),
    )


def _rights() -> EntrepotError:
    return Refused(
        "store.rights",
        N_("The database does not let its user do this."),
        hint=N_("Let ENTREPOT_DB name the user that owns the database, on a server that writes."),
    )


def _lost() -> EntrepotError:
    return Fault(
        "store.lost",
        N_("The database server answers no more."),
        hint=N_("Once it runs, give the command again with the same --key: one effect only."),
    )


Row = tuple[tuple[str, ...], Callable[[], EntrepotError]]

_BY_WORDS: tuple[Row, ...] = (
    (("database is locked", "database table is locked"), _busy),
    (("malformed", "not a database", "disk i/o error", "could not decode"), _damaged),
    (("readonly database", "unable to open database", "permission denied"), _unwritable),
    (("disk is full", "no space left"), _full),
    (("connection failed", "connection is bad", "connection refused"), _lost),
    (("could not connect", "failed to resolve", "connection timeout"), _lost),
    (("connection is closed", "consuming input failed", "connection is lost"), _lost),
    (("closed the connection", "terminating connection"), _lost),
)

_BY_STATE: tuple[Row, ...] = (
    (("55P03", "40P01", "40001"), _busy),
    (("53100",), _server_full),
    (("53300", "57P03", "08"), _lost),
    (("57P01", "57P02", "57P05"), _lost),
    (("42501", "25006"), _rights),
    (("XX001", "XX002", "58030"), _damaged),
)
