"""Sorting cases into classes that the law treats alike, at the speed of plain statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

from entrepot.kernel.rulebook.decide import DayGate
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.write_classifier import write_classifier

CaseClass = tuple[int, ...]
"""What a case is to a gate; see :mod:`entrepot.kernel.rulebook.write_classifier`."""

Classify = Callable[[Callable[..., object], "frozenset[str] | None"], CaseClass]
"""``(get, held)`` → class: ``get`` of the mapping of facts as stated, and the register's fact."""


@lru_cache(maxsize=64)
def classifier(compiled: DayGate, dictionary: FactDictionary, held: str) -> Classify | None:
    """Return the function that sorts cases by a gate; written and compiled once a gate.

    Two cases of one class, with the same instruments in force, get equal verdicts of
    :func:`entrepot.kernel.rulebook.decide.judge_gate`.

    Args:
        compiled: the gate as it stands on a day.
        dictionary: the facts.
        held: the fact that comes from the register.

    Returns:
        The function, or None for a gate that cannot be written out. It judges stated values
        as :meth:`FactDictionary.check` would, but leaves their names to the caller. It raises
        TypeError on values that no dictionary can look up; the slow way judges those.
    """
    written = write_classifier(compiled, dictionary, held)
    if written is None:
        return None
    space = dict(written.constants)
    # The text holds names made by the writer only, nothing of a rule file or of a case.
    exec(compile(written.text, "<classifier>", "exec"), space)
    return cast("Classify", space["classify"])
