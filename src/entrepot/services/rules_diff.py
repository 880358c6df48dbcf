"""What changed in the law between two days: the gate's rows and figures, and the programmes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entrepot.domain.gate.diff import Change, changes_between
from entrepot.domain.vouchers.model import Rate, Version
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.rulebook.plain import plain_condition
from entrepot.services.app import App
from entrepot.services.entitle_case import ProgrammeView, programmes_on


class Turn(StrEnum):
    """Kind of a change of a programme."""

    BEGINS = "programme_begins"
    ENDS = "programme_ends"
    STANDING = "programme_standing"
    TERM = "programme_term"


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """One difference of a programme.

    Attributes:
        what: kind of change.
        programme: its id; name: language tag → name; currency: of its ceilings.
        key: key of the rule file for a term, else empty.
        day: day of the law on which it changes; None = the files do not say.
        before, after: plain values; ceilings in minor units, None = not stated.
    """

    what: Turn
    programme: str
    name: Mapping[str, str]
    currency: str
    key: str
    day: date | None
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed between two days of the law.

    Attributes:
        first, second: the two days in calendar order, each as known on a day.
        gate: changes of the gate.
        programmes: changes of voucher programmes.
        swapped: whether the days were given the other way round.
    """

    first: Stance
    second: Stance
    gate: tuple[Change, ...]
    programmes: tuple[ProgrammeChange, ...]
    swapped: bool = False


def differences(app: App, first: Stance, second: Stance) -> Differences:
    """Compare the law of two days, each as known on its day.

    Law is told in the order in which it was made, whichever day is given first.

    Args:
        app: the exchange.
        first, second: the two days.
    """
    swapped = _later(first, second)
    if swapped:
        first, second = second, first
    gate = changes_between(app.rulebook, first, second)
    before = programmes_on(app, first.as_of, first.known)
    after = programmes_on(app, second.as_of, second.known)
    pairs = zip(before, after, strict=True)
    programmes = tuple(change for old, new in pairs for change in _turns(old, new))
    return Differences(first, second, gate, programmes, swapped)


def _later(first: Stance, second: Stance) -> bool:
    """Say whether the first is the later day, or the same day by later knowledge."""
    known = [stance.known or date.max for stance in (first, second)]
    return (first.as_of, known[0]) > (second.as_of, known[1])


def _turns(old: ProgrammeView, new: ProgrammeView) -> Iterator[ProgrammeChange]:
    def turn(
        what: Turn, day: date | None, before: object, after: object, key: str = ""
    ) -> ProgrammeChange:
        one = old.programme
        return ProgrammeChange(what, one.id, one.name, one.currency, key, day, before, after)

    if new.version is None:
        if old.version is not None:
            yield turn(Turn.ENDS, old.version.validity.to_day, old.standing.value, None)
        return
    begins = new.version.validity.from_day
    if old.version is None:
        yield turn(Turn.BEGINS, begins, None, new.standing.value)
        return
    if old.standing is not new.standing:
        yield turn(Turn.STANDING, None, old.standing.value, new.standing.value)
    before, after = terms(old.version), terms(new.version)
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield turn(Turn.TERM, begins, before.get(key), after.get(key), key)


def terms(version: Version) -> dict[str, object]:
    """Return the terms of a version that decide what is paid, by their keys in the rule file."""
    eligible = version.eligible
    return {
        "base": version.base,
        "rate_kind": version.rate_kind.value,
        "rates": [_rate(rate) for rate in version.rates],
        **{ceiling.value: limit for ceiling, limit in version.ceilings.items()},
        "years_max": version.years_max,
        "projects_max": version.projects_max,
        "eligible": None
        if eligible is None
        else [plain_condition(one.condition) for one in eligible],
        "date_rule": version.date_rule.value if version.date_rule else None,
        "payout": version.payout.value if version.payout else None,
        "discretionary": version.discretionary,
        "grade": version.grade.value,
    }


def _rate(rate: Rate) -> dict[str, object]:
    when = [plain_condition(condition) for condition in rate.when]
    return {"rate_bp": rate.rate_bp, "cap_minor": rate.cap_minor, "when": when}
