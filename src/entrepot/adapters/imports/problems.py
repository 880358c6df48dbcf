"""Several problems of one file, told together: the first in the sentence, all in the fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.kernel.errors import EntrepotError, Invalid, Translate
from entrepot.kernel.text import N_

SHOWN_MAX = 200
"""Most problems that are listed; a file with more is of another kind altogether."""

_ONE = N_("{where}: {what}")
_MORE = N_("{where}: {what} ({more} more problems)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem and its place.

    Attributes:
        where: ``file:line:field``.
        error: what is wrong there.
    """

    where: str
    error: EntrepotError


class InvalidFile(Invalid):
    """A file with one problem or more.

    Args:
        problems: at least one, in the order of the file.

    >>> error = InvalidFile([Problem("job.yaml:3:cpus", Invalid("x", "0 is no count."))])
    >>> str(error), error.fields
    ('job.yaml:3:cpus: 0 is no count.', {'job.yaml:3:cpus': '0 is no count.'})
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        # The base class renders at once, so the problems must be there before it begins.
        self.problems = tuple(problems)
        first = problems[0].error
        super().__init__(first.code, _ONE, hint=first.hint_template)
        self.params = dict(first.params)
        self.fields = self._fields(str)

    def _fields(self, translate: Translate) -> dict[str, str]:
        return {p.where: p.error.render(translate) for p in self.problems[:SHOWN_MAX]}

    def render(self, translate: Translate = str) -> str:
        """Return the first problem, and how many there are besides."""
        first, more = self.problems[0], len(self.problems) - 1
        what = first.error.render(translate)
        return translate(_MORE if more else _ONE).format(where=first.where, what=what, more=more)

    def render_hint(self, translate: Translate = str) -> str:
        """Return the way out of the first problem."""
        return self.problems[0].error.render_hint(translate)

    def as_dict(self, translate: Translate = str) -> dict[str, object]:
        """Return the error with the fields in the language of ``translate``."""
        return super().as_dict(translate) | {"fields": self._fields(translate)}
