"""What ``entrepot db`` prints for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, number, pad, show_table, size
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_database import (
        Contents,
        DatabaseInfo,
        Manifest,
        Migration,
        Restored,
    )


def show_info(found: DatabaseInfo) -> None:
    """Print what the database is and holds."""
    held = found.contents
    rows = (
        (N_("kept by"), found.server),
        (N_("where"), found.address),
        (N_("home"), held.home_id),
        (
            N_("schema"),
            _(N_("{there}; this program's is {ours}")).format(
                there=found.schema, ours=found.schema_of_program
            ),
        ),
        (N_("size"), size(found.size_bytes)),
        (N_("ledger"), f"{number(held.ledger_seq)}  {held.ledger_head}"),
        (N_("journal"), f"{number(held.journal_seq)}  {held.journal_head}"),
    )
    for label, value in rows:
        print(f"{pad(_(label), 10)} {value}")
    counts = [[name, number(count)] for name, count in held.rows.items() if count]
    show_table([Column(_(N_("table"))), Column(_(N_("rows")), True)], counts)


def show_plan(planned: Migration) -> None:
    """Print the statements of a migration, as psql and sqlite3 read them."""
    text = N_("-- from schema {before} to schema {after}: {count} statements")
    print(_(text).format(before=planned.before, after=planned.after, count=len(planned.statements)))
    for statement in planned.statements:
        print(f"{statement};")


def show_migrated(gone: Migration) -> None:
    """Print what a migration did."""
    if gone.before == gone.after:
        done(_(N_("The database has schema {n} already.")).format(n=gone.after))
        return
    text = N_("The database went from schema {before} to schema {after}.")
    done(_(text).format(before=gone.before, after=gone.after))
    if gone.kept:
        print(_(N_("  as it was: {path}")).format(path=gone.kept))


def show_backup(file: Path, manifest: Manifest) -> None:
    """Print what a backup holds."""
    text = N_("The backup is written: {path}, {bytes}, {files} files, {rows} rows.")
    done(
        _(text).format(
            path=file,
            bytes=size(file.stat().st_size),
            files=number(len(manifest.files)),
            rows=number(sum(manifest.contents.rows.values())),
        )
    )
    show_heads(manifest.contents)
    if manifest.left_out:
        print(_(N_("  links left out: {count}")).format(count=number(manifest.left_out)))
    print(_(N_("  It holds the keys of the home: keep it safe.")))


def show_heads(held: Contents) -> None:
    """Print where ledger and journal end."""
    print(f"  {pad(_(N_('ledger')), 10)} {number(held.ledger_seq)}  {held.ledger_head}")
    print(f"  {pad(_(N_('journal')), 10)} {number(held.journal_seq)}  {held.journal_head}")


def show_restored(home: Path, restored: Restored) -> None:
    """Print what came back and where the home before it lies."""
    done(_(N_("The backup is back and proven: {path}")).format(path=home))
    show_heads(restored.manifest.contents)
    if restored.aside:
        print(_(N_("  the home before it: {path}")).format(path=restored.aside))
    print(_(N_("Next: entrepot run --resume")))


def show_copied(target: str, contents: Contents) -> None:
    """Print what was copied and how to use it."""
    rows = number(sum(contents.rows.values()))
    done(_(N_("{rows} rows are copied and proven: {target}")).format(rows=rows, target=target))
    show_heads(contents)
    print(_(N_("To use it, set ENTREPOT_DB to its address.")))
