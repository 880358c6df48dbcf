"""What a scenario means in numbers: facts looked up, places judged by the gate, sizes scaled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_model import (
    MILLI,
    NOT_STATED,
    PPM,
    StudyClass,
    StudyHome,
    StudySite,
    World,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.table import Outcome
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.gate_job import Declared, Sender, Site, judge_site
from entrepot.services.latency import between
from entrepot.services.study_prices import fp16_mflops, list_price
from entrepot.services.study_scenario import (
    CentreInput,
    ClassInput,
    HomeInput,
    Spread,
    StudyScenario,
)

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.facts_model import CentreFact, DeviceFact, Facts, TraceFact

LEASABLE = (Outcome.ALLOW, Outcome.ALLOW_WITH_DUTIES)
RANKS = (500_000, 900_000, 990_000, PPM)
SECONDS = {"s": 1, "min": 60, "h": 3600}
NATIONAL = "cn-national"
"""Total whose mean PUE stands in where a centre of the mainland has none."""


@dataclass(frozen=True, slots=True)
class SiteBasis:
    """Where the figures of a site come from, for the report.

    Attributes:
        devices: real devices on offer; capacity, pue, green, carbon, price: in words or sources.
        synthetic: what of it is assumed and not stated by anybody, by name of the column.
    """

    devices: int
    capacity: str
    pue: str
    carbon: str
    price: str
    synthetic: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A scenario made ready.

    Attributes:
        world: what cells compute with.
        basis: a site each.
        verdicts: [class][home][site] → outcome of the gate and what decided it.
        latency_basis: [home][site], ``measured``, ``estimate`` or empty.
        list_price: micro-HKD per device and hour, median of the list prices.
    """

    world: World
    basis: tuple[SiteBasis, ...]
    verdicts: tuple[tuple[tuple[tuple[str, str], ...], ...], ...]
    latency_basis: tuple[tuple[str, ...], ...]
    list_price: int


def ground_of(app: App, scenario: StudyScenario) -> Ground:
    """Make a scenario ready.

    Args:
        app: the exchange: facts and rulebook.
        scenario: as read.

    Raises:
        Invalid: a centre has no device left at this scale, or facts do not fit.
    """
    facts, price = app.facts, list_price(app.facts, scenario.price_device)
    sites = [_site(facts, scenario, centre, price) for centre in scenario.centres]
    verdicts = tuple(
        tuple(_verdicts(app, scenario, kind, home) for home in scenario.homes)
        for kind in scenario.classes
    )
    trips = [[_trip(facts, home, centre) for centre in scenario.centres] for home in scenario.homes]
    world = World(
        tuple(site for site, _basis in sites),
        tuple(_class(facts, kind) for kind in scenario.classes),
        tuple(_home(scenario, home) for home in scenario.homes),
        tuple(
            tuple(tuple(outcome in LEASABLE for outcome, _why in row) for row in rows)
            for rows in verdicts
        ),
        tuple(tuple(us for us, _basis in row) for row in trips),
        scenario.warm_h,
        scenario.hours,
        scenario.short_below,
    )
    bases = tuple(tuple(basis for _us, basis in row) for row in trips)
    return Ground(world, tuple(basis for _site, basis in sites), verdicts, bases, price)


def _site(
    facts: Facts, scenario: StudyScenario, given: CentreInput, price: int
) -> tuple[StudySite, SiteBasis]:
    centre, device = facts.centres[given.id], facts.devices[given.device]
    synthetic: list[str] = ["price"]
    devices, capacity, is_stated = _capacity(centre, device, given)
    if not is_stated or given.offered_percent < 100:
        synthetic.append("devices")
    pue, pue_source, is_stated = _pue(facts, centre, given)
    if not is_stated:
        synthetic.append("pue")
    zone = facts.zones.get(centre.region)
    if zone is None or zone.g_per_kwh is None or device.tdp_w is None:
        raise _unfit(given.id, N_("the carbon of its grid, or the power of its device"))
    green = centre.green_share_bp
    if green is None and given.green_percent is not None:
        green = given.green_percent * 100
        synthetic.append("green")
    milli = devices * MILLI // scenario.scale
    if milli < MILLI:
        raise _unfit(given.id, N_("a whole device at this scale"))
    site = StudySite(
        given.id,
        given.region,
        milli,
        price * given.price_percent // 100,
        device.tdp_w,
        pue,
        int(zone.g_per_kwh * 1000),
        (green or 0) * 100,
    )
    said = f"{zone.provenance.source} ({zone.provenance.date})"
    share = f"{given.price_percent} %"
    return site, SiteBasis(devices, capacity, pue_source, said, share, tuple(synthetic))


