"""Run a closed call: solve, certify, have the checker agree, and book it all in one transaction.

Nothing is kept before the last step, so a run that dies leaves the call closed and ready to be run
again. The law is judged by the house when the call is run: what a bidder has sealed is his word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_
from entrepot.services.auction_run import Outcome, Terms, check_terms, clear
from entrepot.services.auction_verify import findings_of
from entrepot.services.call_admit import Admitted, admit
from entrepot.services.call_body import OrderBody, read_body
from entrepot.services.call_close import wrong_state
from entrepot.services.call_folder import folder_of_call, plain_folder
from entrepot.services.call_lease import make_lease
from entrepot.services.call_money import book_clearing
from entrepot.services.call_open import found_call, the_call
from entrepot.services.call_results import results_of
from entrepot.services.call_share import Shared, share_out
from entrepot.services.call_stock import hours_of
from entrepot.services.decisions import journalled
from entrepot.services.elastic_units import Unit, left_out, with_standing
from entrepot.services.elastic_yield import freed_by, give_way, notice_data
from entrepot.services.ports_market import CLEARED, CLOSED, HOUR_S, Call, Clearing, SealedOrder

if TYPE_CHECKING:
    from entrepot.domain.market.solution import Progress
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Decision
    from entrepot.services.records import Body


ROUNDS_MAX = 4
"""So often a call is cleared again for leases that would not bring their cost; then all stay."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run has found, before it is kept.

    Attributes:
        admitted: what was solved; outcome: of the solver; folder, certificate: as published.
        shared: leases and their money.
    """

    admitted: Admitted
    outcome: Outcome
    folder: Body
    certificate: Body
    shared: Shared


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a run has kept.

    Attributes:
        call: as it stands; clearing: certificate and folder.
        leases: ids; outcome: of the solver, None where another run had cleared the call before.
    """

    call: Call
    clearing: Clearing
    leases: tuple[str, ...]
    outcome: Outcome | None


def run_call(
    app: App,
    call_id: str,
    time_limit_s: float | None = None,  # not money: seconds
    iterations: Mapping[str, int] | None = None,
    told: Progress | None = None,
) -> Cleared:
    """Run a closed call; run again, a call that has cleared answers what it decided.

    Args:
        app: the exchange.
        call_id: which.
        time_limit_s, iterations: budget of the solver.
        told: told of every step of the solver.

    Raises:
        NotFound: no such call.
        Invalid: a budget without meaning.
        Conflict: it is not closed.
        Fault: the checker does not accept the certificate; nothing is kept.
    """
    call = the_call(app, call_id)
    if call.state == CLEARED:
        return cleared_of(app, call_id)
    if call.state != CLOSED:
        raise wrong_state(call, CLOSED)
    terms = Terms(call.seed, time_limit_s, iterations, call.fee_ppm_max)
    check_terms(terms)
    decided = decide(app, call, terms, told)
    keep_decided(app, call, decided)
    return replace(cleared_of(app, call_id), outcome=decided.outcome)


