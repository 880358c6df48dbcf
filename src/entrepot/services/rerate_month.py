"""Close billing months and rate them again.

A month is rated by the plan of each firm when it is closed: what the plan charges beside the bills
becomes lines of the month. Rated again, the month is compared with what was booked, subject by
subject, and exactly the difference is booked in the month that is open::

    correction(subject) = line(subject, now) − Σ booked(subject)

so that a second run finds nothing, and no invoice is ever changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.monthly import month_days
from entrepot.domain.metering.plan import Outage, PeriodRating, PlanKind, PlanLine
from entrepot.domain.metering.rate_period import month_lines, rate_period
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.accrued import book_accrued, prepaid_can_settle, settle_prepaid
from entrepot.services.neighbours import slowed_of
from entrepot.services.plans import plan_of, read_body
from entrepot.services.ports_metering import Accrued, ClosedMonth
from entrepot.services.rerate_job import correction_of, month_text, standing_of, usage_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

    Bills = Mapping[str, Sequence[r.Invoice]]


@dataclass(frozen=True, slots=True)
class Rerated:
    """What rating again has booked.

    Attributes:
        month: which; closed: whether it is.
        lines: booked by this run; none when nothing differs.
    """

    month: str
    closed: bool
    lines: tuple[Accrued, ...]


def close_month(app: App, month: str) -> Rerated:
    """Close a month: book what the plans charge beside the bills; closed twice is closed once.

    Args:
        app: the exchange.
        month: ``2026-11``; it must be over.

    Raises:
        Invalid: no month.
        Refused: the month is not over.
    """
    now = app.clock.now()
    _see_over(month, now)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.metering.closed_month(month) is not None:
            return {"month": month, "lines": []}
        booked = _book_all(app, uow, month, _firms(uow, month, None), now, closing=True)
        uow.metering.close_month(ClosedMonth(month, now, app.actor))
        return {"month": month, "lines": [line.id for line in booked]}

    body: Body = {"month": month}
    answer = app.store.command(app.actor, "usage.close", f"close:{month}", body, now, action)
    return _told(app, month, answer)


def rerate_month(app: App, month: str, firm_id: str | None = None) -> Rerated:
    """Rate a month again and book the differences; nothing is written where nothing differs.

    Args:
        app: the exchange.
        month: ``2026-11``.
        firm_id: only this firm.

    Raises:
        Invalid: no month.
    """
    now = app.clock.now()
    month_days(month)
    with app.store.reading() as uow:
        firms = _firms(uow, month, firm_id)
        found = _differences(app, uow, month, firms, now)
        closed = uow.metering.closed_month(month) is not None
    if not found:
        return Rerated(month, closed, ())

    def action(uow: UnitOfWork) -> dict[str, object]:
        closed = uow.metering.closed_month(month) is not None
        booked = _book_all(app, uow, month, _firms(uow, month, firm_id), now, closing=closed)
        return {"month": month, "lines": [line.id for line in booked]}

    body: Body = {"month": month, "firms": list(firms), "found": found}
    key = f"rerate:{digest(body)[:40]}"
    return _told(app, month, app.store.command(app.actor, "usage.rerate", key, body, now, action))


def month_of(app: App, firm_id: str, month: str) -> PeriodRating | None:
    """Rate what a firm used in a month by its plan; None without a plan.

    The month while it runs is rated as if it were over now.

    Raises:
        Invalid: no month.
    """
    month_days(month)
    with app.store.reading() as uow:
        return _rated(app, uow, firm_id, month, _firms(uow, month, firm_id).get(firm_id, []))


def months_of_bills(app: App) -> list[str]:
    """Return the billing months in which anything was billed, and those closed, in order."""
    with app.store.reading() as uow:
        billed = {month_text(bill.issued_at) for bill in uow.deals.invoices()}
        return sorted(billed | {one.month for one in uow.metering.closed_months()})


def _rated(
    app: App, uow: UnitOfWork, firm_id: str, month: str, bills: Sequence[r.Invoice]
) -> PeriodRating | None:
    row = plan_of(uow, firm_id, month)
    if row is None:
        return None
    standings = [standing_of(app, uow, bill) for bill in bills]
    lines = [line for line in map(usage_line, standings) if line is not None]
    outages = [
        Outage(lost.id, lost.job_id, lost.seconds, one.lease.milli_devices)
        for one in standings
        for lost in uow.metering.lost_time(one.lease.id)
    ]
    slowed = [found for one in standings if (found := slowed_of(uow, one)) is not None]
    return rate_period(lines, read_body(row.body), outages=outages, slowed=slowed)


def _differences(app: App, uow: UnitOfWork, month: str, firms: Bills, now: int) -> list[str]:
    """Return the ids of what differs first: of bills, and if none does, of the month's lines."""
    found: list[str] = []
    for firm_id, bills in firms.items():
        drafts = [correction_of(standing_of(app, uow, bill), now) for bill in bills]
        found += [draft.id for draft in drafts if draft is not None]
        if uow.metering.closed_month(month) is not None:
            found += [line.id for line in _month_drafts(app, uow, firm_id, month, now, bills)]
        # A charge that the prepaid money did not cover is settled once there is more of it.
        found += [f"settle:{name}" for name in prepaid_can_settle(uow, firm_id, now)]
    return found


