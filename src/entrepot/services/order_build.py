"""A written order held against a call: the body that is sealed.

Every option of it has passed what a quote asks: catalogue, latency, gate of the day, duties. What
was left out stands beside it with its reason, for ``entrepot auction explain``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Refused
from entrepot.kernel.money import Amount
from entrepot.kernel.text import N_
from entrepot.services.call_body import MICRO_PER_CENT, OPTIONS_MAX, OptionBody, OrderBody
from entrepot.services.gate_job import Declared
from entrepot.services.manifests import Named
from entrepot.services.order_fit import Fit, fit_of
from entrepot.services.order_gate import Judged, judge_call
from entrepot.services.order_reasons import Dropped, Place
from entrepot.services.order_slots import link_of, misfit, run_of, window_of
from entrepot.services.order_worth import Worths, money_body, stated_value, worths_of
from entrepot.services.places import places
from entrepot.services.quote import job_body

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.order_model import OrderFile, WrittenOption
    from entrepot.services.ports_market import Call


@dataclass(frozen=True, slots=True)
class _Asked:
    """An option on its way: everything but its name and worth."""

    place: Place
    begin: int
    end: int
    devices: int
    value: Amount
    link: str
    mbps: int


def order_body(app: App, firm: r.Firm, call: Call, written: OrderFile) -> OrderBody:
    """Hold an order against a call.

    Args:
        app: the exchange; firm: who orders.
        call: the call.
        written: the order file.

    Returns:
        What is sealed.

    Raises:
        Invalid: a place, slot or figure does not fit the call; file, line and field are named.
        Refused: no place of the call serves it; every place has its reason.
    """
    with app.store.reading() as uow:
        spots = places(app, uow)
        fit = fit_of(app, uow, call, written.job, spots)
        asked = _asked_places(call, written, fit)
        told = (_declared(written), _named(written))
        judged = judge_call(app, uow, firm, call, told, (asked, spots, written.accept_duties))
        worths = worths_of(app, uow, firm, call, written)
        options = _options(call, written, fit, judged, worths)
    dropped = [*fit.dropped, *judged.dropped]
    if not options:
        raise _nowhere(written, dropped)
    return OrderBody(
        name=written.name,
        kind=written.kind,
        min_share_ppm=written.min_share_ppm,
        group=written.group,
        parent=written.parent,
        options=options,
        accept_duties=written.accept_duties,
        law=judged.rows,
        job=_job(written),
        money=money_body(written, worths),
        dropped=tuple(one.body() for one in dropped),
        elastic=written.elastic,
    )


def _asked_places(call: Call, written: OrderFile, fit: Fit) -> list[Place]:
    """Return the places to judge: those of the written options, or all that fit.

    Raises:
        Invalid: an option names a place that the call does not have.
    """
    for option in written.options:
        for name, known in ((option.zone, call.zones), (option.device_class, call.classes)):
            if name not in known:
                raise misfit(
                    option.where,
                    N_("{where}: the call has no {name}; it has {known}."),
                    name=name[:60],
                    known=", ".join(known)[:200],
                )
    if not written.options:
        return list(fit.devices)
    named = {(option.zone, option.device_class) for option in written.options}
    return [place for place in fit.devices if place in named]


def _declared(written: OrderFile) -> Declared:
    if written.job is None:
        return Declared(written.data, {}, written.placement)
    return Declared(written.job.data, written.job.data_return, written.job.placement)


def _named(written: OrderFile) -> Named:
    job = written.job
    return Named() if job is None else Named(job.manifest, job.mix_checks)


def _job(written: OrderFile) -> dict[str, object]:
    if written.job is not None:
        return job_body(written.job)
    facts = {"inbound": dict(written.data), "returned": {}, "placement": dict(written.placement)}
    return {"data": facts}


def _options(
    call: Call, written: OrderFile, fit: Fit, judged: Judged, worths: Worths
) -> tuple[OptionBody, ...]:
    """Return the options that pass, numbered from 1.

    Raises:
        Invalid: there are too many.
    """
    found: list[OptionBody] = []
    for asked in _asked(call, written, fit):
        if asked.place not in fit.devices or not judged.permits(
            asked.place, asked.begin, asked.end
        ):
            continue
        if len(found) == OPTIONS_MAX:
            raise misfit(
                written.place("window"),
                N_("{where}: the order has more than {most} options."),
                most=OPTIONS_MAX,
            )
        worth = worths.of(asked.value, asked.place).gross
        found.append(
            OptionBody(
                str(len(found) + 1),
                *asked.place,
                asked.begin,
                asked.end - asked.begin,
                asked.devices,
                worth * MICRO_PER_CENT,
                asked.link,
                asked.mbps,
            )
        )
    return tuple(found)


def _asked(call: Call, written: OrderFile, fit: Fit) -> Iterator[_Asked]:
    if written.options:
        for option in written.options:
            yield from _written(call, written, option, fit)
    else:
        yield from _everywhere(call, written, fit)


def _everywhere(call: Call, written: OrderFile, fit: Fit) -> Iterator[_Asked]:
    """Yield the job at every place that fits and every start in the window."""
    job, value = written.job, stated_value(written)
    assert job is not None and value is not None
    length = -(-job.duration_s // call.slot_s)
    first, after = window_of(call, written)
    if length > after - first:
        raise misfit(
            written.place("window"),
            N_("{where}: the job takes {length} slots, and the window has {room}."),
            length=length,
            room=after - first,
        )
    for place, devices in fit.devices.items():
        link, mbps = link_of(call, written, place[0], length)
        for begin in range(first, after - length + 1):
            yield _Asked(place, begin, begin + length, devices, value, link, mbps)


def _written(call: Call, written: OrderFile, option: WrittenOption, fit: Fit) -> Iterator[_Asked]:
    """Yield the runs of one written option.

    Raises:
        Invalid: fewer devices than the job takes, too short a run for it, or none stated.
    """
    place = (option.zone, option.device_class)
    needed = fit.devices.get(place, 0)
    devices = needed if option.devices is None else option.devices
    value = option.value or stated_value(written)
    assert value is not None
    if place in fit.devices and (devices < max(1, needed)):
        raise misfit(
            option.where,
            N_("{where}: the option has {devices} devices, and {needed} are needed."),
            devices=devices,
            needed=max(1, needed),
        )
    for block in option.blocks:
        begin, end = run_of(call, block)
        if written.job is not None and (end - begin) * call.slot_s < written.job.duration_s:
            raise misfit(
                option.where,
                N_("{where}: the job takes {length} seconds, and the option has {room}."),
                length=written.job.duration_s,
                room=(end - begin) * call.slot_s,
            )
        link, mbps = option.link, option.mbps
        if not link:
            link, mbps = link_of(call, written, place[0], end - begin)
        yield _Asked(place, begin, end, devices, value, link, mbps)


def _nowhere(written: OrderFile, dropped: list[Dropped]) -> Refused:
    fields: dict[str, str] = {}
    for one in dropped:
        fields.setdefault("/".join(one.place), one.reason.render())
    return Refused(
        "order.nowhere",
        N_("No place of the call serves the order {name} ({count} places are left out)."),
        hint=N_("Each place has its reason above; change the order, or bid in another call."),
        fields=fields,
        name=written.name,
        count=len(fields),
    )
