"""Wait for work that cannot say how far it is: the reader sees that it goes on."""

from __future__ import annotations

import contextvars
import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO, TypeVar

from entrepot.faces.cli.output import PATIENCE_S, duration

T = TypeVar("T")
TICK_S = 0.25


def wait_for(
    label: str,
    work: Callable[[], T],
    *,
    stream: TextIO | None = None,
    patience_s: float = PATIENCE_S,
) -> T:
    """Do ``work`` and return what it returns; on a terminal, say so once it takes long.

    Args:
        label: what is being done, in the reader's language.
        work: done in a thread of its own, so that the terminal can be written meanwhile.
        stream: where to; standard error by default. Nothing is shown if it is no terminal.
        patience_s: seconds before anything is shown.

    Raises:
        BaseException: whatever ``work`` raises.
    """
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        return work()
    results: list[T] = []
    errors: list[BaseException] = []
    language = contextvars.copy_context()  # a new thread would speak English again

    def run() -> None:
        try:
            results.append(language.run(work))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    begun = time.monotonic()
    thread.start()
    _watch(thread, out, label, begun, patience_s)
    if errors:
        raise errors[0]
    return results[0]


def _watch(
    thread: threading.Thread, out: TextIO, label: str, begun: float, patience_s: float
) -> None:
    shown = False
    while thread.is_alive():
        thread.join(TICK_S)
        spent = time.monotonic() - begun
        if thread.is_alive() and spent >= patience_s:
            out.write(f"\r\x1b[2K{label} … {duration(int(spent))}")
            out.flush()
            shown = True
    if shown:
        out.write("\r\x1b[2K")
        out.flush()
