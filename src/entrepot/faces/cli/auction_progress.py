"""How far the solver of an auction is, on one line of standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import PATIENCE_S, money
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.market.solution import Progress, Step

MICRO_PER_CENT = 10_000
STAGES = {
    "dual": N_("prices"),
    "construct": N_("first answer"),
    "anneal": N_("search"),
    "polish": N_("polish"),
    "mip": N_("programs"),
    "exact": N_("whole program"),
}


@contextmanager
def solver_progress(
    *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Generator[Progress]:
    """Show stage, welfare and gap, once a run has taken longer than a reader's patience.

    Args:
        stream: where to; standard error by default. Nothing is shown if it is no terminal.
        clock: seconds from any origin.

    Yields:
        What the solver tells its steps.
    """
    out = sys.stderr if stream is None else stream
    begun, shown = clock(), False

    def told(step: Step) -> None:
        nonlocal shown
        if clock() - begun < PATIENCE_S or not out.isatty():
            return
        out.write(f"\r\x1b[2K{line_of(step)}")
        out.flush()
        shown = True

    try:
        yield told
    finally:
        if shown:
            out.write("\r\x1b[2K")
            out.flush()


def line_of(step: Step) -> str:
    """Return a step in words: stage, welfare so far, and how far below the best it may be."""
    stage = _(STAGES.get(step.stage, step.stage))
    worth = money(Amount(step.welfare // MICRO_PER_CENT, HKD))
    gap = max(0, step.bound - step.welfare) * 10_000 // step.bound if step.bound > 0 else 0
    words = _(N_("{stage}: welfare {worth}, gap at most {gap} %"))
    return words.format(stage=stage, worth=worth, gap=f"{gap // 100}.{gap % 100:02d}")
