"""Judge a job at every place: each data leg and the placement, united into one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from entrepot.domain.gate.decide import decide, unite
from entrepot.domain.gate.derive import leg_facts, return_facts
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.period import Dated, local_day
from entrepot.kernel.rulebook.decide import Stance
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.facts_model import DeviceFact
from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Site:
    """Where a job may run, as far as the gate asks.

    Attributes:
        id: centre; jurisdiction: ISO 3166-1; city: English name.
        operator_hq: headquarters of the operator; None = not stated.
        device: what it would run on; None leaves the placement gate out.
        zone: data zone of the site.
        export: what the centre states of the device for the placement gate.
    """

    id: str
    jurisdiction: str
    city: str
    operator_hq: str | None
    device: DeviceFact | None
    zone: str = "none"
    export: r.Body = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose data it is: the firm's facts and what is on file for it.

    Attributes:
        profile: facts of the firm, by name of the dictionary.
        city: city of the firm's address, English name.
        instruments: what is on file.
    """

    profile: r.Body
    city: str
    instruments: tuple[r.Instrument, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the job file says of its data and use; names of the fact dictionary.

    Attributes:
        inbound: facts of the leg to the centre, with ``from`` as ``place_from``.
        returned: facts that differ for the outputs.
        placement: facts of the use.
    """

    inbound: r.Body
    returned: r.Body
    placement: r.Body


def sender_of(uow: UnitOfWork, firm: r.Firm) -> Sender:
    """Return the firm with its instruments, as the gate reads it."""
    city = str(firm.profile.get("city", ""))
    return Sender(facts_of(firm), city, tuple(uow.registry.instruments(firm.id)))


def facts_of(firm: r.Firm) -> dict[str, object]:
    """Return the facts of the dictionary that the firm's profile states; its city is no fact."""
    return {name: value for name, value in firm.profile.items() if name != "city"}


def judge_site(
    app: App, sender: Sender, declared: Declared, site: Site, as_of: date
) -> GateDecision:
    """Decide for one site: inbound leg, return leg and placement, the strictest counts.

    Args:
        app: the exchange; its rulebook decides.
        sender: whose data.
        declared: what the job file says.
        site: where it would run.
        as_of: law of the day.

    Returns:
        The united decision, with rows, duties, instruments and questions.
    """
    return unite(judge_parts(app, sender, declared, site, Stance(as_of)))


def judge_parts(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> list[GateDecision]:
    """Decide for one site part by part, under the law that ``stance`` names.

    Returns:
        The decisions named ``inbound`` and ``return``, and ``placement`` where the site has a
        device.
    """
    parts = _legs(app, sender, declared, site, stance)
    if site.device is not None:
        parts.append(_placement(app, sender, declared, site, stance))
    return parts


def judge_return(
    app: App, sender: Sender, declared: Declared, site: Site, as_of: date
) -> GateDecision:
    """Decide the return leg alone, as every output is gated again on its way back."""
    return _legs(app, sender, declared, site, Stance(as_of))[1]


def in_force(instruments: Sequence[r.Instrument], centre_id: str, day: date) -> frozenset[str]:
    """Return the kinds of instrument in force for a centre on a day.

    >>> from entrepot.services.records import Instrument
    >>> held = Instrument(
    ...     "N-1", "F-1", None, "gba_contract_hk", "in_force", "2026-01-01", None, "x")
    >>> sorted(in_force([held], "any", date(2026, 11, 21)))
    ['gba_contract_hk']
    """
    return frozenset(
        held.kind
        for held in instruments
        if held.state == "in_force"
        and held.centre_id in (None, centre_id)
        and Dated(
            date.fromisoformat(held.from_day),
            date.fromisoformat(held.to_day) if held.to_day else None,
        ).covers(day)
    )


def _legs(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> list[GateDecision]:
    profile = app.rulebook.dictionary.only("leg", sender.profile)
    inbound = leg_facts(
        {**profile, **declared.inbound},
        place_to=site.jurisdiction,
        sender_city=sender.city,
        recipient_city=site.city,
        zone=site.zone,
    )
    outbound = return_facts(
        inbound, declared.returned, sender_city=site.city, recipient_city=sender.city
    )
    opened = _opened(sender, site, stance)
    return [
        decide(app.rulebook, replace(opened, name=name, leg=leg))
        for name, leg in (("inbound", inbound), ("return", outbound))
    ]


def _opened(sender: Sender, site: Site, stance: Stance) -> GateCase:
    """Return a case of a site without its facts: the law applied, and what is on file."""
    return GateCase(
        name="",
        as_of=stance.as_of,
        known=stance.known,
        instruments_in_force=in_force(sender.instruments, site.id, stance.as_of),
        what_if=stance.what_if,
        reviews_in_force=stance.reviews,
    )


def _placement(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> GateDecision:
    assert site.device is not None
    facts = {
        **app.rulebook.dictionary.only("placement", sender.profile),
        **site.device.export_facts(),
        **site.export,
        "chip_location": site.jurisdiction,
        "operator_hq": site.operator_hq,
        **declared.placement,
    }
    opened = _opened(sender, site, stance)
    return decide(app.rulebook, replace(opened, name="placement", placement=facts))


def declared_of(body: Mapping[str, object]) -> Declared:
    """Read the declaration back from a stored job."""
    data = cast(Mapping[str, r.Body], body["data"])
    return Declared(data["inbound"], data["returned"], data["placement"])


def judge_choice(
    app: App, uow: UnitOfWork, quote: r.Quote, chosen: Mapping[str, object]
) -> GateDecision:
    """Judge the candidate of a quote again, with the law and the instruments of today."""
    firm = uow.registry.firm(quote.firm_id)
    assert firm is not None
    job = cast(Mapping[str, object], quote.body["job"])
    site = site_of(app, uow, str(chosen["centre_id"]), str(chosen["device_id"]))
    day = local_day(app.clock.now())
    return judge_site(app, sender_of(uow, firm), declared_of(job), site, day)


def site_of(app: App, uow: UnitOfWork, centre_id: str, device_id: str | None) -> Site:
    """Return the site of a centre under contract, with what it states of its devices."""
    centre = uow.registry.centre(centre_id)
    assert centre is not None
    device = app.facts.devices.get(device_id) if device_id else None
    stated: dict[str, object] = {}
    for pool in uow.registry.pools():
        if (pool.centre_id, pool.device_id) == (centre_id, device_id):
            stated |= pool.export
    hq = centre.operator_hq
    return Site(centre.id, centre.jurisdiction, centre.city, hq, device, export=stated)
