"""Open calls of the auction: one, or the coming ones of a rolling series.

An hourly call sells one hour and closes ten minutes before it; a day-ahead call sells the 24 hours
of a day in Hong Kong and closes at noon of the day before. Rates of exchange are fixed when a call
is opened, so that whoever bids knows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.money import CNH, CNY, HKD
from entrepot.kernel.period import HONG_KONG, iso_utc, local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.fx_rates import keep_rates
from entrepot.services.ports_market import CLOSED, HOUR_S, OPEN, Call

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

HOURLY, DAY_AHEAD, OTHER = "hourly", "day-ahead", "other"
KINDS = (HOURLY, DAY_AHEAD, OTHER)
HOURLY_LEAD_S = 600
"""An hourly call closes so long before its first slot."""
DAY_AHEAD_LEAD_S = 12 * HOUR_S
"""A day-ahead call closes at noon of the day before."""
SLOTS_MAX = 31 * 24
ROLLING_MAX = 31 * 24
"""Most calls that one rolling command opens."""


@dataclass(frozen=True, slots=True)
class CallTerms:
    """What a call is opened with.

    Attributes:
        kind: one of :data:`KINDS`.
        from_t, to_t: Unix seconds of its slots, whole hours; gate_closure: last moment of bids.
        zones, classes: None = all that registered centres offer.
        links: rows of the table of links; none = bandwidth is not sold.
        seed: of the solver; fee_ppm_max: cap of the fee, millionths of a charge.
        credit_bp: credit for a slot not delivered, basis points of its price.
    """

    kind: str
    from_t: int
    to_t: int
    gate_closure: int
    zones: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    links: tuple[Body, ...] = ()
    seed: int = 0
    fee_ppm_max: int = 20_000
    credit_bp: int = 1_000


def usual_terms(kind: str, now: int, from_t: int | None = None) -> CallTerms:
    """Return the terms of the next call of a kind, or of the one that starts at ``from_t``.

    >>> terms = usual_terms("hourly", 0)
    >>> terms.from_t, terms.to_t, terms.gate_closure
    (3600, 7200, 3000)
    """
    step, lead = (24 * HOUR_S, DAY_AHEAD_LEAD_S) if kind == DAY_AHEAD else (HOUR_S, HOURLY_LEAD_S)
    if from_t is None:
        first = _midnight(local_day(now)) if kind == DAY_AHEAD else now - now % HOUR_S
        while first - lead <= now:
            first += step
        from_t = first
    return CallTerms(kind, from_t, from_t + step, from_t - lead)


def open_call(app: App, terms: CallTerms, key: str) -> Call:
    """Open a call.

    Args:
        app: the exchange.
        terms: slots, gate closure, places.
        key: idempotency key.

    Raises:
        Invalid: the slots are no whole hours, or a figure is out of range.
        Refused: the gate would be closed already, or nobody offers a device.
        Conflict: a call of the kind for the same slots is open already.
    """
    now = app.clock.now()
    _check(terms, now)
    call_id = app.ids.new(ids.AUCTION_CALL)
    rates = [app.fx.rate(asset, HKD, local_day(now)) for asset in (CNY, CNH)]
    public = app.make_seal(call_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        _see_alone(uow, terms)
        zones, classes = _places(uow, terms, now)
        uow.market.add_call(
            Call(
                id=call_id,
                kind=terms.kind,
                state=OPEN,
                from_t=terms.from_t,
                to_t=terms.to_t,
                slot_s=HOUR_S,
                gate_closure=terms.gate_closure,
                zones=zones,
                classes=classes,
                links=_links(terms, zones),
                seed=terms.seed,
                fee_ppm_max=terms.fee_ppm_max,
                credit_bp=terms.credit_bp,
                rates={rate.base.code: to_plain(rate) for rate in rates},
                seal_key=public,
                released_key="",
                opened_at=now,
                opened_by=app.actor,
            )
        )
        keep_rates(app, uow, f"auction:{call_id}", *rates)
        return {"call_id": call_id, "seal_key": public}

    answer = app.store.command(app.actor, "auction.open", key, _body(terms), now, action)
    return the_call(app, str(answer["call_id"]))


def _body(terms: CallTerms) -> dict[str, object]:
    body = cast("dict[str, object]", to_plain(replace(terms, links=())))
    return {**body, "links": [dict(row) for row in terms.links]}


def open_rolling(app: App, kind: str, through: date, terms: CallTerms | None = None) -> list[Call]:
    """Open the coming calls of a series, up to a day; those that are there already are left alone.

    Args:
        app: the exchange.
        kind: hourly or day-ahead.
        through: last day in Hong Kong on which a call begins.
        terms: places, links and figures; the window of each call is its own.

    Returns:
        The calls opened now.

    Raises:
        Invalid: no rolling kind, a day that is past, or too many calls at once.
    """
    if kind not in (HOURLY, DAY_AHEAD):
        raise _terms("kind", N_("Calls that follow each other are hourly or day-ahead."))
    now = app.clock.now()
    first = usual_terms(kind, now)
    end = _midnight(through + timedelta(days=1))
    starts = range(first.from_t, end, first.to_t - first.from_t)
    if not 0 < len(starts) <= ROLLING_MAX:
        raise _terms("through", N_("A series opens 1 to 744 calls that have not begun yet."))
    known = {call.from_t for call in calls_of(app, (OPEN, CLOSED)) if call.kind == kind}
    opened: list[Call] = []
    for from_t in starts:
        if from_t not in known:
            usual = usual_terms(kind, now, from_t)
            window = {"from_t": usual.from_t, "to_t": usual.to_t}
            own = replace(terms or usual, **window, gate_closure=usual.gate_closure)
            opened.append(open_call(app, own, app.ids.new("K")))
    return opened


def the_call(app: App, call_id: str) -> Call:
    """Return a call.

    Raises:
        NotFound: no such call.
    """
    with app.store.reading() as uow:
        return found_call(uow, call_id)


def found_call(uow: UnitOfWork, call_id: str) -> Call:
    """Return a call inside a transaction.

    Raises:
        NotFound: no such call.
    """
    call = uow.market.call(call_id)
    if call is None:
        guess = did_you_mean(call_id, [one.id for one in uow.market.calls()])
        raise NotFound(
            "auction.call_unknown",
            N_("There is no call {id}."),
            hint=N_("Did you mean {guess}?") if guess else N_("See: entrepot auction list"),
            id=call_id[:60],
            guess=guess or "",
        )
    return call


def calls_of(app: App, states: Sequence[str] = ()) -> list[Call]:
    """Return calls by their first slot, of some states or all."""
    with app.store.reading() as uow:
        return uow.market.calls(states)


def see_bids_taken(call: Call, now: int) -> None:
    """Refuse what comes after the gate of a call has closed.

    Raises:
        Refused: it has.
    """
    if call.state != OPEN or now >= call.gate_closure:
        raise Refused(
            "auction.gate_closed",
            N_("The gate of call {id} closed at {at}; it takes no order any more."),
            hint=N_("entrepot auction list shows calls that are open."),
            id=call.id,
            at=iso_utc(call.gate_closure),
        )


def _check(terms: CallTerms, now: int) -> None:
    window = terms.to_t - terms.from_t
    if terms.kind not in KINDS:
        raise _terms("kind", N_("A call is hourly, day-ahead or other."))
    if terms.from_t % HOUR_S or window % HOUR_S or not 0 < window <= SLOTS_MAX * HOUR_S:
        raise _terms("from, to", N_("A call sells 1 to 744 whole hours, on the hour."))
    if not 0 <= terms.seed < 2**62:
        raise _terms("seed", N_("A seed is a whole number that is not negative."))
    if not 0 <= terms.fee_ppm_max <= 1_000_000 or not 0 <= terms.credit_bp <= 10_000:
        raise _terms("fee", N_("A fee and a credit lie between nothing and the whole price."))
    if terms.gate_closure > terms.from_t:
        raise _terms("gate_closure", N_("The gate closes before the first slot begins."))
    if terms.gate_closure <= now:
        raise Refused(
            "auction.gate_past",
            N_("The gate would have closed at {at} already."),
            hint=N_("Give a later --gate-closure, or later slots."),
            at=iso_utc(terms.gate_closure),
        )


def _see_alone(uow: UnitOfWork, terms: CallTerms) -> None:
    for call in uow.market.calls((OPEN, CLOSED)):
        same = (call.kind, call.from_t, call.to_t) == (terms.kind, terms.from_t, terms.to_t)
        if same and terms.kind != OTHER:
            raise Conflict(
                "auction.call_twice",
                N_("Call {id} sells the same slots already."),
                hint=N_("entrepot auction show {id}"),
                id=call.id,
            )


def _places(uow: UnitOfWork, terms: CallTerms, now: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return zones and classes: what registered centres offer whole and on their own."""
    offered = leasable_offers(uow, local_day(now).isoformat())
    pools = {pool.id: pool for pool in uow.registry.pools()}
    zones = sorted({pools[offer.pool_id].centre_id for offer in offered})
    if terms.zones is not None:
        zones = _known(terms.zones, zones, "zones")
    devices = {pools[o.pool_id].device_id for o in offered if pools[o.pool_id].centre_id in zones}
    classes = sorted(devices)
    if terms.classes is not None:
        classes = _known(terms.classes, classes, "classes")
    if not zones or not classes:
        raise Refused(
            "auction.no_offers",
            N_("No registered centre offers whole devices, so there is nothing to auction."),
            hint=N_("Register a centre with offers: entrepot init --centre CENTRE.yaml"),
        )
    return tuple(zones), tuple(classes)