def _book_all(
    app: App, uow: UnitOfWork, month: str, firms: Bills, now: int, *, closing: bool
) -> list[Accrued]:
    booked: list[Accrued] = []
    for firm_id, bills in firms.items():
        for bill in bills:
            draft = correction_of(standing_of(app, uow, bill), now)
            booked += [_book(app, uow, draft)] if draft else []
        if closing:
            drafts = _month_drafts(app, uow, firm_id, month, now, bills)
            booked += [_book(app, uow, draft) for draft in drafts]
        settle_prepaid(app, uow, firm_id, now)
    return booked


def _book(app: App, uow: UnitOfWork, draft: Accrued) -> Accrued:
    line = replace(draft, number=uow.metering.next_accrued())
    book_accrued(app, uow, line)
    return line


def _month_drafts(
    app: App,
    uow: UnitOfWork,
    firm_id: str,
    month: str,
    now: int,
    bills: Sequence[r.Invoice],
) -> list[Accrued]:
    """Return the lines that a month still needs, without numbers."""
    rating = _rated(app, uow, firm_id, month, bills)
    booked = [
        line
        for line in uow.metering.accrued(firm_id=firm_id, month=month)
        if line.kind != "usage_correction"
    ]
    closed = uow.metering.closed_month(month) is not None
    target = {_subject(line): line for line in month_lines(rating)} if rating else {}
    subjects = [*target, *(s for s in dict.fromkeys(b.subject for b in booked) if s not in target)]
    drafts = [
        _draft(firm_id, month, subject, target.get(subject), booked, now, closed)
        for subject in subjects
    ]
    return [draft for draft in drafts if draft.amount_minor]


def _draft(
    firm_id: str,
    month: str,
    subject: str,
    target: PlanLine | None,
    booked: list[Accrued],
    now: int,
    closed: bool,
) -> Accrued:
    before = [line for line in booked if line.subject == subject]
    wanted = target.amount.minor if target else 0
    quantity = target.milli_device_seconds if target else 0
    corrects = before[-1].id if before else ""
    said = [firm_id, month, subject, corrects, wanted, quantity]
    return Accrued(
        id=digest(said)[:32],
        number=0,
        kind="plan_correction" if closed else "plan",
        firm_id=firm_id,
        job_id=None,
        lease_id=None,
        invoice_id=None,
        month=month,
        booked_in=month_text(now),
        corrects=corrects,
        subject=subject,
        price_version=target.price_version if target else before[-1].price_version,
        milli_device_seconds=quantity - sum(line.milli_device_seconds for line in before),
        amount_minor=wanted - sum(line.amount_minor for line in before),
        spread_minor=0,
        tax_minor=0,
        centre_id=None,
        centre_minor=0,
        carrying_minor=0,
        text=target.text if target else before[-1].text,
        params=dict(target.params) if target else dict(before[-1].params),
        body={"plan_line": target.id if target else ""},
        made_at=now,
        taken_by=None,
    )


def _subject(line: PlanLine) -> str:
    """Return what a line of a month is compared by: its part, or what it follows from."""
    params = dict(line.params)
    if line.kind == PlanKind.USE:
        return f"use:{line.price_version}:{params['part']}"
    if line.kind == PlanKind.OUTAGE:
        return f"outage:{line.cause}"
    return f"{line.kind.value}:{line.job}" if line.job else line.kind.value


def _firms(uow: UnitOfWork, month: str, firm_id: str | None) -> Bills:
    """Return the firms of a month with their bills of it: all are read in one go.

    They are those billed in the month, with a plan for it, or with lines of it. A slot bought in
    an auction has its price whatever a plan says, so its bill is not among them.
    """
    bills: dict[str, list[r.Invoice]] = {}
    sold = {one.lease_id for one in uow.market.leases()}
    for bill in uow.deals.invoices():
        if month_text(bill.issued_at) == month and bill.lease_id not in sold:
            bills.setdefault(bill.firm_id, []).append(bill)
    lined = {line.firm_id for line in uow.metering.accrued(month=month)}
    return {
        firm.id: bills.get(firm.id, [])
        for firm in uow.registry.firms()
        if firm_id in (None, firm.id)
        and (firm.id in bills or firm.id in lined or plan_of(uow, firm.id, month) is not None)
    }


def _see_over(month: str, now: int) -> None:
    _, after = month_days(month)
    if local_day(now) < after:
        raise Refused(
            "usage.month_open",
            N_("The month {month} is not over."),
            hint=N_("Close it on {day} or later."),
            month=month,
            day=after.isoformat(),
        )


def _told(app: App, month: str, answer: Body) -> Rerated:
    with app.store.reading() as uow:
        lines = {line.id: line for line in uow.metering.accrued(month=month)}
        closed = uow.metering.closed_month(month) is not None
    names = cast("list[str]", answer["lines"])
    return Rerated(month, closed, tuple(lines[name] for name in names))


def total_of(lines: Iterable[Accrued]) -> Amount:
    """Return Σ of lines, HKD."""
    return Amount(sum(line.amount_minor for line in lines), HKD)
