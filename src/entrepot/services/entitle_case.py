"""Voucher programmes as of a day, what they pay in stated cases, and what is reserved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import cast

from entrepot.domain.vouchers.case import Entitlement, EntitlementCase
from entrepot.domain.vouchers.claims import find_programme
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Programme, Standing, Version
from entrepot.domain.vouchers.read_case import KEYS, read_case
from entrepot.domain.vouchers.version import version_on
from entrepot.kernel.money import Amount
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.house_counts import LEDGER, USED, HouseBook, house_book


class Stand(StrEnum):
    """How a programme stands on a day, for a list."""

    PAYS = "pays"
    DISCRETIONARY = "discretionary"
    CLOSED = "window_closed"
    ADVICE = "advice_only"
    IN_DOUBT = "in_doubt"
    UNKNOWN = "status_unknown"
    COMING = "coming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme as of a day.

    Attributes:
        programme: the programme.
        version: its version of the day; None = none is in force.
        standing: whether it pays on that day, or why not.
    """

    programme: Programme
    version: Version | None
    standing: Stand


@dataclass(frozen=True, slots=True)
class Asked:
    """What the asker states besides the case; each goes before what the case says.

    Attributes:
        as_of: day of law; known: only what was recorded by this day.
        programme: the one programme asked about; None = that of the case, else every one.
        amount: base amount.
        used_this_year: granted this calendar year to the firm's group.
        firm: whose grants the house counts, where it has to; None = the only one of the home.
    """

    as_of: date | None = None
    known: date | None = None
    programme: str | None = None
    amount: Amount | None = None
    used_this_year: Amount | None = None
    firm: str | None = None


@dataclass(frozen=True, slots=True)
class LimitState:
    """A cap or fund that reservations count against.

    Attributes:
        scope: counter; name: key of the rule file; programme: whose.
        used, limit: minor units of ``asset``, or projects.
        counts_projects: whether projects are counted and not money.
    """

    scope: str
    name: str
    programme: str
    asset: str
    used: int
    limit: int
    counts_projects: bool


def programmes_on(app: App, day: date, known: date | None = None) -> list[ProgrammeView]:
    """Return every programme with its version of a day, in order of id."""
    return [_view(programme, day, known) for programme in app.programmes]


def the_programme(app: App, programme_id: str) -> Programme:
    """Return a programme.

    Raises:
        NotFound: there is none; the hint names the nearest one.
    """
    return find_programme({p.id: p for p in app.programmes}, programme_id)


def view_of(app: App, programme_id: str, day: date, known: date | None = None) -> ProgrammeView:
    """Return one programme as of a day.

    Raises:
        NotFound: there is none; the hint names the nearest one.
    """
    return _view(the_programme(app, programme_id), day, known)


def entitle_cases(
    app: App, bodies: Sequence[Mapping[str, object]], asked: Asked
) -> list[Entitlement]:
    """Judge voucher cases as files state them; all are read before the first is judged.

    Args:
        app: the exchange.
        bodies: cases as plain values, or the facts of one case alone.
        asked: goes before what the cases say.

    Returns:
        One answer a case; one a programme for a case that names none.

    Raises:
        NotFound: no such programme.
        Invalid: an unknown key or fact, or a value of the wrong form.
    """
    today = local_day(app.clock.now())
    cases = [case for body in bodies for case in _cases(app, body, asked, today)]
    return [_answer(app, case) for case in cases]


def entitle_purchase(app: App, body: Mapping[str, object], asked: Asked) -> list[Entitlement]:
    """Judge one purchase whose amount the asker states.

    Such a purchase is the house's own, so where nobody states what was granted before, the
    house's own book says it. A case that states its amount itself is judged by its own words.

    Args:
        app: the exchange.
        body: plain facts, or a case without an amount.
        asked: day, programme, amount and counts.

    Returns:
        One answer a programme; ``counted_by_the_house: <key>`` flags each count of the book.

    Raises:
        NotFound: no such programme or firm.
        Invalid: an unknown fact, a value of the wrong form, or one of several firms not named.
    """
    stated = asked.used_this_year is not None or body.get(USED) is not None
    if asked.amount is None or body.get("amount_minor") is not None or stated:
        return entitle_cases(app, [body], asked)
    book = house_book(app, asked.firm, ledger=body.get(LEDGER) is None)
    cases = _cases(app, body, asked, local_day(app.clock.now()))
    return [_counted(app, case, book) for case in cases]


def _answer(app: App, case: EntitlementCase) -> Entitlement:
    return entitle(app.programmes, app.rulebook.dictionary, case)


def _counted(app: App, case: EntitlementCase, book: HouseBook) -> Entitlement:
    counted = book.fill(case, _answer(app, case))
    return book.say(counted, _answer(app, counted))


def reservations(app: App) -> tuple[list[r.VoucherReservation], list[LimitState]]:
    """Return all reservations, and every cap and fund that one of them counts against."""
    with app.store.reading() as uow:
        held = uow.vouchers.all()
        limits: dict[str, LimitState] = {}
        for one in held:
            for limit in cast(Sequence[Mapping[str, object]], one.limits["limits"]):
                scope = str(limit["scope"])
                limits[scope] = LimitState(
                    scope,
                    str(limit["name"]),
                    one.programme,
                    one.asset,
                    uow.vouchers.used(scope),
                    cast(int, limit["limit_minor"]),
                    bool(limit["counts_projects"]),
                )
    return held, [limits[scope] for scope in sorted(limits)]


def _view(programme: Programme, day: date, known: date | None) -> ProgrammeView:
    version = version_on(programme, day, known)
    if version is None:
        later = any(v.validity.from_day > day for v in programme.versions)
        return ProgrammeView(programme, None, Stand.COMING if later else Stand.ENDED)
    return ProgrammeView(programme, version, _standing(programme, version, day))


def _standing(programme: Programme, version: Version, day: date) -> Stand:
    early = version.certain_from is not None and day < version.certain_from
    late = version.certain_to is not None and day >= version.certain_to
    if version.standing is Standing.UNKNOWN:
        return Stand.UNKNOWN
    if early or late:
        return Stand.IN_DOUBT
    if not programme.decides(version.grade):
        return Stand.ADVICE
    if version.windows is not None and version.windows.open_on(day) is False:
        return Stand.CLOSED
    return Stand.DISCRETIONARY if version.discretionary else Stand.PAYS


def _cases(
    app: App, given: Mapping[str, object], asked: Asked, today: date
) -> list[EntitlementCase]:
    body = dict(given) if any(key in KEYS for key in given) else {"facts": dict(given)}
    named = asked.programme or body.get("programme")
    programmes = [named] if named is not None else [p.id for p in app.programmes]
    cases: list[EntitlementCase] = []
    for programme in programmes:
        case = read_case({**body, "programme": programme}, today)
        cases.append(_with(replace(case, name=case.name or case.programme), asked))
    return cases


def _with(case: EntitlementCase, asked: Asked) -> EntitlementCase:
    if asked.amount is not None:
        amount = asked.amount
        case = replace(case, amount_minor=amount.minor, currency=amount.asset.code)
    if asked.used_this_year is not None:
        case = replace(case, used_this_year_minor=asked.used_this_year.minor)
    return replace(case, as_of=asked.as_of or case.as_of, known=asked.known or case.known)
