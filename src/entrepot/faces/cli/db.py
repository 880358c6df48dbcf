"""``entrepot db``: look at the database, prove it, migrate it, save it, bring it back, move it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.db_show import (
    show_backup,
    show_copied,
    show_info,
    show_migrated,
    show_plan,
    show_restored,
)
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit, progress, warn
from entrepot.faces.cli.proof import tell_problems
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_database import Manifest, Told

UNPROVEN = N_("The database does not prove: problems found: {count}.")
OTHER_TABLES = N_("The tables are not those of this program: differences found: {count}.")
MIGRATE = N_("Run: entrepot db migrate. If it changes nothing, somebody has altered the tables.")


@cli_group(
    "db",
    help=N_("Look after the database: prove, migrate, back up, restore, copy."),
    examples=(
        "entrepot db info",
        "entrepot db check",
        "entrepot db backup monday.tar",
        "entrepot db restore monday.tar --home ./again",
        "entrepot db copy postgresql://desk@db.example/entrepot",
    ),
)
def command() -> None:
    """Hold the commands of the database."""


@command.command(
    "info",
    help=N_("Show what keeps the database, its schema, its size and where its chains end."),
    examples=("entrepot db info", "entrepot db info --json"),
)
@json_option
@pass_session
def info(session: Session) -> None:
    """Show the database."""
    from entrepot.services.database import look

    found = look(session.app)
    emit(session, asdict(found), lambda: show_info(found))


@command.command(
    "check",
    help=N_(
        "Prove the database in one go: its tables are those of this program, its file is whole, "
        "the books balance, and nobody edited the journal. Ends with 3 if anything is wrong."
    ),
    examples=("entrepot db check", "entrepot db check --json"),
)
@json_option
@pass_session
def check(session: Session) -> None:
    """Prove the database."""
    from entrepot.services.database import prove_database

    app = session.app
    proof = wait_for(_(N_("Proving the database")), lambda: prove_database(app))
    data = {"proven": not proof.problems, **asdict(proof)}
    for note in proof.notes if not session.json else ():
        warn(note)
    if proof.schema:
        tell_problems(session, data, proof.problems, "db.tables", OTHER_TABLES, MIGRATE)
    if proof.problems:
        tell_problems(session, data, proof.problems, "db.unproven", UNPROVEN)

    def render() -> None:
        done(_(N_("The database is proven: tables, books and journal.")))

    emit(session, data, render)


@command.command(
    "migrate",
    help=N_(
        "Lead the tables to the schema of this program, or to an earlier one for an older program. "
        "All or nothing; on SQLite a copy of the database as it was is laid beside it."
    ),
    examples=(
        "entrepot db migrate",
        "entrepot db migrate --dry-run",
        "entrepot db migrate --to 1 --dry-run",
    ),
)
@click.option("--to", "target", metavar="N", type=int, help=N_("Schema to reach."))
@click.option("--dry-run", is_flag=True, help=N_("Only print the statements that would run."))
@json_option
@pass_session
def migrate(session: Session, target: int | None, dry_run: bool) -> None:
    """Migrate the database."""
    from entrepot.services import database

    app = session.app
    if dry_run:
        planned = database.plan_migration(app, target)
        emit(session, asdict(planned), lambda: show_plan(planned))
        return
    gone = wait_for(_(N_("Migrating the database")), lambda: database.migrate(app, target))
    emit(session, asdict(gone), lambda: show_migrated(gone))


@command.command(
    "backup",
    help=N_(
        "Write database, keys, papers and jobs into one file, while others go on working. "
        "The file holds the keys: keep it as safe as the home."
    ),
    examples=("entrepot db backup monday.tar", "entrepot db backup monday.tar --json"),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@pass_session
def backup(session: Session, file: Path) -> None:
    """Back up the home."""
    from entrepot.services.database import back_up

    with _telling(_(N_("Backing up"))) as told:
        manifest = back_up(session.app, file, told)
    data = {"file": str(file), "bytes": file.stat().st_size, **_manifest_data(manifest)}
    emit(session, data, lambda: show_backup(file, manifest))


@command.command(
    "restore",
    help=N_(
        "Bring a backup back into the home that --home names, which must be empty. Every digest, "
        "the books and the journal are proven before it takes its place. "
        "With ENTREPOT_DB its rows go into that empty database."
    ),
    examples=(
        "entrepot db restore monday.tar --home ./again",
        "entrepot db restore monday.tar --force",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help=N_("Move a home that is there aside first."))
@json_option
@pass_session
def restore(session: Session, file: Path, force: bool) -> None:
    """Restore a backup."""
    from entrepot.services.database import bring_back

    with _telling(_(N_("Restoring"))) as told:
        restored = bring_back(session.app, file, told, force=force)
    data = {
        "home": str(session.app.home),
        "schema": restored.schema,
        "aside": restored.aside,
        **_manifest_data(restored.manifest),
    }
    emit(session, data, lambda: show_restored(session.app.home, restored))


@command.command(
    "copy",
    help=N_(
        "Copy every row into the empty database at ADDRESS, SQLite or PostgreSQL, and prove the "
        "copy. Stop other commands first: what they book afterwards is not in the copy. A password "
        "is best kept in .pgpass."
    ),
    examples=(
        "entrepot db copy postgresql://desk@db.example/entrepot",
        "ENTREPOT_DB=postgresql://desk@db.example/entrepot "
        "entrepot db copy sqlite:////srv/entrepot/entrepot.db",
    ),
)
@click.argument("address", metavar="ADDRESS")
@json_option
@pass_session
def copy(session: Session, address: str) -> None:
    """Copy the database."""
    with _telling(_(N_("Copying"))) as told:
        target, contents = session.app.database.copy_to(address, told)
    data = {"target": target, **asdict(contents)}
    emit(session, data, lambda: show_copied(target, contents))


@contextmanager
def _telling(label: str) -> Generator[Told]:
    """Give what tells on a terminal how far a long step is; each whole has a line of its own."""
    with ExitStack() as stack:
        steps: dict[int, object] = {}

        def told(count: int, whole: int) -> None:
            if whole not in steps:
                stack.close()
                steps.clear()
                steps[whole] = stack.enter_context(progress(label, whole))
            step = steps[whole]
            if callable(step):
                step(count)

        yield told


def _manifest_data(manifest: Manifest) -> dict[str, object]:
    data = asdict(manifest)
    files = data.pop("files")
    return {**data, "files": len(files)}
