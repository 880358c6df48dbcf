"""The fund of a programme: reserved, approved, paid, left, and how fast it is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from entrepot.domain.vouchers.claim_life import Stage, burn_minor_a_month
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.reserve import limit_keys
from entrepot.domain.vouchers.version import version_on
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.entitle_case import the_programme
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_claims import Claim
from entrepot.services.voucher_money import limits_in

APPROVED = (Stage.APPROVED, Stage.EVIDENCED, Stage.REDEEMED)


@dataclass(frozen=True, slots=True)
class FundView:
    """A fund as of now; amounts in minor units of ``asset``; None = the text does not state it.

    Attributes:
        programme, names, asset: whose fund.
        fund: key of the rule file, ``fund_per_year`` or ``fund_total``.
        limit_minor: what the text states.
        asked_minor: applied for, but not reserved before the authority confirms it.
        reserved_minor: held by leases, bills and applications.
        approved_minor: granted and not yet paid.
        paid_minor: paid.
        left_minor: limit − reserved − approved − paid, not below nought.
        burn_month_minor: granted a month, over the last twelve; None = nothing was granted.
        months_left: whole months that the rest lasts at that rate; None = cannot be said.
    """

    programme: str
    names: Mapping[str, str]
    asset: str
    fund: str | None
    limit_minor: int | None
    asked_minor: int
    reserved_minor: int
    approved_minor: int
    paid_minor: int
    left_minor: int | None
    burn_month_minor: int | None
    months_left: int | None


def fund_of(app: App, programme_id: str) -> FundView:
    """Return the fund of a programme.

    Raises:
        NotFound: there is no such programme.
    """
    programme = the_programme(app, programme_id)
    with app.store.reading() as uow:
        return _view(uow, programme, local_day(app.clock.now()))


def all_funds(app: App) -> list[FundView]:
    """Return the funds of all programmes in force today, and of those that hold anything."""
    today = local_day(app.clock.now())
    with app.store.reading() as uow:
        busy = {claim.programme for claim in uow.claims.all()}
        busy |= {held.programme for held in uow.vouchers.all()}
        return [
            _view(uow, programme, today)
            for programme in app.programmes
            if programme.id in busy or version_on(programme, today, None)
        ]


def _view(uow: UnitOfWork, programme: Programme, today: date) -> FundView:
    name, limit, scope = _fund(programme, today)
    claims = [claim for claim in uow.claims.all() if claim.programme == programme.id]
    counted = [claim for claim in claims if claim.held and _counts(claim.limits, scope)]
    left = None if limit is None or scope is None else max(0, limit - uow.vouchers.used(scope))
    burn = burn_minor_a_month(_by_month(claims), today.isoformat()[:7])
    return FundView(
        programme=programme.id,
        names=programme.name,
        asset=programme.currency,
        fund=name,
        limit_minor=limit,
        asked_minor=sum(c.amount_minor for c in claims if _waits(c)),
        reserved_minor=_reserved(uow.vouchers.all(), programme, scope) + _sum(counted, "applied"),
        approved_minor=_sum(counted, *APPROVED),
        paid_minor=_sum(counted, Stage.PAID),
        left_minor=left,
        burn_month_minor=burn,
        months_left=left // burn if burn and left is not None else None,
    )


def _fund(programme: Programme, today: date) -> tuple[str | None, int | None, str | None]:
    version = version_on(programme, today, None)
    if version is None or version.fund is None:
        return None, None, None
    name, limit = version.fund
    keys = limit_keys(version, programme.id, "", today.year)
    return name.value, limit, next(key.scope for key in keys if key.name == name.value)


def _counts(kept: r.Body, scope: str | None) -> bool:
    """Say whether a claim counts against a fund; all count where none is stated."""
    return scope is None or any(limit["scope"] == scope for limit in limits_in(kept))


def _waits(claim: Claim) -> bool:
    return claim.state == Stage.APPLIED and not claim.held


def _sum(claims: Sequence[Claim], *stages: str) -> int:
    return sum(claim.amount_minor for claim in claims if claim.state in stages)


def _reserved(held: Sequence[r.VoucherReservation], programme: Programme, scope: str | None) -> int:
    return sum(
        one.amount_minor
        for one in held
        if one.programme == programme.id
        and one.state in ("reserved", "applied")
        and _counts(one.limits, scope)
    )


def _by_month(claims: Sequence[Claim]) -> dict[str, int]:
    """Return month → what was approved in it and has not been given back."""
    months: dict[str, int] = {}
    for claim in claims:
        if claim.held and claim.approved_at is not None:
            month = local_day(claim.approved_at).isoformat()[:7]
            months[month] = months.get(month, 0) + claim.amount_minor
    return months
