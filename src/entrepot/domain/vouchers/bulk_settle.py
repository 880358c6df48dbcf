"""The steps of the judgement that need no sum: who is settled, where, and at which rate.

Same order and same words of the rules as in :mod:`entrepot.domain.vouchers.entitle`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np

from entrepot.domain.vouchers.bulk_columns import BulkCases, Bytes, Coded, Numbers
from entrepot.domain.vouchers.bulk_days import Sheet
from entrepot.domain.vouchers.bulk_mask import Mask, as_bytes, both, either, negated, pick
from entrepot.domain.vouchers.bulk_step import Step
from entrepot.domain.vouchers.bulk_truth import Asker, Below, all_together
from entrepot.domain.vouchers.claims import CLAIMED
from entrepot.domain.vouchers.model import Ceiling, Programme, Rate, Version

Settled = Iterator[tuple[Step, Mask]]
YEARLY = (Ceiling.FIRM_YEAR, Ceiling.SOFT_FIRM_YEAR)
"""Limits on what is used in a year."""

COUNTS = (("years_max", "years_already_paid"), ("projects_max", "projects_done"))
"""Limits on a count, and the fact that counts."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is known of the rows of a sheet before any sum.

    Attributes:
        steps: step a row; ``FOUND`` where an amount is to be found.
        rates: rates taken, and where.
        doubted: a reason for review lies on the row.
        waived: the soft cap is waived.
    """

    steps: Bytes
    rates: tuple[tuple[Rate, Mask], ...]
    doubted: Mask
    waived: Mask


def settle(programme: Programme, sheet: Sheet, part: BulkCases, asker: Asker) -> Settlement:
    """Judge the rows of one sheet up to the caps.

    Args:
        programme: the programme.
        sheet: version and days.
        part: the rows of the sheet.
        asker: their facts.
    """
    steps = np.zeros(len(part), np.uint8)
    _mark(steps, _of_amounts(part.amount_minor))
    version = sheet.version
    if version is None or sheet.settled is not Step.FOUND:
        _mark(steps, iter([(sheet.settled, True)]))
        if version is not None:
            _mark(steps, _of_family(asker))
        return Settlement(steps, (), False, False)
    rates, rate_steps = choose_rates(version, asker)
    _mark(steps, _of_family(asker))
    _mark(steps, _of_currency(programme, part.currency))
    _mark(steps, _of_eligibility(version, asker))
    _mark(steps, iter(rate_steps))
    _mark(steps, _of_counts(version, part, asker))
    doubted: Mask = sheet.doubted or version.eligible is None or version.discretionary
    for rate, taken in rates:
        if not _decides(programme, version, rate, part):
            doubted = either(doubted, taken)
    return Settlement(steps, rates, doubted, _waived(version, asker))


def choose_rates(
    version: Version, asker: Asker
) -> tuple[tuple[tuple[Rate, Mask], ...], list[tuple[Step, Mask]]]:
    """Take the first rate that holds in each row; an unknown one stops the search there."""
    open_rows: Mask = True
    stopped: Mask = False
    taken: list[tuple[Rate, Mask]] = []
    for rate in version.rates:
        pairs = zip(rate.when, rate.tests, strict=True)
        told = all_together(asker.condition(one, test) for one, test in pairs)
        stopped = either(stopped, both(open_rows, told.unknown))
        true = negated(either(told.false, told.unknown))
        taken.append((rate, both(open_rows, true)))
        open_rows = both(open_rows, told.false)
    steps = [(Step.RATE_UNKNOWN, stopped), (Step.NO_RATE, open_rows)]
    return tuple((rate, mask) for rate, mask in taken if mask is not False), steps


def _mark(steps: Bytes, found: Settled) -> None:
    for step, mask in found:
        if mask is True:
            np.maximum(steps, np.uint8(step), out=steps)
        elif not isinstance(mask, bool):
            np.maximum(steps, as_bytes(mask) * np.uint8(step), out=steps)


def _of_amounts(amounts: Numbers) -> Settled:
    # Mostly no amount is zero, and the least one is found sooner than every zero.
    if len(amounts) and amounts.numbers.min() <= 0:
        yield Step.ZERO, amounts.numbers == 0
    if amounts.known is not None:
        yield Step.AMOUNT_UNKNOWN, ~amounts.known


def _of_family(asker: Asker) -> Settled:
    told = asker.ask(CLAIMED, _unclaimed)
    yield Step.CLAIMED, told.false
    yield Step.FAMILY_UNKNOWN, told.unknown


def _of_currency(programme: Programme, currency: Coded | str | None) -> Settled:
    if not isinstance(currency, Coded):
        yield Step.CURRENCY, currency != programme.currency
        return
    own = [n for n, code in enumerate(currency.values, 1) if code == programme.currency]
    yield Step.CURRENCY, negated(pick(currency.codes, own, len(currency.values) + 1))


def _of_eligibility(version: Version, asker: Asker) -> Settled:
    told = all_together(asker.condition(i.condition, i.test) for i in version.eligible or ())
    yield Step.INELIGIBLE, told.false
    yield Step.ELIGIBILITY_UNKNOWN, told.unknown


def _of_counts(version: Version, part: BulkCases, asker: Asker) -> Settled:
    if any(version.ceilings.get(name) is not None for name in YEARLY):
        yield Step.COUNT_UNKNOWN, _unknown(part.used_this_year_minor)
    if version.ceilings.get(Ceiling.SOFT_FIRM_YEAR) is not None:
        yield Step.COUNT_UNKNOWN, asker.ask("soft_cap_waived", _stated).unknown
    for key, fact in COUNTS:
        limit = cast("int | None", getattr(version, key))
        if limit is not None:
            told = asker.ask(fact, Below(limit), (limit,))
            yield Step.FULL, told.false
            yield Step.COUNT_UNKNOWN, told.unknown


def _unclaimed(value: object) -> bool | None:
    return None if value is None else value is not True


def _stated(value: object) -> bool | None:
    return None if value is None else True


def _unwaived(value: object) -> bool | None:
    return value is not True


def _unknown(used: Numbers | int | None) -> Mask:
    if isinstance(used, Numbers):
        return False if used.known is None else ~used.known
    return used is None


def _waived(version: Version, asker: Asker) -> Mask:
    if version.ceilings.get(Ceiling.SOFT_FIRM_YEAR) is None:
        return False
    return asker.ask("soft_cap_waived", _unwaived).false


def _decides(programme: Programme, version: Version, rate: Rate, part: BulkCases) -> bool:
    grade = rate.grade or version.grade_of("rates")
    return version.id in part.reviews_in_force or programme.decides(grade)
