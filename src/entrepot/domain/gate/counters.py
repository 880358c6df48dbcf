"""Persons whose data a control group has sent out of the mainland since 1 January.

    count(group, year) = Σ over data sets of the largest leg of the set in the year

A data set counts once a year however often it travels. Two data sets may share persons; nobody
can see that from outside, so they are added: the count is never too low for it.

Source: dictionary.yaml, facts ``ytd_persons`` and ``ytd_sensitive``, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

OUTSIDE = "outside"
"""Data set that stands for what the firm states it exported outside this house."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Persons without the sensitive ones, and persons with sensitive data."""

    persons: int
    sensitive: int

    def plus(self, other: Tally) -> Tally:
        """Add persons to persons, sensitive to sensitive."""
        return Tally(self.persons + other.persons, self.sensitive + other.sensitive)

    def most(self, other: Tally) -> Tally:
        """Take the larger of each."""
        return Tally(max(self.persons, other.persons), max(self.sensitive, other.sensitive))


NONE = Tally(0, 0)


@dataclass(frozen=True, slots=True)
class SetCount:
    """One leg of a data set out of the mainland.

    Args:
        set_id: the data set; family: of its manifest, else empty.
        tally: persons of the leg.
        on: day of the booking.
    """

    set_id: str
    family: str
    tally: Tally
    on: date


@dataclass(frozen=True, slots=True)
class Exports:
    """What a group has on its counter, and what every group has of one family of data sets.

    Args:
        own: legs of the group.
        family: legs of the family of the data set that is judged, of every group.
        set_id: the data set that is judged; empty = none is named.
    """

    own: tuple[SetCount, ...] = ()
    family: tuple[SetCount, ...] = ()
    set_id: str = ""


NO_EXPORTS = Exports()


def count_by_set(legs: Iterable[SetCount], year: int) -> Mapping[str, Tally]:
    """Return data set → its largest leg in the year."""
    found: dict[str, Tally] = {}
    for leg in legs:
        if leg.on.year == year:
            found[leg.set_id] = leg.tally.most(found.get(leg.set_id, NONE))
    return found


def total(legs: Iterable[SetCount], year: int, leg: Tally = NONE, set_id: str = "") -> Tally:
    """Return the count of a year, with one more leg of a data set.

    Args:
        legs: on the counter.
        year: calendar year, Asia/Shanghai.
        leg: persons of the leg judged.
        set_id: its data set; empty = a set of its own.

    >>> sent = [SetCount("M-1", "", Tally(40_000, 0), date(2026, 3, 1))]
    >>> total(sent, 2026, Tally(59_999, 0)).persons
    99999
    >>> total(sent, 2026, Tally(59_999, 0), "M-1").persons, total(sent, 2027).persons
    (59999, 0)
    """
    found = dict(count_by_set(legs, year))
    found[set_id] = leg.most(found.get(set_id, NONE))
    sum_ = NONE
    for tally in found.values():
        sum_ = sum_.plus(tally)
    return sum_


def counted_leg(leg: Mapping[str, object], exports: Exports, day: date) -> dict[str, object]:
    """Complete a leg out of the mainland by what the counter says of the year.

    What the job states of the year is a floor, never a ceiling: the larger of the two counts.
    Where it states nothing, the counter answers only if the firm has said what it exported
    outside this house; else the fact stays missing and is asked. A statement that contradicts
    the leg itself is left as it is.

    Args:
        leg: completed facts of the leg.
        exports: the counter.
        day: law of this day; its calendar year counts.
    """
    if not leaves_mainland(leg):
        return dict(leg)
    this = tally_of(leg)
    if this is None:
        return dict(leg)
    sum_ = total(exports.own, day.year, this, exports.set_id)
    known = OUTSIDE in count_by_set(exports.own, day.year)
    found = dict(leg)
    for name, least, counted in (
        ("ytd_persons", this.persons, sum_.persons),
        ("ytd_sensitive", this.sensitive, sum_.sensitive),
    ):
        stated = leg.get(name)
        if stated is None and known:
            found[name] = counted
        elif _is_count(stated) and stated >= least:
            found[name] = max(stated, counted)
    return found


def leaves_mainland(leg: Mapping[str, object]) -> bool:
    """Say whether a leg goes from the mainland to another place.

    >>> [leaves_mainland({"place_from": "CN", "place_to": to}) for to in ("HK", "CN", None)]
    [True, False, False]
    """
    to = leg.get("place_to")
    return leg.get("place_from") == "CN" and isinstance(to, str) and to != "CN"


def tally_of(leg: Mapping[str, object]) -> Tally | None:
    """Return the persons of a leg; None where it does not state them as counts."""
    persons, sensitive = leg.get("leg_persons"), leg.get("leg_sensitive")
    if _is_count(persons) and _is_count(sensitive):
        return Tally(persons, sensitive)
    return None


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
