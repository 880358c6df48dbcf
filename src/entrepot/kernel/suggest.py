"""Guessing what a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LIKENESS_MIN = 0.6
_LENGTH_MAX = 200
"""A longer word is no slip of the keys; comparing it would only take time."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like ``word``, or None when none is like it.

    Case does not count. An id of several parts, as ``cn.beijing.ai_voucher``, is looked for beside
    its own kin first: what is right up to the last point was hardly mistyped there. Of equally
    like words the first in text order is returned, so that the answer does not depend on the order
    in which the known words came.

    Args:
        word: what was written.
        known: words that have a meaning here.

    Returns:
        One of ``known``, or None.

    >>> did_you_mean("memroy", ["memory", "disk"])
    'memory'
    >>> did_you_mean("zebra", ["memory", "disk"]) is None
    True
    >>> did_you_mean("sh.compute_voucher", ["sh.ai_voucher", "gz.compute_voucher"])
    'sh.ai_voucher'
    """
    words = list(known)
    stem = _stem(word)
    kin = [item for item in words if stem and _stem(item) == stem]
    return _nearest(word, kin) or _nearest(word, words)


def _stem(word: str) -> str:
    """Return what stands before the last point."""
    return word[:_LENGTH_MAX].rpartition(".")[0].casefold()


def _nearest(word: str, known: Sequence[str]) -> str | None:
    # A word is mistyped seldom, and difflib takes its time to import.
    import difflib

    by_folded = {item.casefold(): item for item in sorted(known, reverse=True)}
    folded = sorted(by_folded)
    found = difflib.get_close_matches(
        word[:_LENGTH_MAX].casefold(), folded, n=1, cutoff=_LIKENESS_MIN
    )
    return by_folded[found[0]] if found else None
