"""Guessing what a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable

_LIKENESS_MIN = 0.6


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like ``word``, or None when none is like it.

    Case does not count. Of equally like words the first in text order is returned, so that the
    answer does not depend on the order in which the known words came.

    Args:
        word: what was written.
        known: words that have a meaning here.

    Returns:
        One of ``known``, or None.

    >>> did_you_mean("memroy", ["memory", "disk"])
    'memory'
    >>> did_you_mean("zebra", ["memory", "disk"]) is None
    True
    """
    # A word is mistyped seldom, and difflib takes its time to import.
    import difflib

    by_folded = {item.casefold(): item for item in sorted(known, reverse=True)}
    folded = sorted(by_folded)
    found = difflib.get_close_matches(word[:200].casefold(), folded, n=1, cutoff=_LIKENESS_MIN)
    return by_folded[found[0]] if found else None
