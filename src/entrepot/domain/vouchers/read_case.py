"""Reading a case from plain values, as a case file or a program gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast

from entrepot.domain.vouchers.case import CaseDates, ClaimsLedger, EntitlementCase, OtherClaim
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import asset_of
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_, Phrase

KEYS = (
    *("name", "programme", "as_of", "known", "facts", "amount_minor", "currency"),
    *("used_this_year_minor", "fund_left_minor", "ledger", "other_claims", "dates"),
)
"""What a case may say."""


def read_case(body: Mapping[str, object], as_of: date | None = None) -> EntitlementCase:
    """Read a case.

    Args:
        body: ``name``, ``programme``, ``as_of``, ``known``, ``facts``, ``amount_minor``,
            ``currency``, ``used_this_year_minor``, ``fund_left_minor``, ``ledger``
            (``lifetime_minor``, ``in_force_minor``), ``other_claims`` (programme ids, or
            mappings of ``programme`` and ``amount_minor``), ``dates`` (``contract``,
            ``application``, ``invoice``). Days are dates or YYYY-MM-DD.
        as_of: day of the law where the case names none.

    Raises:
        Invalid: an unknown key, a value of the wrong form, or no programme or day.

    >>> case = read_case({"programme": "hk.aiss", "as_of": "2026-11-21", "amount_minor": 5})
    >>> case.amount_minor, case.as_of.year
    (5, 2026)
    """
    _only("", body, KEYS)
    day = _day("as_of", body.get("as_of")) or as_of
    if day is None:
        raise _wrong("as_of", N_("a date YYYY-MM-DD"))
    currency = body.get("currency")
    return EntitlementCase(
        name=_text("name", body.get("name", "")),
        programme=_text("programme", body.get("programme")),
        as_of=day,
        facts=_mapping("facts", body.get("facts")),
        amount_minor=_whole("amount_minor", body.get("amount_minor")),
        currency=None if currency is None else asset_of(_text("currency", currency)).code,
        used_this_year_minor=_whole("used_this_year_minor", body.get("used_this_year_minor")),
        fund_left_minor=_whole("fund_left_minor", body.get("fund_left_minor")),
        ledger=_ledger(body.get("ledger")),
        other_claims=tuple(_claims(body.get("other_claims"))),
        dates=_dates(body.get("dates")),
        known=_day("known", body.get("known")),
    )


def _ledger(given: object) -> ClaimsLedger:
    body = _mapping("ledger", given)
    _only("ledger.", body, ("lifetime_minor", "in_force_minor"))
    counts = {key: _whole(f"ledger.{key}", value) for key, value in body.items()}
    for key, value in counts.items():
        if value is None:
            raise _wrong(f"ledger.{key}", N_("a whole number"))
    return ClaimsLedger(**{key: value or 0 for key, value in counts.items()})


def _claims(given: object) -> Iterable[OtherClaim]:
    if given is None:
        return
    if not isinstance(given, (list, tuple)):
        raise _wrong("other_claims", N_("a list"))
    for index, item in enumerate(cast("Iterable[object]", given)):
        key = f"other_claims[{index}]"
        body = {"programme": item} if isinstance(item, str) else _mapping(key, item)
        _only(f"{key}.", body, ("programme", "amount_minor"))
        programme = _text(f"{key}.programme", body.get("programme"))
        yield OtherClaim(programme, _whole(f"{key}.amount_minor", body.get("amount_minor")))


def _dates(given: object) -> CaseDates:
    body = _mapping("dates", given)
    _only("dates.", body, ("contract", "application", "invoice"))
    return CaseDates(**{key: _day(f"dates.{key}", value) for key, value in body.items()})


def _only(prefix: str, body: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in body:
        if key not in known:
            near = did_you_mean(str(key), known)
            raise Invalid(
                "vouchers.case_key",
                N_("A voucher case has no key {key}."),
                hint=N_("Did you mean {near}?") if near else N_("Known keys: {known}."),
                fields={f"{prefix}{key}": "unknown key"},
                key=f"{prefix}{key}",
                near=near or "",
                known=", ".join(known),
            )


def _mapping(key: str, given: object) -> Mapping[str, object]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise _wrong(key, N_("a mapping"))
    return cast("Mapping[str, object]", given)


def _text(key: str, given: object) -> str:
    if not isinstance(given, str) or (key != "name" and not given):
        raise _wrong(key, N_("a text"))
    return given


def _whole(key: str, given: object) -> int | None:
    if given is None or type(given) is int:
        return given
    raise _wrong(key, N_("a whole number"))


def _day(key: str, given: object) -> date | None:
    if given is None:
        return None
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given if isinstance(given, str) and len(given) == 10 else "")
    except ValueError:
        raise _wrong(key, N_("a date YYYY-MM-DD")) from None


def _wrong(key: str, what: str) -> Invalid:
    return Invalid(
        "vouchers.case_value",
        N_("{key} of a voucher case should be {what}."),
        hint=N_("Correct that value."),
        fields={key: what},
        key=key,
        what=Phrase(what),
    )
