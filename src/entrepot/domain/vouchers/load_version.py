"""Reading one version of a programme: dates, rates, ceilings, conditions, grades."""

from __future__ import annotations

from datetime import date
from typing import TypeVar, cast

from entrepot.domain.vouchers.load_condition import read_condition, read_when
from entrepot.domain.vouchers.model import (
    FUNDS,
    WHOLE_BP,
    Ceiling,
    DateRule,
    Payout,
    Rate,
    RateKind,
    Requirement,
    Standing,
    Version,
    Windows,
)
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import MINOR_MAX, Asset
from entrepot.kernel.period import Dated
from entrepot.kernel.rulebook.condition import compile_condition
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.text import N_

ASSUMED = "assumed_from"
"""Key that stands in place of ``from`` where a version is only proposed."""

REQUIRED = (
    "status", "recorded_at", "date_rule", "base", "rate_kind", "rates",
    "cap_per_application", "cap_per_firm_year", "eligible", "grade", "sources",
)  # fmt: skip
"""Keys that every version has, if only as null: silence of the text is stated, not assumed."""

OPTIONAL = (
    "certain_from", "to", "certain_to", "base_excludes", "soft_cap_per_firm_year",
    "cap_per_firm_lifetime", "cap_in_force_at_once", "cap_may_be_lifted", "fund_per_year",
    "fund_total", "years_max", "projects_max", "initial_payment_bp", "eligible_not_stated",
    "windows", "payout", "discretionary", "field_grades", "note", "conflict",
)  # fmt: skip

OPEN_END = ("to", "certain_to")
"""Keys whose null says that no end is stated, which is no gap in the text."""

Word = TypeVar("Word", DateRule, Payout)


def read_version(box: Fields, programme: str, asset: Asset, dictionary: FactDictionary) -> Version:
    """Read a version.

    Args:
        box: its mapping.
        programme: id of its programme.
        asset: asset of its money.
        dictionary: declares the facts.

    Raises:
        Invalid: it does not fit; with file, line and field.
    """
    box.only("from", ASSUMED, *REQUIRED, *OPTIONAL)
    standing = box.word("status", Standing)
    start = _start_key(box, standing)
    validity, grades = _validity(box, start), box.part("field_grades")
    return Version(
        programme=programme,
        validity=validity,
        certain_from=_inside(box, "certain_from", validity),
        certain_to=_inside(box, "certain_to", validity),
        standing=standing,
        recorded_at=box.day("recorded_at"),
        date_rule=_word(box, "date_rule", DateRule),
        base=box.text_or_none("base"),
        base_excludes=box.words("base_excludes"),
        rate_kind=box.word("rate_kind", RateKind),
        rates=_rates(box, asset, dictionary),
        ceilings=_ceilings(box, asset),
        cap_may_be_lifted=box.flag("cap_may_be_lifted", False),
        years_max=_positive(box, "years_max"),
        projects_max=_positive(box, "projects_max"),
        initial_payment_bp=_share(box, "initial_payment_bp"),
        eligible=_eligible(box, asset, dictionary),
        eligible_not_stated=_silent(box, dictionary),
        windows=_windows(box),
        payout=_word(box, "payout", Payout),
        discretionary=box.flag("discretionary", False),
        grade=box.word("grade", Grade),
        field_grades={name: grades.word(name, Grade) for name in grades.data},
        sources=_sources(box),
        note=box.text_or_none("note"),
        conflict=box.text_or_none("conflict"),
        not_stated=tuple(k for k, v in box.data.items() if v is None and k not in OPEN_END),
        row_hash=digest(_plain({"programme": programme, **box.data})),
    )


def _start_key(box: Fields, standing: Standing) -> str:
    """Return the key of the first day, once every key is there and in its place."""
    start = ASSUMED if standing is Standing.PROPOSED else "from"
    for key in (start, *REQUIRED):
        if key not in box.data:
            raise _refuse(box, key, N_("{file}, line {line}: {field} is missing."))
    for key in {"from", ASSUMED} - {start}:
        if key in box.data:
            raise _refuse(box, key, N_("{file}, line {line}: {field} does not go with the status."))
    return start


def _validity(box: Fields, key: str = "from") -> Dated:
    start, end = box.day(key), box.day_or_none("to")
    if end is not None and end <= start:
        raise _refuse(
            box, "to", N_("{file}, line {line}: {field} does not lie after from ({start})."),
            start=start.isoformat(),
        )  # fmt: skip
    return Dated(start, end)


