"""Words and plain forms of voucher programmes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from entrepot.domain.vouchers.model import Ceiling, RateKind, Version, Windows
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import money, number, percent
from entrepot.kernel.money import Amount, asset_of
from entrepot.kernel.rulebook.plain import plain_condition
from entrepot.kernel.text import N_
from entrepot.services.entitle_case import ProgrammeView

STANDS: Mapping[str, str] = {
    "pays": N_("in force"),
    "discretionary": N_("in force, each case decided by the authority"),
    "window_closed": N_("in force, no applications today"),
    "advice_only": N_("in force by a weak source: advice only"),
    "in_doubt": N_("start or end in doubt"),
    "status_unknown": N_("not known whether in force"),
    "coming": N_("not yet in force"),
    "ended": N_("no version in force"),
}
CEILINGS: Mapping[Ceiling, str] = {
    Ceiling.APPLICATION: N_("an application"),
    Ceiling.FIRM_YEAR: N_("a firm and year"),
    Ceiling.SOFT_FIRM_YEAR: N_("a firm and year, may be waived"),
    Ceiling.FIRM_LIFETIME: N_("a firm in all"),
    Ceiling.IN_FORCE: N_("a firm at once"),
    Ceiling.FUND_YEAR: N_("fund of a year"),
    Ceiling.FUND_TOTAL: N_("fund in all"),
}

SHORT: Mapping[Ceiling, str] = {
    Ceiling.APPLICATION: N_("a case"),
    Ceiling.FIRM_YEAR: N_("a year"),
    Ceiling.SOFT_FIRM_YEAR: N_("a year, may be waived"),
    Ceiling.FIRM_LIFETIME: N_("in all"),
    Ceiling.IN_FORCE: N_("at once"),
}
"""Caps of a firm in a word, for a table of all programmes."""


def not_stated() -> str:
    """Return how a value is shown on which the text is silent."""
    return _(N_("not stated"))


def amount_text(minor: int | None, currency: str) -> str:
    """Write an amount; a silent text is not stated."""
    return not_stated() if minor is None else money(Amount(minor, asset_of(currency)))


def bare_amount(minor: int, digits: int = 2) -> str:
    """Write an amount without its currency; whole units without cents.

    >>> bare_amount(200_000_000), bare_amount(12_345)
    ('2,000,000', '123.45')
    """
    return number(Fraction(minor, 10**digits), digits if minor % 10**digits else 0)


def short_amount(minor: int | None, currency: str) -> str:
    """Write an amount for a narrow column: whole units without cents; a silent text is not stated.

    >>> short_amount(200_000_000, "CNY")
    'CNY 2,000,000'
    """
    if minor is None:
        return not_stated()
    return f"{currency} {bare_amount(minor, asset_of(currency).digits)}"


def short_rate(version: Version) -> str:
    """Write the least and the highest rate of a version for a narrow column."""
    if not version.rates:
        return not_stated()
    rates = sorted({rate.rate_bp for rate in version.rates})
    text = " – ".join(bare_amount(rate) for rate in dict.fromkeys((rates[0], rates[-1]))) + " %"
    if version.rate_kind is RateKind.FIXED:
        return text
    return _(N_("up to {rate}")).format(rate=text)


def short_caps(version: Version, currency: str) -> str:
    """Write the caps of a version for a narrow column, the silent ones by one word."""
    caps = [(name, m) for name, m in version.ceilings.items() if name in SHORT]
    stated = [f"{short_amount(m, currency)} {_(SHORT[name])}" for name, m in caps if m is not None]
    silent = [_(SHORT[name]) for name, minor in caps if minor is None]
    if silent and stated:
        stated.append(f"{', '.join(silent)}: {not_stated()}")
    return "; ".join(stated) or not_stated()


def rate_text(version: Version) -> str:
    """Write the rates of a version, highest last; a ceiling says "up to"."""
    if not version.rates:
        return not_stated()
    rates = sorted({rate.rate_bp for rate in version.rates})
    text = percent(rates[0]) if len(rates) == 1 else f"{percent(rates[0])} – {percent(rates[-1])}"
    if version.rate_kind is RateKind.FIXED:
        return text
    return _(N_("up to {rate}")).format(rate=text)


def ceiling_texts(version: Version, currency: str, *, funds: bool) -> list[str]:
    """Write the caps of a version, or its funds."""
    wanted = (Ceiling.FUND_YEAR, Ceiling.FUND_TOTAL)
    return [
        f"{_(CEILINGS[name])}: {amount_text(minor, currency)}"
        for name, minor in version.ceilings.items()
        if (name in wanted) is funds
    ]


def window_text(windows: Windows | None) -> str:
    """Write the days of application."""
    if windows is None:
        return not_stated()
    return "; ".join(days_text(p.from_day, p.to_day) for p in windows.periods) or not_stated()


def days_text(first: date, end: date | None) -> str:
    """Write the days of [first, end)."""
    if end is None:
        return _(N_("from {first}, no end stated")).format(first=first.isoformat())
    return _(N_("from {first} until before {end}")).format(
        first=first.isoformat(), end=end.isoformat()
    )


def programme_data(view: ProgrammeView) -> dict[str, object]:
    """Return a programme as of a day for ``--json``."""
    programme = view.programme
    return {
        "programme": programme.id,
        "names": dict(programme.name),
        "place": programme.place,
        "family": programme.family,
        "currency": programme.currency,
        "stacks_with": sorted(programme.stacks_with),
        "standing": view.standing.value,
        "version": version_data(view.version) if view.version else None,
    }


def version_data(version: Version) -> dict[str, object]:
    """Return a version for ``--json``; null means not stated."""
    return {
        "id": version.id,
        "from": version.validity.from_day,
        "to": version.validity.to_day,
        "status": version.standing.value,
        "recorded_at": version.recorded_at,
        "base": version.base,
        "rate_kind": version.rate_kind.value,
        "rates": [
            {
                "rate_bp": rate.rate_bp,
                "when": [plain_condition(c) for c in rate.when],
                "cap_minor": rate.cap_minor,
            }
            for rate in version.rates
        ],
        "ceilings_minor": {name.value: minor for name, minor in version.ceilings.items()},
        "windows": None if version.windows is None else list(version.windows.periods),
        "eligible": None
        if version.eligible is None
        else [[*plain_condition(item.condition), item.reason] for item in version.eligible],
        "payout": version.payout.value if version.payout else None,
        "discretionary": version.discretionary,
        "grade": version.grade.value,
        "sources": list(version.sources),
        "note": version.note,
        "conflict": version.conflict,
        "not_stated": list(version.not_stated),
    }
