"""Random columns of voucher cases, and a bulk run played singly, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from tests.property.voucher_oracle import DICTIONARY, FACTS, PROGRAMMES, RAW, friendly

from entrepot.domain.vouchers.bulk import entitle_bulk
from entrepot.domain.vouchers.bulk_answer import BulkAnswer
from entrepot.domain.vouchers.bulk_columns import BulkCases, Coded, Numbers, encode, value_at
from entrepot.domain.vouchers.bulk_words import words_of
from entrepot.domain.vouchers.case import (
    CaseDates,
    ClaimsLedger,
    Entitlement,
    EntitlementCase,
    Status,
)
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Ceiling, Programme

Random = np.random.Generator


def answers(
    cases: BulkCases, programmes: tuple[Programme, ...] = PROGRAMMES
) -> Iterator[Entitlement]:
    """Judge row by row with plain counters, by the single path alone."""
    paid: dict[object, int] = defaultdict(int)
    kept: dict[object, tuple[Any, int]] = {}
    for row in range(len(cases)):
        firm: object = row if cases.firm is None else int(cases.firm[row])
        blank = _plain(cases, row)
        days = (blank.as_of, blank.dates)
        if days not in kept:
            found = entitle(programmes, DICTIONARY, replace(blank, amount_minor=1))
            kept[days] = found.version, found.year
        version, year = kept[days]
        fund = _fund_key(version, year)
        used = blank.used_this_year_minor
        left = _fund_left(cases, version, paid[fund])
        case = replace(
            blank,
            used_this_year_minor=None if used is None else used + paid["year", firm, year],
            ledger=ClaimsLedger(
                blank.ledger.lifetime_minor + paid["life", firm],
                blank.ledger.in_force_minor + paid["life", firm],
            ),
            fund_left_minor=left,
        )
        answer = entitle(programmes, DICTIONARY, case)
        yield answer
        if answer.status is Status.PAYS:
            for key in (("year", firm, year), ("life", firm), *([fund] if cases.fund_runs else [])):
                paid[key] += answer.amount_minor


def _fund_key(version: Any, year: int) -> object:
    yearly = version is not None and version.fund and version.fund[0] is Ceiling.FUND_YEAR
    return ("fund", year if yearly else 0)


def _fund_left(cases: BulkCases, version: Any, paid: int) -> int | None:
    stated = None if version is None or version.fund is None else version.fund[1]
    given = [limit for limit in (stated, cases.fund_left_minor) if limit is not None]
    return max(0, min(given) - paid) if given else None


def _plain(cases: BulkCases, row: int) -> EntitlementCase:
    at: Any = {key: value_at(getattr(cases, key), row) for key in (
        "as_of", "contract", "application", "invoice", "amount_minor", "currency",
        "used_this_year_minor", "lifetime_minor", "in_force_minor")}  # fmt: skip
    return EntitlementCase(
        name=f"row-{row + 1}",
        programme=cases.programme,
        as_of=at["as_of"],
        facts={name: value_at(value, row) for name, value in cases.facts.items()},
        amount_minor=at["amount_minor"],
        currency=at["currency"],
        used_this_year_minor=at["used_this_year_minor"],
        ledger=ClaimsLedger(at["lifetime_minor"], at["in_force_minor"]),
        dates=CaseDates(at["contract"], at["application"], at["invoice"]),
        known=cases.known,
        reviews_in_force=cases.reviews_in_force,
        what_if=cases.what_if,
    )


def differences(cases: BulkCases, programmes: tuple[Programme, ...] = PROGRAMMES) -> list[str]:
    """Return where the bulk run and the single path differ in any figure or word."""
    bulk = entitle_bulk(programmes, DICTIONARY, cases)
    words = words_of(bulk)
    found: list[str] = []
    for row, single in enumerate(answers(cases, programmes)):
        kind = words.kinds[words.rows[row]]
        if said(kind) != said(single):
            found.append(f"{cases.programme} row {row}: {said(kind)} but singly {said(single)}")
        ours, theirs = bulk_row(bulk, row), single_row(single)
        if ours != theirs:
            found.append(f"{cases.programme} row {row}: {ours} but singly {theirs}")
        told = replace(bulk.explain(row), name=single.name)
        if told.as_dict() != single.as_dict():
            found.append(f"{cases.programme} row {row}: told {told} but singly {single}")
    return found


def said(answer: Entitlement) -> tuple[object, ...]:
    """Return the words of an answer."""
    return (answer.status, answer.bounds, answer.reasons, answer.missing, answer.flags)


def bulk_row(bulk: BulkAnswer, row: int) -> tuple[object, ...]:
    """Return status, amount, advice and bounds of a row."""
    amount, advice = int(bulk.amount_minor[row]), int(bulk.advice_minor[row])
    return (bulk.status(row).value, amount, advice, bulk.bound_names(row))


def single_row(single: Entitlement) -> tuple[str, int, int, tuple[str, ...]]:
    """Return the same of a single answer; used-up bounds of a refusal stand in its reasons."""
    spent = tuple(
        reason.removeprefix("exhausted: ")
        for reason in single.reasons
        if reason.startswith("exhausted: ") and not reason.endswith("_max")
    )
    bounds = single.bounds or spent
    return (single.status.value, single.amount_minor, single.advice_minor, bounds)


# --- random columns


def random_cases(programme: str, rows: int, draw: Random, **more: Any) -> BulkCases:
    """Return random cases of one programme, most of them eligible."""
    versions: list[dict[str, Any]] = RAW[programme]["versions"]
    version = versions[draw.integers(len(versions))]
    firms = draw.integers(0, max(1, rows // 4), rows)
    body: dict[str, Any] = {
        "programme": programme,
        "amount_minor": _amounts(rows, draw),
        "facts": _facts(version, rows, draw),
        "as_of": _days(versions, rows, draw),
        "currency": RAW[programme]["currency"],
        "firm": np.sort(firms) if draw.random() < 0.5 else firms,
        "used_this_year_minor": _used(version, rows, draw),
    }
    if draw.random() < 0.3:
        body["currency"] = encode(_some(draw, rows, [body["currency"]] * 9 + ["USD", None]))
    if draw.random() < 0.3:
        body |= {"firm": None}
    if draw.random() < 0.4:
        body["contract"] = encode(_some(draw, rows, [None, *_marks(versions)]))
    if draw.random() < 0.4:
        body["application"] = _days(versions, rows, draw)
    if draw.random() < 0.5:
        body["lifetime_minor"] = _even(rows, body["firm"], draw, 10**9)
        body["in_force_minor"] = int(draw.integers(0, 10**8))
    if draw.random() < 0.4:
        body["fund_left_minor"] = int(10 ** draw.uniform(0, 11))
    body["fund_runs"] = bool(draw.random() < 0.8)
    return BulkCases(**(body | more))


def crowded_cases(programme: str, rows: int, draw: Random) -> BulkCases:
    """Return eligible cases of few firms, so that caps and funds decide."""
    version: dict[str, Any] = RAW[programme]["versions"][-1]
    facts: dict[str, Any] = friendly(version)
    for item in version["rates"]:
        facts |= {key: _first(value) for key, value in item["when"].items()}
    if draw.random() < 0.5:
        facts["soft_cap_waived"] = encode(_some(draw, rows, [True, False]))
    # Close to the first day, across the end of a year, or in a window.
    first = version.get("certain_from") or version["from"]
    days = [date(2026, 5, 6)] if "windows" in version else [first, date(first.year, 12, 31)]
    if version.get("to") is None and "windows" not in version:
        days += [date(first.year + 1, 1, 1)] * 2
    top = int(10 ** draw.uniform(2, 10))
    stated = draw.random()
    openings = Numbers(draw.integers(0, top, rows))
    firms = draw.integers(0, 1 + rows // 12, rows)
    return BulkCases(
        programme=programme,
        amount_minor=Numbers(draw.integers(0, top + 1, rows)),
        facts=facts,
        as_of=encode(_some(draw, rows, days)),
        currency=RAW[programme]["currency"],
        firm=np.sort(firms) if draw.random() < 0.5 else firms,
        used_this_year_minor=openings if stated < 0.3 else 0,
        lifetime_minor=_even(rows, firms, draw, top) if stated > 0.6 else 0,
        fund_left_minor=int(draw.integers(0, 20 * top)) if draw.random() < 0.4 else None,
        fund_runs=bool(draw.random() < 0.8),
    )


def _first(value: Any) -> Any:
    """A value that meets a condition of a rate."""
    if isinstance(value, dict):
        return 1
    return value[0] if isinstance(value, list) else value


def _some(draw: Random, rows: int, values: list[Any]) -> list[Any]:
    return [values[n] for n in draw.integers(0, len(values), rows)]


def _marks(versions: list[dict[str, Any]]) -> list[date]:
    keys = ("from", "certain_from", "to", "certain_to")
    found = [v[key] for v in versions for key in keys if v.get(key)]
    return [*found, date(2026, 5, 6), date(2026, 6, 5), date(2025, 12, 31), date(2026, 1, 1)]


def _days(versions: list[dict[str, Any]], rows: int, draw: Random) -> Coded | date:
    marks = _marks(versions)
    if draw.random() < 0.5:
        return marks[draw.integers(len(marks))]
    return encode(_some(draw, rows, marks))


def _amounts(rows: int, draw: Random) -> Numbers:
    top = [20, 10**6, 10**9, 10**10, 9 * 10**15][draw.integers(5)]
    numbers = draw.integers(0, top + 1, rows)
    known = draw.random(rows) < 0.97 if draw.random() < 0.3 else None
    return Numbers(numbers, known)


def _used(version: dict[str, Any], rows: int, draw: Random) -> Numbers | int | None:
    if draw.random() < 0.4:
        return [0, 1, None][draw.integers(3)]
    cap = (version.get("cap_per_firm_year") or 10**6) * 100
    known = draw.random(rows) < 0.9 if draw.random() < 0.5 else None
    return Numbers(draw.integers(0, cap + cap // 10, rows), known)


def _even(rows: int, firms: Any, draw: Random, top: int) -> Numbers:
    """The same number for every row of a firm."""
    key = np.arange(rows) if firms is None else firms
    return Numbers(draw.integers(0, top, rows + 1)[key])


def _facts(version: dict[str, Any], rows: int, draw: Random) -> dict[str, Any]:
    facts: dict[str, Any] = friendly(version)
    for item in version["rates"]:
        for key in item["when"]:
            facts[key] = _column(key, rows, draw)
    for name in ("soft_cap_waived", "years_already_paid", "projects_done"):
        if draw.random() < 0.4:
            facts[name] = _column(name, rows, draw)
    for name in list(facts):
        chance = draw.random()
        if chance < 0.25 and not isinstance(facts[name], (Coded, Numbers)):
            facts[name] = encode(_some(draw, rows, [facts[name]] * 12 + [None, *_values(name)]))
        elif chance < 0.3:
            del facts[name]
    return facts


def _values(name: str) -> list[object]:
    fact = FACTS[name]
    if fact.domain:
        return [*fact.domain, "nonsense", True]
    if fact.kind.value == "bool":
        return [True, False, 1]
    if fact.kind.value == "money":
        return [0, 500_000_00, 500_000_01, -1, 10**16]
    return [0, 1, 2, 3, 11, 12, 13, 69, 70, 71, -1]


def _column(name: str, rows: int, draw: Random) -> Coded | Numbers:
    values = _values(name)
    numbers = FACTS[name].kind.value in ("int", "money") and draw.random() < 0.6
    if not numbers:
        return encode(_some(draw, rows, [*values[:-1], values[0], None]))
    known = draw.random(rows) < 0.9 if draw.random() < 0.5 else None
    return Numbers(np.array(_some(draw, rows, values), np.int64), known)