def decide(app: App, call: Call, terms: Terms, told: Progress | None = None) -> Decided:
    """Solve a closed call, certify it and have the independent checker agree; nothing is kept.

    Raises:
        Fault: the checker does not accept the certificate.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        opened = uow.market.orders(call.id, ("opened",))
        admitted = admit(app, uow, call, opened)
        admitted, units = with_standing(uow, call, admitted, now)
    for last in (*(False,) * ROUNDS_MAX, True):
        decided = _solved(call, admitted, units, terms, told)
        short = {gave.unit.ask_id for gave in decided.shared.gave if not gave.is_covered}
        if not short:
            return decided
        every = {unit.ask_id for unit in units}
        admitted, units = left_out(admitted, units, every if last else short)
    return _solved(call, admitted, units, terms, told)


def _solved(
    call: Call,
    admitted: Admitted,
    units: Sequence[Unit],
    terms: Terms,
    told: Progress | None,
) -> Decided:
    """Solve the orders that are left, certify them and share out what they come to.

    Raises:
        Fault: the checker does not accept the certificate.
    """
    folder = folder_of_call(call, admitted.orders)
    outcome = clear(folder, terms, told)
    certificate = cast("Body", json.loads(canonical_json(outcome.certificate)))
    wrong = findings_of(folder, certificate)
    if wrong:
        raise Fault(
            "auction.self_check",
            N_("The certificate does not pass its own check ({field}: {what})."),
            hint=N_("Nothing was written. Report it with the folder of orders and the seed."),
            field=wrong[0].where,
            what=wrong[0].render(),
        )
    shared = share_out(call, admitted.orders, certificate, units)
    return Decided(admitted, outcome, plain_folder(folder), certificate, shared)


def keep_decided(app: App, call: Call, decided: Decided) -> None:
    """Keep what a run has found: results, payments, leases and the call's end, or nothing."""
    now = app.clock.now()

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = found_call(uow, call.id)
        if not uow.market.move_call(call.id, CLOSED, CLEARED, now):
            raise wrong_state(found, CLOSED)
        digest = str(decided.certificate["digest"])
        uow.market.add_clearing(
            Clearing(call.id, decided.certificate, decided.folder, digest, now, app.actor)
        )
        opened = uow.market.orders(call.id, ("opened",))
        results = results_of(call, opened, decided.certificate, decided.shared)
        uow.market.add_results(results)
        _end_orders(uow, opened, decided)
        nets = {one.order_id: one.net_minor for one in results if one.centre_id is None}
        buyers = [order for order in opened if order.side == "order"]
        book_clearing(app, uow, call.id, buyers, nets, decided.shared.leases)
        notices = give_way(app, uow, call, decided.shared.gave, now)
        _give_back(uow, call, opened, decided.shared)
        made = _make_leases(app, uow, call, decided, now)
        return {
            "call_id": call.id,
            "digest": digest,
            "leases": [lease.id for lease, _kept in made],
            "paid_minor": sum(nets.values()),
            "notices": [notice_data(notice) for notice in notices],
            "decisions": [journalled(kept) for _lease, kept in made if kept is not None],
        }

    body: Body = {"call_id": call.id}
    app.store.command(app.actor, "auction.run", f"run:{call.id}", body, now, action)


def cleared_of(app: App, call_id: str) -> Cleared:
    """Return what a call has decided.

    Raises:
        NotFound: no such call.
        Conflict: it has not cleared.
    """
    with app.store.reading() as uow:
        call = found_call(uow, call_id)
        clearing = uow.market.clearing(call_id)
        leases = uow.market.leases(call_id)
    if clearing is None:
        raise wrong_state(call, CLEARED)
    return Cleared(call, clearing, tuple(one.lease_id for one in leases), None)


def _end_orders(uow: UnitOfWork, opened: Sequence[SealedOrder], decided: Decided) -> None:
    served = {one.order for one in decided.shared.leases}
    payments = cast("Mapping[str, list[list[object]]]", decided.certificate["payments"])
    served |= {str(row[0]).rpartition(".")[0] for row in payments["asks"]}
    stakes = decided.shared.stakes
    served -= {unit.ask_id for unit in stakes.units}
    served |= {unit.ask_id for unit in stakes.taken}
    served |= {str(unit.standing.order_id) for unit in stakes.kept}
    for order in opened:
        reason = decided.admitted.refused.get(order.id, "")
        state = "refused" if reason else "accepted" if order.id in served else "rejected"
        uow.market.set_order(order.id, "opened", state, reason)


def _give_back(uow: UnitOfWork, call: Call, opened: Sequence[SealedOrder], shared: Shared) -> None:
    """Take back what asks have promised and the call has not sold."""
    promised = freed_by(shared.gave)
    for order in opened:
        for key, devices in hours_of(order.stock).items():
            promised[key] = promised.get(key, 0) + devices
    for lease in shared.leases:
        begin, end = (call.from_t + slot * call.slot_s for slot in (lease.begin, lease.end))
        for hour in range(begin, end, HOUR_S):
            promised[lease.stock, hour] -= lease.devices
    for (stock, hour), devices in promised.items():
        if devices:
            uow.market.take_back(stock, hour, devices)


def _make_leases(
    app: App, uow: UnitOfWork, call: Call, decided: Decided, now: int
) -> list[tuple[r.Lease, Decision | None]]:
    parties: dict[str, tuple[r.Firm, OrderBody]] = {}
    for order in decided.admitted.orders:
        body = read_body(order.body)
        if isinstance(body, OrderBody):
            firm = uow.registry.firm(str(order.firm_id))
            assert firm is not None
            parties[order.id] = (firm, body)
    return [
        make_lease(app, uow, call, made, parties[made.order], now) for made in decided.shared.leases
    ]