def _inside(box: Fields, key: str, validity: Dated) -> date | None:
    day = box.day_or_none(key)
    if day is None or validity.covers(day) or day == validity.to_day:
        return day
    raise _refuse(box, key, N_("{file}, line {line}: {field} lies outside from and to."))


def _word(box: Fields, key: str, kind: type[Word]) -> Word | None:
    return None if box.data.get(key) is None else box.word(key, kind)


def _rates(box: Fields, asset: Asset, dictionary: FactDictionary) -> tuple[Rate, ...]:
    found: list[Rate] = []
    for part in box.parts("rates"):
        part.only("when", "rate_bp", "cap", "grade")
        if found and not found[-1].when:
            raise _refuse(part, "when", N_("{file}, line {line}: no case reaches this rate."))
        when = read_when(part.part("when"), asset, dictionary)
        rate_bp = _share(part, "rate_bp")
        if rate_bp is None:
            raise _refuse(part, "rate_bp", N_("{file}, line {line}: {field} is missing."))
        grade = part.word("grade", Grade) if "grade" in part.data else None
        tests = tuple(compile_condition(item, {}, dictionary) for item in when)
        found.append(Rate(when, rate_bp, _money(part, "cap", asset), grade, tests))
    return tuple(found)


def _ceilings(box: Fields, asset: Asset) -> dict[Ceiling, int | None]:
    funds = [name for name in FUNDS if name.value in box.data]
    if len(funds) > 1:
        raise _refuse(
            box, funds[1].value, N_("{file}, line {line}: a fund is yearly or total, not both.")
        )
    return {name: _money(box, name.value, asset) for name in Ceiling if name.value in box.data}


def _eligible(
    box: Fields, asset: Asset, dictionary: FactDictionary
) -> tuple[Requirement, ...] | None:
    if box.data["eligible"] is None:
        return None
    found: list[Requirement] = []
    for part in box.parts("eligible"):
        part.only("fact", "op", "value", "reason")
        condition = read_condition(part, asset, dictionary)
        test = compile_condition(condition, {}, dictionary)
        found.append(Requirement(condition, part.text("reason"), test))
    if not found:
        # An empty list would say "everyone", which no text does.
        raise _refuse(box, "eligible", N_("{file}, line {line}: {field} must be null or a list."))
    return tuple(found)


def _silent(box: Fields, dictionary: FactDictionary) -> tuple[str, ...]:
    names = box.words("eligible_not_stated")
    for name in names:
        if name not in dictionary.facts:
            raise _refuse(
                box,
                "eligible_not_stated",
                N_("{file}, line {line}: there is no fact {name}."),
                name=name,
            )
    return names


def _windows(box: Fields) -> Windows | None:
    if box.data.get("windows") is None:
        return None
    part = box.part("windows").only("known_for", "list")
    years = part.items("known_for")
    if not all(type(year) is int and 2000 <= year <= 2100 for year in years):
        raise _refuse(part, "known_for", N_("{file}, line {line}: {field} should list years."))
    periods = tuple(_validity(item.only("from", "to")) for item in part.parts("list"))
    return Windows(frozenset(cast("list[int]", years)), periods)


def _sources(box: Fields) -> tuple[str, ...]:
    found = box.words("sources")
    if not found:
        raise _refuse(box, "sources", N_("{file}, line {line}: {field} names no source."))
    return found


def _share(box: Fields, key: str) -> int | None:
    value = box.whole_or_none(key)
    if value is None or 0 < value <= WHOLE_BP:
        return value
    raise _refuse(
        box,
        key,
        N_("{file}, line {line}: {field} is {value} basis points, not 1 to {most}."),
        value=value,
        most=WHOLE_BP,
    )


def _positive(box: Fields, key: str) -> int | None:
    value = box.whole_or_none(key)
    if value is None or value > 0:
        return value
    raise _refuse(box, key, N_("{file}, line {line}: {field} must be above zero."))


def _money(box: Fields, key: str, asset: Asset) -> int | None:
    value = _positive(box, key)
    if value is None:
        return None
    minor = value * 10**asset.digits
    if minor > MINOR_MAX:
        raise _refuse(box, key, N_("{file}, line {line}: {field} is beyond any amount booked."))
    return minor


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in cast("dict[object, object]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return value.isoformat() if isinstance(value, date) else value


def _refuse(box: Fields, key: str, message: str, **params: object) -> Invalid:
    return box.refuse(key, "vouchers.file", message, N_("Correct that line."), **params)
