"""Who and what is eligible: every condition of the version, each in three values."""

from __future__ import annotations

from datetime import date
from typing import cast

from entrepot.domain.vouchers.case import Line
from entrepot.domain.vouchers.finding import Finding, Sitting, asked, refused
from entrepot.domain.vouchers.model import Requirement
from entrepot.kernel.rulebook.condition import Condition, missing_of
from entrepot.kernel.text import N_


def judge_window(sitting: Sitting) -> Finding:
    """Say whether the day of application lies in a window."""
    windows = sitting.version.windows
    if windows is None:
        return Finding()
    day = sitting.case.days["application_date"]
    is_open = windows.open_on(day)
    text = {
        True: N_("Applications are taken on {day}."),
        False: N_("No application is taken on {day}."),
        None: N_("The windows of the year of {day} are not known."),
    }[is_open]
    outcome = {True: "holds", False: "fails", None: "review"}[is_open]
    periods = [
        f"{p.from_day.isoformat()}/{p.to_day.isoformat() if p.to_day else ''}"
        for p in windows.periods
    ]
    line = sitting.line("window", outcome, text, "windows", day=day.isoformat(), windows=periods)
    if is_open is False:
        return refused((line,), "outside_window")
    return Finding((line,), review=() if is_open else ("not_stated: windows",))


def judge_eligibility(sitting: Sitting) -> Finding:
    """Judge every condition; one failure settles the case, and all failures are named.

    A condition whose fact is missing is asked for only where none fails, since its answer
    could not help a case that is refused.
    """
    required = sitting.version.eligible
    if required is None:
        text = N_("The text does not state who is eligible.")
        line = sitting.line("eligibility", "review", text, "eligible")
        return Finding((line,), review=("not_stated: eligible",))
    truths = [(item, item.test(sitting.values)) for item in required]
    lines = tuple(_line(sitting, item, truth) for item, truth in truths)
    failures = tuple(dict.fromkeys(item.reason for item, truth in truths if truth is False))
    if failures:
        return refused(lines, *failures)
    missing = missing_of([i.condition for i, truth in truths if truth is None], sitting.values)
    return asked(lines, *missing) if missing else Finding(lines)


def _line(sitting: Sitting, item: Requirement, truth: bool | None) -> Line:
    outcome = {True: "holds", False: "fails", None: "missing"}[truth]
    text = {
        True: N_("{fact} is {found}, as the rule wants ({op} {wanted})."),
        False: N_("{fact} is {found}, but the rule wants {op} {wanted}."),
        None: N_("{fact} is not known; the rule wants {op} {wanted}."),
    }[truth]
    condition = item.condition
    return sitting.line(
        "eligibility",
        outcome,
        text,
        f"eligible.{condition.fact}",
        "eligible",
        reason=item.reason,
        **compared(condition, sitting.values.get(condition.fact)),
    )


def compared(condition: Condition, found: object) -> dict[str, object]:
    """Return what a condition compares, as plain values for an explanation."""
    return {
        "fact": condition.fact,
        "op": condition.op.value,
        "wanted": plain(condition.value),
        "found": plain(found),
    }


def plain(value: object) -> object:
    """Return a value as JSON can hold it; a set becomes a sorted list.

    >>> plain(frozenset({"b", "a"}))
    ['a', 'b']
    """
    if isinstance(value, frozenset):
        return sorted(cast("frozenset[str]", value))
    return value.isoformat() if isinstance(value, date) else value
