"""Which lawful combination of vouchers leaves least to pay for a job, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.domain.vouchers.stacking import may_join
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.candidate import Pricing
from entrepot.services.declaration import JobSpec
from entrepot.services.entitle_job import Applied, lowers_price, pays_compute
from entrepot.services.quote import exchange_rates, quote_job

if TYPE_CHECKING:
    from entrepot.services.app import App


class Why(StrEnum):
    """Why a programme takes no part in the best combination."""

    REFUSED = "refused"
    NEEDS_FACTS = "needs_facts"
    ADVICE = "advice_only"
    OTHER_PURCHASE = "other_purchase"
    TO_CONFIRM = "to_confirm"
    SAME_FAMILY = "same_family"
    NO_STACKING = "no_stacking"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A programme that takes no part.

    Attributes:
        answer: what it answers on this price.
        why: the one cause.
        beside: chosen programmes that it may not lie beside.
        base: what it pays for, as the rule file writes it; None = not stated.
    """

    answer: Entitlement
    why: Why
    beside: tuple[str, ...] = ()
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A programme that takes part.

    Attributes:
        programme: its id.
        amount: what it pays.
        payout: ``at_purchase`` or ``after_claim``.
    """

    programme: str
    amount: Amount
    payout: str


@dataclass(frozen=True, slots=True)
class BestVouchers:
    """The best combination on one candidate of a quote.

    Attributes:
        rank: rank of the candidate; centre_id, device_id: where and what.
        total: price before vouchers; to_pay: what is left after all of them.
        parts: the combination; left_out: every other programme.
        usable: programmes that may lower a price without anybody's word.
        tried: lawful combinations compared; see
            :class:`entrepot.domain.vouchers.stacking.Combination`.
    """

    rank: int
    centre_id: str
    device_id: str
    total: Amount
    to_pay: Amount
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]
    usable: int
    tried: int


def best_vouchers(app: App, firm: r.Firm, job: JobSpec) -> list[BestVouchers]:
    """Return the best combination on every candidate, cheapest first; nothing is stored.

    Args:
        app: the exchange.
        firm: applicant; caps are counted by its group.
        job: what is priced.

    Raises:
        Refused: no offer fits the job, so there is no price.
    """
    answer = quote_job(app, firm, job, store=False)
    candidates = cast("Sequence[Mapping[str, object]]", answer.quote.body["candidates"])
    if not candidates:
        raise Refused(
            "voucher.no_price",
            N_("No offer fits {job}, so there is no price that a voucher could lower."),
            hint=N_("entrepot quote JOB.yaml --why says what is in the way."),
            job=job.name,
        )
    day = local_day(answer.quote.created_at)
    with app.store.reading() as uow:
        pricing = Pricing(app, uow, firm, job, exchange_rates(app, day), day)
        return [_best(pricing, row) for row in candidates]


def _best(pricing: Pricing, row: Mapping[str, object]) -> BestVouchers:
    centre, device = str(row["centre_id"]), str(row["device_id"])
    total = Amount(cast("int", row["total_minor"]), HKD)
    applied = pricing.vouchers_at(centre, device, total)
    parts = tuple(Part(d.programme, d.amount, d.payout.value) for d in applied.deductions)
    paid = Amount(sum(part.amount.minor for part in parts), HKD)
    return BestVouchers(
        cast("int", row["rank"]),
        centre,
        device,
        total,
        total - paid,
        parts,
        _left_out(applied),
        sum(map(lowers_price, applied.answers)),
        applied.combination.tried if applied.combination else 0,
    )


def _left_out(applied: Applied) -> tuple[LeftOut, ...]:
    used = {deduction.programme for deduction in applied.deductions}
    chosen = [answer for answer in applied.answers if answer.programme in used]
    return tuple(
        _cause(answer, chosen) for answer in applied.answers if answer.programme not in used
    )


def _cause(answer: Entitlement, chosen: Sequence[Entitlement]) -> LeftOut:
    base = answer.version.base if answer.version else None
    if not lowers_price(answer):
        return LeftOut(answer, _unusable(answer), (), base)
    kin = tuple(one.programme for one in chosen if one.family == answer.family)
    if kin:
        return LeftOut(answer, Why.SAME_FAMILY, kin, base)
    foreign = tuple(one.programme for one in chosen if not may_join(one, answer))
    return LeftOut(answer, Why.NO_STACKING if foreign else Why.NOTHING_LEFT, foreign, base)


def _unusable(answer: Entitlement) -> Why:
    if answer.status is Status.PAYS:
        return Why.TO_CONFIRM if pays_compute(answer) else Why.OTHER_PURCHASE
    if answer.status is Status.NEEDS_REVIEW:
        return Why.ADVICE
    return Why.REFUSED if answer.status is Status.REFUSED else Why.NEEDS_FACTS
