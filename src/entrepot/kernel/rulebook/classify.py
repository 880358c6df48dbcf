"""Sorting cases into classes that the law treats alike, at the speed of plain statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from entrepot.kernel.rulebook.decide import DayGate
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.write_classifier import write_classifier

CaseClass = tuple[int, ...]
"""What a case is to a gate; see :mod:`entrepot.kernel.rulebook.write_classifier`."""


class Classifier(NamedTuple):
    """Sorts cases by one gate.

    Args:
        classify: ``(get, held)`` → class: ``get`` of the mapping of facts as stated, and the
            register's fact.
        complete: ``(facts, held)`` → class, for a mapping that states every fact of the gate;
            the quicker of the two.
    """

    classify: Callable[[Callable[..., object], frozenset[str] | None], CaseClass]
    complete: Callable[[Mapping[str, object], frozenset[str] | None], CaseClass]


@lru_cache(maxsize=64)
def classifier(compiled: DayGate, dictionary: FactDictionary, held: str) -> Classifier | None:
    """Return the functions that sort cases by a gate; written and compiled once a gate.

    Two cases of one class, with the same instruments in force, get equal verdicts of
    :func:`entrepot.kernel.rulebook.decide.judge_gate`.

    Args:
        compiled: the gate as it stands on a day.
        dictionary: the facts.
        held: the fact that comes from the register.

    Returns:
        The functions, or None for a gate that cannot be written out. They judge stated values
        as :meth:`FactDictionary.check` would, but leave their names to the caller. They raise
        TypeError on values that no dictionary can look up; the slow way judges those.
    """
    written = write_classifier(compiled, dictionary, held)
    if written is None:
        return None
    space = dict(written.constants)
    # The text holds names made by the writer only, nothing of a rule file or of a case.
    exec(compile(written.text, "<classifier>", "exec"), space)
    return Classifier(cast("Any", space["classify"]), cast("Any", space["complete"]))
