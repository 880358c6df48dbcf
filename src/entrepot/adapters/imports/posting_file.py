"""Files of manual postings: reference, reason and lines of debit, credit and amount."""

from __future__ import annotations

import re
from typing import cast

from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.adapters.imports.yaml_safe import Located, Path, load_yaml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import parse_amount
from entrepot.kernel.text import N_
from entrepot.services.manual_posting import Posting, PostingLine

REASON_LENGTH_MAX = 500
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_FIELDS = ("reference", "reason", "lines")
_LINE_FIELDS = ("debit", "credit", "amount")


def read_posting(data: bytes, name: str) -> Posting:
    r"""Read a file of a manual posting.

    Args:
        data: bytes of the file, YAML.
        name: file name for messages.

    Raises:
        Invalid: not YAML, a field missing or unknown, or a value that has no meaning; all of
            them stand in ``fields`` with file, line and field.

    >>> text = b"reference: MP-7\nreason: fee\nlines:\n- {debit: a, credit: b, amount: 1 HKD}\n"
    >>> read_posting(text, "post.yaml").lines[0].amount.minor
    100
    """
    reading = _Reading(load_yaml(data, name))
    posting = reading.root()
    if reading.problems:
        raise InvalidFile(reading.problems)
    return posting


class _Reading:
    """A file on its way, with the problems found so far."""

    def __init__(self, located: Located) -> None:
        self.located = located
        self.problems: list[Problem] = []

    def root(self) -> Posting:
        fields = self._fields((), self.located.value, _FIELDS)
        reference = self._text(("reference",), fields)
        if reference and not _REFERENCE.match(reference):
            self._fault(("reference",), N_("a reference is 1 to 64 of letters, digits, . _ and -."))
        reason = self._text(("reason",), fields)
        if len(reason) > REASON_LENGTH_MAX or not reason.isprintable():
            self._fault(("reason",), N_("a reason is one line of at most 500 characters."))
        rows = fields.get("lines")
        if not isinstance(rows, list) or not rows:
            self._fault(("lines",), N_("a list of lines belongs here."))
            return Posting(reference, reason, ())
        items = cast("list[object]", rows)
        lines = [self._line(("lines", index), row) for index, row in enumerate(items)]
        return Posting(reference, reason, tuple(line for line in lines if line is not None))

    def _line(self, path: Path, value: object) -> PostingLine | None:
        fields = self._fields(path, value, _LINE_FIELDS)
        debit, credit, text = (self._text((*path, name), fields) for name in _LINE_FIELDS)
        if not (debit and credit and text):
            return None
        try:
            return PostingLine(debit, credit, parse_amount(text))
        except Invalid as error:
            self.problems.append(Problem(self.located.where(*path, "amount"), error))
            return None

    def _fields(self, path: Path, value: object, known: tuple[str, ...]) -> dict[str, object]:
        if not isinstance(value, dict):
            self._fault(path, N_("a mapping of fields to values belongs here."))
            return {}
        fields = cast("dict[str, object]", value)
        for name in fields.keys() - set(known):
            self._fault((*path, name), N_("no such field is known here."))
        return fields

    def _text(self, path: Path, fields: dict[str, object]) -> str:
        value = fields.get(str(path[-1]))
        if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
            self._fault(path, N_("a text belongs here."))
            return ""
        return str(value).strip()

    def _fault(self, path: Path, words: str) -> None:
        hint = N_("A posting has reference, reason, and lines of debit, credit and amount.")
        self.problems.append(
            Problem(self.located.where(*path), Invalid("posting.file", words, hint=hint))
        )
