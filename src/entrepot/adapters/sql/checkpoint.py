"""The checkpoint beside the database: the journal's last head, kept in a file of its own.

Whoever truncates the database to an earlier, consistent state has to know of this file as
well; an auditor keeps a copy of it elsewhere.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from entrepot.domain.oversight.model import Checkpoint

UNREADABLE = Checkpoint("", -1, "")
"""What an edited checkpoint is read as: the journal's verification reports it."""


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint in one step, unless a later one is there already.

    Args:
        path: file to replace.
        checkpoint: head of a journal whose transaction is committed.
    """
    before = read_checkpoint(path)
    if before and before.home_id == checkpoint.home_id and before.seq >= checkpoint.seq:
        return
    # Threads and processes that write at once must not share a draft.
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(checkpoint.text())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Read the checkpoint.

    Args:
        path: file.

    Returns:
        None if there is no file; :data:`UNREADABLE`, which fits no journal, if the file
        holds no checkpoint.
    """
    try:
        return Checkpoint.read(path.read_text(encoding="utf-8")) or UNREADABLE
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return UNREADABLE