def _capacity(centre: CentreFact, device: DeviceFact, given: CentreInput) -> tuple[int, str, bool]:
    """Return real devices on offer, where that comes from, and whether somebody stated it."""
    if given.p_milli is None:
        assert given.devices is not None
        return given.devices * given.offered_percent // 100, "", False
    mflops = given.p_milli * 10**6
    devices = mflops * given.offered_percent // 100 // fp16_mflops(device)
    for stated in centre.ratings:
        if stated.rating.mflops == mflops and stated.plausible and stated.standing == "in_service":
            said = stated.provenance
            return devices, f"{said.source} ({said.date}, {said.grade.value})", True
    return devices, "", False


def _pue(facts: Facts, centre: CentreFact, given: CentreInput) -> tuple[int, str, bool]:
    """Return the PUE in thousandths, its source, and whether it is stated of the centre."""
    own, nation = centre.pue, facts.centres[NATIONAL].pue
    if own is not None:
        return int(own.value * MILLI), f"{own.provenance.source} ({own.provenance.date})", True
    if given.pue_milli is not None:
        return given.pue_milli, "", False
    if nation is None:
        raise _unfit(centre.id, N_("a PUE"))
    return int(nation.value * MILLI), f"{NATIONAL}: {nation.provenance.source}", False


def _unfit(centre: str, what: str) -> Invalid:
    from entrepot.kernel.text import Phrase

    return Invalid(
        "grid.study_centre",
        N_("The centre {centre} lacks something that a study needs: {what}."),
        hint=N_("State it in the scenario, lower the scale, or leave the centre out."),
        centre=centre,
        what=Phrase(what),
    )


def _class(facts: Facts, given: ClassInput) -> StudyClass:
    return StudyClass(
        given.id,
        _steps(facts.traces, given.sizes, {"devices": MILLI}),
        given.shares,
        _steps(facts.traces, given.lengths, SECONDS),
        given.hours_most,
        given.patience_h,
        given.latency_us,
        *given.worth,
    )


def _steps(
    traces: Mapping[str, TraceFact], spread: Spread, units: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    """Return quantiles in the unit of the study.

    Raises:
        Invalid: the trace counts something else.
    """
    values: Sequence[int] = spread.values
    if spread.trace is not None:
        trace = traces[spread.trace]
        if trace.unit not in units:
            raise Invalid(
                "grid.study_trace",
                N_("The trace {trace} counts {unit}, which is not what belongs here."),
                hint=N_("Name a trace of devices for devices, and one of time for length."),
                trace=trace.id,
                unit=trace.unit,
            )
        scale = units[trace.unit]
        values = [int(each * scale) for each in (trace.p50, trace.p90, trace.p99, trace.max)]
    return ((0, 0), *zip(RANKS, values, strict=True))


def _home(scenario: StudyScenario, given: HomeInput) -> StudyHome:
    first, last, weight = given.day
    return StudyHome(
        given.id,
        given.region,
        max(1, given.firms // scenario.scale),
        given.asked_devices * MILLI // scenario.scale,
        tuple(given.own.get(centre.id, 0) for centre in scenario.centres),
        tuple(given.mix.get(kind.id, 0) for kind in scenario.classes),
        tuple(weight if first <= hour < last else 1 for hour in range(24)),
    )


def _trip(facts: Facts, home: HomeInput, given: CentreInput) -> tuple[int, str]:
    centre = facts.centres[given.id]
    point = None
    if centre.latitude_udeg is not None and centre.longitude_udeg is not None:
        point = (centre.latitude_udeg, centre.longitude_udeg)
    found = between(facts, home.place, centre.place, point)
    return (NOT_STATED, "") if found is None else (found.us, found.basis)


def _verdicts(
    app: App, scenario: StudyScenario, kind: ClassInput, home: HomeInput
) -> tuple[tuple[str, str], ...]:
    """Judge work of a class and home at every centre, as the gate judges a job file."""
    place = app.facts.places[home.place]
    day = scenario.day.isoformat()
    held = tuple(
        r.Instrument(f"study-{name}", "study", None, name, "in_force", day, None, "study")
        for name in home.instruments
    )
    sender = Sender(home.profile, place.names["en"], held)
    data = {"place_from": place.jurisdiction, "collected_in": (place.jurisdiction,), **kind.data}
    declared = Declared(data, kind.returned, kind.placement)
    found: list[tuple[str, str]] = []
    for given in scenario.centres:
        centre = app.facts.centres[given.id]
        device = app.facts.devices[given.device] if given.export else None
        site = Site(
            given.id,
            centre.jurisdiction,
            centre.city,
            centre.operator_hq,
            device,
            export=given.export,
        )
        decision = judge_site(app, sender, declared, site, scenario.day)
        found.append((decision.outcome.value, ", ".join(decision.deciding)))
    return tuple(found)
