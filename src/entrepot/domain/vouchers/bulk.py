"""What a programme pays to many applications at once, exact to the minor unit.

The same programmes and the same order of judgement as :mod:`entrepot.domain.vouchers.entitle`,
column by column. Rows are applications in their order; what is paid to a row counts against the
caps of its firm and against the fund before the next row is judged:

    used this year of row i = what its row states + Σ paid to the firm in that year before i

Years paid and projects done are facts of a row and are taken as stated. No other voucher lies on
the invoice lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.domain.vouchers.bulk_answer import BulkAnswer
from entrepot.domain.vouchers.bulk_check import check_lengths, check_values, fitted
from entrepot.domain.vouchers.bulk_columns import (
    DAYS,
    BulkCases,
    Cell,
    Coded,
    Column,
    Rows,
)
from entrepot.domain.vouchers.bulk_days import Sheet, sheets
from entrepot.domain.vouchers.bulk_join import Draft, close, run_of
from entrepot.domain.vouchers.bulk_limits import limits_of
from entrepot.domain.vouchers.bulk_settle import settle
from entrepot.domain.vouchers.bulk_step import Step
from entrepot.domain.vouchers.bulk_truth import Asker, Kept
from entrepot.domain.vouchers.claims import find_programme
from entrepot.domain.vouchers.entitle import SCOPE
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.rulebook.dictionary import FactDictionary

ROWS_AT_ONCE = 262_144
"""Rows judged at once where no counter is shared: few enough for a processor's own memory, and
enough for what a piece costs by itself not to matter."""


def entitle_bulk(
    programmes: Sequence[Programme], dictionary: FactDictionary, cases: BulkCases
) -> BulkAnswer:
    """Judge many applications to one programme.

    Args:
        programmes: all programmes.
        dictionary: declares the facts.
        cases: the applications, in their order.

    Returns:
        Status, amount and bounds of every row; :meth:`BulkAnswer.case` gives any row as the
        single case that it is.

    Raises:
        NotFound: the programme does not exist.
        Invalid: a fact is not declared, or belongs to another scope; or
            the columns do not fit (see :func:`check_lengths` and :func:`check_values`).
    """
    programme = find_programme({p.id: p for p in programmes}, cases.programme)
    dictionary.check(SCOPE, dict.fromkeys(cases.facts))
    check_lengths(cases)
    answer = BulkAnswer.blank(programmes, dictionary, cases)
    judge = _Judge(programme, dictionary, cases)
    if judge.alone and len(cases):
        _by_pieces(judge, cases, answer)
    else:
        check_values(cases)
        if len(cases):
            judge.judge(cases, answer)
    return answer


def _by_pieces(judge: _Judge, cases: BulkCases, answer: BulkAnswer) -> None:
    checked = False
    for start in range(0, len(cases), ROWS_AT_ONCE):
        at = slice(start, start + ROWS_AT_ONCE)
        given = cases.rows(at)
        part = fitted(given)
        if part is None and not checked:
            check_values(cases)
            checked = True
        judge.judge(given if part is None else part, answer.rows(at))


class _Judge:
    """A programme over columns.

    Args:
        programme: the programme.
        dictionary: declares the facts.
        cases: all cases.
    """

    def __init__(self, programme: Programme, dictionary: FactDictionary, cases: BulkCases) -> None:
        self.programme = programme
        self.dictionary = dictionary
        self.alone = cases.firm is None and not self._has_fund(cases)
        self.kept: Kept = {}
        self.defaults: dict[str, Column | Cell] = {
            name: value
            for name, value in dictionary.defaults(SCOPE)
            if isinstance(value, (bool, int, str))
        }
        self.one_day: list[tuple[Rows, Sheet]] | None = None

    def _has_fund(self, cases: BulkCases) -> bool:
        stated = any(version.fund is not None for version in self.programme.versions)
        return stated or cases.fund_left_minor is not None

    def judge(self, cases: BulkCases, answer: BulkAnswer) -> None:
        """Judge cases and write what is found into ``answer``."""
        drafts = [self._draft(cases, at, sheet) for at, sheet in self._sheets(cases)]
        for draft in drafts:
            answer.steps[draft.at] = draft.settled.steps
        found = [draft for draft in drafts if draft.limits is not None]
        if len(found) < len(drafts):
            answer.nothing_found()
        if found:
            run = run_of(cases, found)
            amounts, live = answer.take(run)
            for draft in found:
                close(draft, run, answer, amounts, live)

    def _sheets(self, cases: BulkCases) -> list[tuple[Rows, Sheet]]:
        if any(isinstance(getattr(cases, key), Coded) for key in DAYS):
            return sheets(self.programme, cases)
        if self.one_day is None:
            self.one_day = sheets(self.programme, cases)
        return self.one_day

    def _draft(self, cases: BulkCases, at: Rows, sheet: Sheet) -> Draft:
        part = cases.rows(at)
        asker = Asker(self.dictionary, self.defaults | dict(part.facts), self.kept)
        settled = settle(self.programme, sheet, part, asker)
        limits = None
        if sheet.version is not None and sheet.settled is Step.FOUND and settled.rates:
            limits = limits_of(sheet.version, settled, part, self.alone)
        return Draft(at, sheet, settled, limits)
