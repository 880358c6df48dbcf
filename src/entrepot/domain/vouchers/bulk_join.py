"""Sheets brought together for the sums that run over all rows, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from entrepot.domain.vouchers.bulk_answer import BulkAnswer
from entrepot.domain.vouchers.bulk_columns import Bools, BulkCases, Ints, Rows, Whole
from entrepot.domain.vouchers.bulk_days import Sheet
from entrepot.domain.vouchers.bulk_limits import Limits, Money, bounds_that_bite
from entrepot.domain.vouchers.bulk_mask import as_bytes, either, negated
from entrepot.domain.vouchers.bulk_run import NO_LIMIT, Counter, Run
from entrepot.domain.vouchers.bulk_scope import Scope, scope_of
from entrepot.domain.vouchers.bulk_settle import Settlement
from entrepot.domain.vouchers.bulk_step import Step
from entrepot.domain.vouchers.model import Ceiling, Version


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A sheet with what was found on it before any sum.

    Attributes:
        at: its rows.
        sheet: version and days.
        settled: steps, rates and doubts.
        limits: shares and bounds; None where no amount is to be found.
    """

    at: Rows
    sheet: Sheet
    settled: Settlement
    limits: Limits | None

    @property
    def bound(self) -> Limits:
        """The bounds of a sheet with amounts to be found."""
        return cast("Limits", self.limits)


def run_of(cases: BulkCases, drafts: Sequence[Draft]) -> Run:
    """Bring sheets together: the claims of all rows, and the counters that they share.

    Args:
        cases: all cases.
        drafts: the sheets with amounts to be found.
    """
    count, firm = len(cases), cases.firm
    year = _joined(drafts, [draft.bound.year_room() for draft in drafts], count)
    life = _joined(drafts, [draft.bound.life_room() for draft in drafts], count)
    fund = _joined(drafts, [draft.bound.fund for draft in drafts], count)
    run = Run(_claims(drafts, count), _payable(drafts, count), fund_runs=cases.fund_runs)
    if year is not None:
        scope = None if firm is None else scope_of(firm, _years(drafts, count))
        run.year = Counter(year, scope)
    if life is not None:
        run.life = Counter(life, None if firm is None else scope_of(firm))
    if fund is not None:
        run.fund = Counter(fund, _fund_scope(drafts, count))
    if run.sums:
        # Columns of one width are multiplied several times faster than those of two.
        run.claims = run.claims * _live(drafts, count).astype(run.claims.dtype)
    return run


def close(draft: Draft, run: Run, answer: BulkAnswer, amounts: Whole, live: Bools) -> None:
    """Write steps and bounds of a sheet, now that its amounts are known.

    Args:
        draft: the sheet.
        run: what ran over all rows.
        answer: where to write.
        amounts: what was found for all rows.
        live: the rows, of all, for which an amount was to be found.
    """
    at = draft.at
    live, steps = live[at], answer.steps[at]
    before = [_before(counter, at) for counter in (run.year, run.life, run.fund)]
    answer.bounds[at] = bounds_that_bite(draft.bound, amounts[at], before, live)
    doubted = draft.settled.doubted
    if run.short is not None:
        doubted = either(doubted, run.short[at])
    if doubted is not False:
        # Nothing to pay is a refusal, whatever doubt there is besides.
        doubt = as_bytes(live) if doubted is True else as_bytes(live & doubted)
        answer.steps[at] = np.maximum(steps, doubt * np.uint8(Step.FOUND_IN_DOUBT))


def _before(counter: Counter | None, at: Rows) -> Ints | None:
    return None if counter is None or counter.before is None else counter.before[at]


def _claims(drafts: Sequence[Draft], count: int) -> Whole:
    if len(drafts) == 1 and len(drafts[0].bound.share) == count:
        return drafts[0].bound.claims()
    found = np.zeros(count, np.int64)
    for draft in drafts:
        found[draft.at] = draft.bound.claims()
    return found


def _live(drafts: Sequence[Draft], count: int) -> Bools:
    """Return the rows for which an amount is to be found."""
    found = np.zeros(count, np.bool_)
    for draft in drafts:
        found[draft.at] = draft.settled.steps == 0
    return found


def _joined(drafts: Sequence[Draft], parts: Sequence[Money | None], count: int) -> Whole | None:
    """Return what is left a row; None where no sheet states a limit."""
    if all(part is None for part in parts):
        return None
    if len(parts) == 1 and isinstance(parts[0], np.ndarray) and len(parts[0]) == count:
        return parts[0]
    found = np.full(count, NO_LIMIT, np.int64)
    for draft, part in zip(drafts, parts, strict=True):
        if part is not None:
            found[draft.at] = part
    return found


def _payable(drafts: Sequence[Draft], count: int) -> Bools | bool:
    """Return the rows on which no doubt lies."""
    if all(draft.settled.doubted is False for draft in drafts):
        return True
    found = np.ones(count, np.bool_)
    for draft in drafts:
        found[draft.at] = negated(draft.settled.doubted)
    return found


def _years(drafts: Sequence[Draft], count: int) -> Ints | None:
    """Return the year of each row; None where all count against one."""
    if len({draft.sheet.year for draft in drafts}) == 1:
        return None
    found = np.zeros(count, np.int64)
    for draft in drafts:
        found[draft.at] = draft.sheet.year
    return found


def _fund_scope(drafts: Sequence[Draft], count: int) -> Scope | None:
    """Sort rows by the fund they draw on: that of a year, or the one of the programme."""
    found = np.zeros(count, np.int64)
    for draft in drafts:
        stated = cast("Version", draft.sheet.version).fund
        yearly = stated is not None and stated[0] is Ceiling.FUND_YEAR
        found[draft.at] = draft.sheet.year if yearly else 0
    return scope_of(found)
