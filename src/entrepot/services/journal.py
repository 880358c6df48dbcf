"""Read and prove the journal, and keep its end elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from entrepot.domain.oversight.model import Checkpoint
from entrepot.kernel.errors import Conflict, Fault, Invalid, NotFound
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App

BYTES_MAX = 4096
"""A checkpoint is one line; a longer file is something else."""


@dataclass(frozen=True, slots=True)
class JournalProof:
    """What the journal's verification found, and where the journal ends.

    Attributes:
        head: home, number, time and hash of the last entry.
    """

    problems: tuple[str, ...]
    head: r.Body


def prove_journal(app: App, kept: Checkpoint | None = None) -> JournalProof:
    """Prove the journal, and that it holds a checkpoint that was kept elsewhere.

    Args:
        app: the exchange.
        kept: a checkpoint from outside the home; None asks nothing of it.
    """
    problems = list(app.store.verify_journal())
    if kept is not None and not problems and not _holds(app, kept):
        problems.append(f"journal {kept.seq}: the checkpoint kept elsewhere is of another journal")
    head: r.Body = {} if problems else app.store.journal_head()
    return JournalProof(tuple(problems), head)


def _holds(app: App, kept: Checkpoint) -> bool:
    head = app.store.journal_head()
    if kept.home_id != head["home_id"]:
        return False
    if kept.seq == head["seq"]:
        return kept.hash == head["hash"]
    entry = app.store.journal_entry(kept.seq)
    return entry is not None and entry["hash"] == kept.hash


def the_entry(app: App, seq: int) -> r.Body:
    """Return an entry of the journal.

    Raises:
        NotFound: the journal has no such number.
    """
    entry = app.store.journal_entry(seq)
    if entry is None:
        raise NotFound(
            "audit.entry",
            N_("The journal has no entry {seq}; its last one is {last}."),
            hint=N_("See: entrepot audit list"),
            seq=seq,
            last=app.store.journal_head()["seq"],
        )
    return entry


def head_of(app: App) -> Checkpoint:
    """Return the end of the journal as a checkpoint."""
    head = app.store.journal_head()
    return Checkpoint(str(head["home_id"]), cast("int", head["seq"]), str(head["hash"]))


def read_kept_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint that was kept outside the home.

    Raises:
        NotFound: the file cannot be read.
        Invalid: it holds no checkpoint.
    """
    try:
        with path.open("rb") as file:
            text = file.read(BYTES_MAX).decode()
    except OSError as error:
        raise NotFound(
            "audit.file",
            N_("The file {path} cannot be read: {why}."),
            hint=N_("Name the file that entrepot audit checkpoint --out wrote."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
    except UnicodeDecodeError:
        text = ""
    found = Checkpoint.read(text)
    if found is None:
        raise Invalid(
            "audit.checkpoint",
            N_("{path} holds no checkpoint."),
            hint=N_("A checkpoint is one line: entrepot audit checkpoint"),
            path=str(path),
        )
    return found


def write_kept_checkpoint(path: Path, head: Checkpoint) -> None:
    """Write a checkpoint to a new file.

    Raises:
        Conflict: the file is there; an older checkpoint may be in it, and is worth keeping.
        Fault: it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(head.text())
    except FileExistsError:
        raise Conflict(
            "audit.exists",
            N_("{path} is there already, and an old checkpoint is worth keeping."),
            hint=N_("Choose another name."),
            path=str(path),
        ) from None
    except OSError as error:
        raise Fault(
            "audit.unwritable",
            N_("The file {path} cannot be written: {why}."),
            hint=N_("Choose another place."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
