"""Judge a job at every place: each data leg and the placement, united into one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, cast

from entrepot.domain.gate.counters import NO_EXPORTS, Exports, counted_leg
from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.derive import leg_facts, return_facts
from entrepot.domain.gate.house_rules import OnFile, guarded, unite_guarded
from entrepot.domain.gate.manifest import stricter
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.period import local_day
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.rulebook.grade import ReviewRecord
from entrepot.services import records as r
from entrepot.services.export_counter import exports_of
from entrepot.services.facts_model import DeviceFact
from entrepot.services.instrument_life import in_force
from entrepot.services.isolations import isolations_for, stands_at
from entrepot.services.manifests import Named, named_of, origin_facts
from entrepot.services.review_records import reviews_on, row_hashes, rows_in_force

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_gate_records import Isolation


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
        reviews: reviews of rows that two persons signed, whoever sends.
        exports: counter of its control group, with the data set that is judged.
        origin: facts of the data set's manifest; the stricter of these and the job's counts.
        mixed: facts of the outputs from the checks of models and corpora.
        apart: statements that its data are kept apart, of every centre.
    """

    profile: r.Body
    city: str
    instruments: tuple[r.Instrument, ...]
    reviews: tuple[ReviewRecord, ...] = ()
    exports: Exports = NO_EXPORTS
    origin: r.Body = field(default_factory=dict[str, object])
    mixed: r.Body = field(default_factory=dict[str, object])
    apart: tuple[Isolation, ...] = ()


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


def sender_of(
    uow: UnitOfWork, firm: r.Firm, named: Named | None = None, lease_id: str = ""
) -> Sender:
    """Return the firm with its records, as the gate reads it.

    Args:
        uow: a transaction.
        firm: whose data it is.
        named: manifest and mix checks that the job names.
        lease_id: of the booking that is judged again; its own count is not added twice.

    Raises:
        NotFound: a manifest or check is not on record for the firm.
    """
    given = named or Named()
    found = origin_facts(uow, firm, given)
    return Sender(
        facts_of(firm),
        str(firm.profile.get("city", "")),
        tuple(uow.registry.instruments(firm.id)),
        reviews_on(uow.four_eyes),
        exports_of(uow, firm.group_id, given.manifest or lease_id, found.family),
        found.inbound,
        found.returned,
        isolations_for(uow, firm, lease_id),
    )


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
    return unite_guarded(judge_parts(app, sender, declared, site, Stance(as_of)))


def judge_parts(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> list[GateDecision]:
    """Decide for one site part by part, under the law that ``stance`` names.

    Returns:
        The decisions named ``inbound`` and ``return``, and ``placement`` where the site has a
        device.
    """
    return judged_cases(app, sender, site, site_cases(app, sender, declared, site, stance))


def judged_cases(
    app: App, sender: Sender, site: Site, cases: Iterable[GateCase]
) -> list[GateDecision]:
    """Decide cases of a site one by one, house rules applied."""
    return [_guarded(app, sender, site, case) for case in cases]


def _guarded(app: App, sender: Sender, site: Site, case: GateCase) -> GateDecision:
    on_file = OnFile(bool(sender.origin), stands_at(sender.apart, site.id, case.as_of))
    return guarded(decide(app.rulebook, case), case, sender.exports, on_file)


def site_cases(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> list[GateCase]:
    """Return the cases ``inbound`` and ``return``, and ``placement`` where there is a device."""
    cases = _legs(app, sender, declared, site, stance)
    if site.device is not None:
        cases.append(_placement(app, sender, declared, site, stance))
    return cases


def judge_return(
    app: App, sender: Sender, declared: Declared, site: Site, as_of: date
) -> tuple[GateCase, GateDecision]:
    """Decide the return leg alone, as every output is gated again on its way back.

    Returns:
        The case and the decision.
    """
    case = _legs(app, sender, declared, site, Stance(as_of))[1]
    return case, _guarded(app, sender, site, case)


def _legs(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> list[GateCase]:
    profile = app.rulebook.dictionary.only("leg", sender.profile)
    inbound = leg_facts(
        stricter({**profile, **declared.inbound}, sender.origin),
        place_to=site.jurisdiction,
        sender_city=sender.city,
        recipient_city=site.city,
        zone=site.zone,
    )
    outbound = return_facts(
        inbound,
        {**declared.returned, **_mixed(inbound, declared, sender)},
        sender_city=site.city,
        recipient_city=sender.city,
    )
    opened = _opened(app, sender, site, stance)
    legs = (("inbound", inbound), ("return", outbound))
    return [
        replace(opened, name=name, leg=counted_leg(leg, sender.exports, stance.as_of))
        for name, leg in legs
    ]


def _mixed(inbound: r.Body, declared: Declared, sender: Sender) -> r.Body:
    """Return what the checks say of the outputs, never less than what the job states."""
    stated = {**inbound, **declared.returned}
    both = stricter(stated, sender.mixed)
    return {name: both[name] for name in sender.mixed}


def _opened(app: App, sender: Sender, site: Site, stance: Stance) -> GateCase:
    """Return a case of a site without its facts: the law applied, and what is on file."""
    reviews = stance.reviews
    if sender.reviews:
        hashes = row_hashes(app.rulebook, stance.known)
        reviews |= rows_in_force(sender.reviews, hashes, stance.as_of, stance.known)
    return GateCase(
        name="",
        as_of=stance.as_of,
        known=stance.known,
        instruments_in_force=in_force(sender.instruments, site.id, stance.as_of),
        what_if=stance.what_if,
        reviews_in_force=reviews,
    )


def _placement(
    app: App, sender: Sender, declared: Declared, site: Site, stance: Stance
) -> GateCase:
    assert site.device is not None
    facts = {
        **app.rulebook.dictionary.only("placement", sender.profile),
        **site.device.export_facts(),
        **site.export,
        "chip_location": site.jurisdiction,
        "operator_hq": site.operator_hq,
        **declared.placement,
    }
    return replace(_opened(app, sender, site, stance), name="placement", placement=facts)


def declared_of(body: Mapping[str, object]) -> Declared:
    """Read the declaration back from a stored job."""
    data = cast(Mapping[str, r.Body], body["data"])
    return Declared(data["inbound"], data["returned"], data["placement"])


def judge_choice(
    app: App, uow: UnitOfWork, quote: r.Quote, chosen: Mapping[str, object]
) -> tuple[list[GateCase], GateDecision]:
    """Judge the candidate of a quote again, with the law and the register of today.

    Returns:
        The cases, and the decision on all of them.
    """
    firm = uow.registry.firm(quote.firm_id)
    assert firm is not None
    job = cast(Mapping[str, object], quote.body["job"])
    site = site_of(app, uow, str(chosen["centre_id"]), str(chosen["device_id"]))
    stance = Stance(local_day(app.clock.now()))
    sender = sender_of(uow, firm, named_of(job["data"]))
    cases = site_cases(app, sender, declared_of(job), site, stance)
    return cases, unite_guarded(judged_cases(app, sender, site, cases))


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
