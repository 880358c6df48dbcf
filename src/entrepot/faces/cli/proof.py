"""How a failed proof is told: each problem as one sentence, then the refusal with its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from entrepot.faces.cli.frame import Session
from entrepot.faces.cli.output import emit, number, warn
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_

SHOWN_MAX = 50
"""More sentences than this help nobody; ``--json`` gives all."""

RESTORE = N_("Stop trading, keep a copy of the home folder, and restore the last backup.")


def tell_problems(
    session: Session,
    data: Mapping[str, object],
    problems: Sequence[str],
    code: str,
    sentence: str,
    hint: str = RESTORE,
) -> NoReturn:
    """Print the problems, or ``data`` as JSON, and refuse.

    Args:
        session: the call.
        data: the whole answer, for programs.
        problems: one sentence each.
        code: code of the refusal.
        sentence: of the refusal, marked, with a place ``{count}``.
        hint: what to do, marked.

    Raises:
        Refused: always.
    """

    def render() -> None:
        for problem in problems[:SHOWN_MAX]:
            warn(problem)

    emit(session, data, render)
    raise Refused(
        code,
        sentence,
        hint=hint,
        count=number(len(problems)),
    )
