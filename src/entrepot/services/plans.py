"""Price plans: kept by revision, named by a contract or by the plan itself.

A revision is never changed. The last one counts for every month, also for one that is closed: a
changed price leads to correction lines when that month is rated again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.agreement import State, overlapping
from entrepot.domain.contracts.monthly import month_days
from entrepot.domain.metering.plan import Commitment, Plan, PriceVersion, Tier
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, NotFound
from entrepot.kernel.money import HKD, Amount, UnitPrice
from entrepot.kernel.period import Dated, local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.ports_metering import PlanRow
from entrepot.services.records import Body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan as its file states it, with the firms that it is for."""

    plan: Plan
    firms: tuple[str, ...]


def add_plan(app: App, file: PlanFile, key: str) -> PlanRow:
    """Keep a plan, or a further revision of it; the same terms again change nothing.

    Args:
        app: the exchange.
        file: the plan and its firms.
        key: idempotency key.

    Raises:
        NotFound: no such firm.
        Conflict: another plan is for one of the firms.
    """
    now, plan = app.clock.now(), file.plan
    body = plan_body(plan)
    said = digest({"plan": body, "firms": list(file.firms)})

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = uow.metering.plans(plan.id)
        if known and known[-1].digest == said:
            return {"plan": plan.id, "revision": known[-1].revision}
        _see_firms(uow, plan.id, file.firms)
        row = PlanRow(plan.id, len(known) + 1, file.firms, body, said, now, app.actor)
        uow.metering.add_plan(row)
        return {"plan": plan.id, "revision": row.revision}

    asked: Body = {"plan": body, "firms": list(file.firms)}
    answer = app.store.command(app.actor, "plan.add", key, asked, now, action)
    return the_plan(app, plan.id, cast(int, answer["revision"]))


def all_plans(app: App) -> list[PlanRow]:
    """Return the revision of each plan that counts."""
    with app.store.reading() as uow:
        return latest_plans(uow)


def the_plan(app: App, plan_id: str, revision: int | None = None) -> PlanRow:
    """Return a revision of a plan; the last one if none is named.

    Raises:
        NotFound: no such plan or revision.
    """
    with app.store.reading() as uow:
        rows = uow.metering.plans(plan_id)
        known = [row.id for row in latest_plans(uow)]
    found = [row for row in rows if revision in (None, row.revision)]
    if not found:
        guess = did_you_mean(plan_id, known)
        raise NotFound(
            "plan.unknown",
            N_("There is no price plan {id}."),
            hint=N_("Did you mean {guess}?") if guess else N_("See: entrepot plans list"),
            id=plan_id,
            guess=guess or "",
        )
    return found[-1]


def latest_plans(uow: UnitOfWork) -> list[PlanRow]:
    """Return the last revision of every plan."""
    return list({row.id: row for row in uow.metering.plans()}.values())


def plan_of(uow: UnitOfWork, firm_id: str, month: str) -> PlanRow | None:
    """Return the plan by which a firm's month is rated; None = by the bills alone.

    A contract that was in force in the month and names a plan comes first, then a plan that names
    the firm and has a price version in the month; one without versions is in force from the month
    in which it was first kept.

    Args:
        uow: one view of everything kept.
        firm_id: whose.
        month: ``2026-11``.
    """
    plans = {row.id: row for row in latest_plans(uow)}
    first, after = (day.isoformat() for day in month_days(month))
    named = [
        one.plan
        for one in uow.contracts.users(firm_id)
        if one.state != State.DRAFT
        and one.plan
        and overlapping(first, after, [(one.from_day, one.to_day)])
    ]
    if named:
        return plans.get(named[-1])
    found = next((row for row in plans.values() if firm_id in row.firms), None)
    return found if found is not None and _in_force(uow, found, month) else None


def _in_force(uow: UnitOfWork, row: PlanRow, month: str) -> bool:
    first, after = month_days(month)
    versions = read_body(row.body).versions
    if versions:
        return any(
            one.days.from_day < after and (one.days.to_day is None or first < one.days.to_day)
            for one in versions
        )
    return local_day(uow.metering.plans(row.id)[0].added_at) < after


def plan_body(plan: Plan) -> dict[str, object]:
    """Return a plan as plain values; :func:`read_body` reads them back."""
    committed = plan.commitment
    return {
        "id": plan.id,
        "versions": [_version_body(one) for one in plan.versions],
        "minimum_job": plan.minimum_job.minor,
        "minimum_month": plan.minimum_month.minor,
        "commitment": None
        if committed is None
        else {"quantity": committed.milli_device_seconds, "price": _price_text(committed.price)},
        "outage_bp": plan.outage_bp,
        # A plan of before there was such a credit keeps its bytes.
        **({} if plan.slow_bp is None else {"slow_bp": plan.slow_bp}),
    }


def read_body(body: Body) -> Plan:
    """Read a plan as it is kept."""
    committed = cast("Mapping[str, object] | None", body["commitment"])
    return Plan(
        str(body["id"]),
        tuple(_version(one) for one in cast("Sequence[Mapping[str, object]]", body["versions"])),
        Amount(cast(int, body["minimum_job"]), HKD),
        Amount(cast(int, body["minimum_month"]), HKD),
        None
        if committed is None
        else Commitment(cast(int, committed["quantity"]), _price(committed["price"])),
        cast(int, body["outage_bp"]),
        cast("int | None", body.get("slow_bp")),
    )


def _version_body(version: PriceVersion) -> dict[str, object]:
    days = version.days
    return {
        "name": version.name,
        "from": days.from_day.isoformat(),
        "to": days.to_day.isoformat() if days.to_day else None,
        "tiers": [
            {
                "up_to": tier.up_to,
                "price": None if tier.price is None else _price_text(tier.price),
                "share_bp": tier.share_bp,
            }
            for tier in version.tiers
        ],
    }


def _version(body: Mapping[str, object]) -> PriceVersion:
    to_day = body["to"]
    return PriceVersion(
        str(body["name"]),
        Dated(
            date.fromisoformat(str(body["from"])),
            None if to_day is None else date.fromisoformat(str(to_day)),
        ),
        tuple(_tier(one) for one in cast("Sequence[Mapping[str, object]]", body["tiers"])),
    )


def _tier(body: Mapping[str, object]) -> Tier:
    price = body["price"]
    return Tier(
        cast("int | None", body["up_to"]),
        None if price is None else _price(price),
        cast("int | None", body["share_bp"]),
    )


def _price_text(price: UnitPrice) -> str:
    return str(price.minor_per_device_hour)


def _price(value: object) -> UnitPrice:
    return UnitPrice(Fraction(str(value)), HKD)


def _see_firms(uow: UnitOfWork, plan_id: str, firms: Sequence[str]) -> None:
    others = {name: row.id for row in latest_plans(uow) if row.id != plan_id for name in row.firms}
    for name in firms:
        if uow.registry.firm(name) is None:
            raise NotFound(
                "firm.unknown",
                N_("No firm {id} is registered here."),
                hint=N_("Correct the firms of the plan."),
                id=name,
            )
        if name in others:
            raise Conflict(
                "plan.firm",
                N_("Firm {firm} has price plan {other} already."),
                hint=N_("Take the firm out of that plan first."),
                firm=name,
                other=others[name],
            )
