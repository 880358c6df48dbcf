"""Keep the database: prove it, migrate it, save it, bring it back, move it to another server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports_database import (
        DatabaseInfo,
        Manifest,
        Migration,
        Restored,
        Told,
    )


@dataclass(frozen=True, slots=True)
class DatabaseProof:
    """What a check of the whole database found; each part one sentence a problem.

    Attributes:
        schema: tables against those of the program.
        books: file, ledger and deals.
        journal: entries, keys and the recorded end.
        notes: what an operator should know and no proof rests on.
    """

    schema: tuple[str, ...]
    books: tuple[str, ...]
    journal: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong."""
        return self.schema + self.books + self.journal


def prove_database(app: App) -> DatabaseProof:
    """Prove tables, books and journal; the last two only where the tables are right.

    Args:
        app: the exchange.
    """
    from entrepot.services.check import check_books

    schema = tuple(app.database.differences())
    notes = tuple(app.database.notes())
    if schema:
        return DatabaseProof(schema, (), (), notes)
    return DatabaseProof((), tuple(check_books(app)), tuple(app.store.verify_journal()), notes)


def look(app: App) -> DatabaseInfo:
    """Return what the database is and holds; nothing is upgraded."""
    return app.database.info()


def plan_migration(app: App, target: int | None) -> Migration:
    """Return what a migration would run.

    Args:
        app: the exchange.
        target: version of the schema; None is the program's own.

    Raises:
        Invalid: the program knows no such schema.
    """
    newest = app.database.info().schema_of_program
    if target is not None and not 1 <= target <= newest:
        raise Invalid(
            "db.no_schema",
            N_("This program knows no schema {target}; its schemas go from 1 to {newest}."),
            hint=N_("Leave --to out to take the newest."),
            target=target,
            newest=newest,
        )
    return app.database.plan(target)


def migrate(app: App, target: int | None) -> Migration:
    """Lead the database to a schema; see :func:`plan_migration`."""
    plan_migration(app, target)
    return app.database.migrate(target)


def back_up(app: App, file: Path, told: Told) -> Manifest:
    """Write database and home into one file while writers go on.

    Args:
        app: the exchange.
        file: to write; it must not be there.
        told: progress.
    """
    return app.database.backup(file, app.clock.now(), told)


def bring_back(app: App, file: Path, told: Told, *, force: bool) -> Restored:
    """Bring back what a backup holds, proven before it takes its place.

    Args:
        app: the exchange, over the home that is to be.
        file: the backup.
        told: progress.
        force: move a home that is there aside; False refuses.
    """
    return app.database.restore(file, told, force=force)