def _links(terms: CallTerms, zones: Sequence[str]) -> tuple[Body, ...]:
    """Return links as rows of the table of links: the same capacity in every slot."""
    slots = (terms.to_t - terms.from_t) // HOUR_S
    for row in terms.links:
        ends = {str(row["from_zone"]), str(row["to_zone"])}
        if len(ends) != 2 or not ends <= set(zones):
            raise _terms("links", N_("A link joins two places of the call."))
    if len({str(row["link"]) for row in terms.links}) != len(terms.links):
        raise _terms("links", N_("Each link has a name of its own."))
    return tuple({"from": 0, "to": slots, **row} for row in terms.links)


def leasable_offers(uow: UnitOfWork, day: str) -> list[r.PostedOffer]:
    """Return posted offers of whole devices, exclusive and not interruptible, on a day."""
    return [
        offer
        for offer in uow.registry.offers()
        if offer.isolation == "exclusive"
        and not offer.interruptible
        and offer.from_day <= day
        and (offer.to_day is None or day < offer.to_day)
    ]


def _known(asked: tuple[str, ...], offered: Sequence[str], field: str) -> list[str]:
    wrong = [name for name in asked if name not in offered]
    if wrong:
        raise Invalid(
            "auction.place",
            N_("{name} is not offered by any registered centre."),
            hint=N_("Offered are: {known}."),
            fields={field: "not offered"},
            name=wrong[0][:60],
            known=", ".join(offered),
        )
    return list(dict.fromkeys(asked))


def _terms(field: str, what: str) -> Invalid:
    return Invalid(
        "auction.call_terms",
        what,
        hint=N_("See: entrepot auction open --help"),
        fields={field: "out of range"},
    )


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())
