"""What a proposed programme would pay over stated or generated cases, and what a fund would bear.

Nothing is kept, reserved or paid: a proposed version advises, and only here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from entrepot.domain.vouchers.case import Entitlement, EntitlementCase, Status
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.read_case import read_case
from entrepot.domain.vouchers.saving import read_saving, saving_minor
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.synthetic_demand import Demand, assumptions_of, synthetic_amounts

CASES_MAX = 100_000
DEVICES_TRACE = "philly-2017-devices"
HOURS_TRACE = "pai-2020-length"


@dataclass(frozen=True, slots=True)
class Fund:
    """What a programme would pay in all.

    Attributes:
        programme: the proposal; day: first case is judged as law of this day.
        synthetic: the cases were generated, and are no record of anybody.
        fund_minor: size of the fund; None = no fund was named.
        answers: one a case, with what is left of the fund counted.
        wanted_minor: what the cases would be paid without the fund.
        cost_minor: what the fund would bear.
        short: cases that the fund could not pay whole.
        counts: status → cases.
        assumptions: what was assumed to generate the cases; empty for stated ones.
    """

    programme: Programme
    day: date
    synthetic: bool
    fund_minor: int | None
    answers: tuple[Entitlement, ...]
    wanted_minor: int
    cost_minor: int
    short: int
    counts: Mapping[str, int]
    assumptions: tuple[Mapping[str, str], ...] = ()

    @property
    def left_minor(self) -> int | None:
        """What would be left of the fund."""
        return None if self.fund_minor is None else self.fund_minor - self.cost_minor


def the_proposal(app: App, programme_id: str) -> Programme:
    """Return a proposed programme.

    Raises:
        NotFound: no such proposal.
    """
    known = {programme.id: programme for programme in app.proposed}
    if programme_id not in known:
        near = did_you_mean(programme_id, known)
        raise NotFound(
            "sandbox.proposal",
            N_("No programme called {id} is proposed."),
            hint=N_("Did you mean {near}?") if near else N_("Proposed are: {known}"),
            id=programme_id,
            near=near or "",
            known=", ".join(known),
        )
    return known[programme_id]


def try_cases(
    app: App,
    programme: Programme,
    bodies: Sequence[Mapping[str, object]],
    fund_minor: int | None,
    as_of: date | None,
) -> Fund:
    """Say what a proposal would pay in stated cases, in their order.

    Args:
        app: the exchange.
        programme: the proposal.
        bodies: voucher cases as plain values, without a programme; ``saving`` states a measured
            saving in place of an amount.
        fund_minor: size of the fund; None = none.
        as_of: law of this day, before what a case says.

    Raises:
        Invalid: an unknown key or fact, or a value of the wrong form.
    """
    today = as_of or local_day(app.clock.now())
    cases = [
        sandbox_case(programme, {"name": f"case-{number}", **body}, as_of, today)
        for number, body in enumerate(bodies, start=1)
    ]
    return _run(app, programme, cases, fund_minor, today)


def try_demand(
    app: App, programme: Programme, demand: Demand, fund_minor: int | None, as_of: date | None
) -> Fund:
    """Say what a proposal would pay over generated small firms, each with one job.

    amount = devices · hours · price, with devices and hours at quantiles of public traces. The
    quantiles are spread evenly, so the same demand gives the same cases.

    Raises:
        Invalid: the number of cases is out of range, or the price is in another currency.
    """
    if not 1 <= demand.cases <= CASES_MAX:
        raise Invalid(
            "sandbox.cases",
            N_("{count} cases cannot be generated; 1 to {most} can."),
            hint=N_("Give a number in that range to --demand."),
            fields={"demand": "out of range"},
            count=demand.cases,
            most=CASES_MAX,
        )
    if demand.price.asset.code != programme.currency or demand.price.minor <= 0:
        raise Invalid(
            "sandbox.price",
            N_("The price must be above zero and in {asset}, in which {id} pays."),
            hint=N_("Write it as --price '20.00 {asset}'."),
            fields={"price": f"above zero, in {programme.currency}"},
            asset=programme.currency,
            id=programme.id,
        )
    today = as_of or local_day(app.clock.now())
    sizes, lengths = app.facts.traces[DEVICES_TRACE], app.facts.traces[HOURS_TRACE]
    amounts = synthetic_amounts(sizes, lengths, demand)
    cases = [
        EntitlementCase(
            name=f"synthetic-{number}",
            programme=programme.id,
            as_of=today,
            facts={"applicant_type": "sme"},
            amount_minor=amount,
            currency=programme.currency,
        )
        for number, amount in enumerate(amounts, start=1)
    ]
    found = _run(app, programme, cases, fund_minor, today)
    return replace(found, synthetic=True, assumptions=assumptions_of(demand, (sizes, lengths)))


def _run(
    app: App,
    programme: Programme,
    cases: Sequence[EntitlementCase],
    fund_minor: int | None,
    day: date,
) -> Fund:
    left, wanted, cost, short = fund_minor, 0, 0, 0
    answers: list[Entitlement] = []
    counts: dict[str, int] = {status.value: 0 for status in Status}
    for case in cases:
        assumed = replace(case, what_if=frozenset({programme.id}))
        whole = entitle([programme], app.rulebook.dictionary, assumed)
        answer = whole
        if left is not None and whole.advice_minor:
            answer = entitle(
                [programme], app.rulebook.dictionary, replace(assumed, fund_left_minor=left)
            )
            left -= answer.advice_minor
        wanted += whole.advice_minor
        cost += answer.advice_minor
        short += answer.advice_minor < whole.advice_minor
        counts[answer.status.value] += 1
        answers.append(answer)
    return Fund(programme, day, False, fund_minor, tuple(answers), wanted, cost, short, counts)


def sandbox_case(
    programme: Programme, body: Mapping[str, object], as_of: date | None, today: date
) -> EntitlementCase:
    """Read a case of a proposal.

    Args:
        programme: the proposal.
        body: a voucher case with ``name``; ``saving`` may state a measured saving in place of
            the amount.
        as_of: law of this day, before what the case says; None = what it says.
        today: law of this day where neither says one.

    Raises:
        Invalid: as :func:`try_cases`.
    """
    plain = {name: value for name, value in body.items() if name != "saving"}
    named = plain.setdefault("programme", programme.id)
    if named != programme.id:
        raise Invalid(
            "sandbox.other_programme",
            N_("The case {name} names {other}, and the sandbox assumes {id}."),
            hint=N_("Take the programme out of the case."),
            name=str(body["name"])[:60],
            other=str(named)[:60],
            id=programme.id,
        )
    case = read_case(plain, today)
    case = replace(case, as_of=as_of or case.as_of)
    if "saving" not in body:
        return case
    if case.amount_minor is not None:
        raise Invalid(
            "sandbox.amount_twice",
            N_("The case {name} states an amount and a saving."),
            hint=N_("A saving is the amount: keep one of the two."),
            fields={"amount_minor": "stated beside saving"},
            name=case.name[:60],
        )
    saved = saving_minor(read_saving(body["saving"]), case.days["application_date"])
    return replace(case, amount_minor=saved, currency=programme.currency)


def fund_data(found: Fund) -> dict[str, object]:
    """Return what a proposal would pay as plain values; generated cases are only counted."""
    version = found.programme.versions[0]
    return {
        "what_if": found.programme.id,
        "status": version.standing.value,
        "assumed_from": version.validity.from_day,
        "grade": version.grade.value,
        "sources": list(version.sources),
        "note": version.note,
        "as_of": found.day,
        "currency": found.programme.currency,
        "synthetic": found.synthetic,
        "assumptions": [dict(item) for item in found.assumptions],
        "cases": len(found.answers),
        "counts": dict(found.counts),
        "wanted_minor": found.wanted_minor,
        "fund_minor": found.fund_minor,
        "cost_minor": found.cost_minor,
        "left_minor": found.left_minor,
        "short": found.short,
        "answers": [] if found.synthetic else [a.as_dict() for a in found.answers],
    }
