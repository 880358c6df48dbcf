"""The gate's verdict for a job at every place, part by part, and for cases out of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.duties import duty_of, task_of
from entrepot.domain.gate.house_rules import unite_guarded
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.errors import NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.declaration import JobSpec
from entrepot.services.gate_job import Declared, Site, judge_parts, sender_of, site_of
from entrepot.services.manifests import Named
from entrepot.services.places import Place, places
from entrepot.services.ports import UnitOfWork

UNLOCATED = "place_to"
"""The fact that is missing for a centre that nobody has located."""


@dataclass(frozen=True, slots=True)
class Law:
    """Which law is asked about.

    Attributes:
        as_of: law of this day; None = today.
        known: only what was recorded by this day; None = everything.
        what_if: ids of proposed rows assumed to be law.
    """

    as_of: date | None = None
    known: date | None = None
    what_if: frozenset[str] = frozenset()

    def stance(self, app: App) -> Stance:
        """Return the law with its day filled in."""
        return Stance(self.as_of or local_day(app.clock.now()), self.known, self.what_if)


@dataclass(frozen=True, slots=True)
class PlaceVerdict:
    """What the gate says of one place, or of one device of a centre under contract.

    Attributes:
        place: the centre.
        device_id: device of the placement; None = none is under contract there.
        parts: decisions ``inbound``, ``return`` and ``placement``; empty where nobody has
            located the centre.
        united: all parts together; None where there are none.
    """

    place: Place
    device_id: str | None
    parts: tuple[GateDecision, ...]
    united: GateDecision | None

    @property
    def outcome(self) -> str:
        """The united outcome; a place that nobody has located needs that fact."""
        return "needs_info" if self.united is None else self.united.outcome.value

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts to be asked."""
        return (UNLOCATED,) if self.united is None else self.united.missing


def check_job(
    app: App,
    firm: r.Firm,
    job: JobSpec,
    law: Law,
    centre: str | None = None,
    named: Named | None = None,
) -> list[PlaceVerdict]:
    """Judge a job at every place: centres under contract by device, then the others known.

    Args:
        app: the exchange.
        firm: whose data it is.
        job: what its file declares.
        law: which law.
        centre: only this centre; None = all.
        named: manifest and mix checks instead of those that the job names.

    Returns:
        One verdict a place and device, centres under contract first.

    Raises:
        NotFound: no such centre.
        Invalid: a what-if names no proposed row, or a fact is not declared.
    """
    stance = law.stance(app)
    declared = Declared(job.data, job.data_return, job.placement)
    with app.store.reading() as uow:
        spots = places(app, uow)
        if centre is not None and centre not in spots:
            raise _unknown(centre, spots)
        sender = sender_of(uow, firm, named or Named(job.manifest, job.mix_checks))
        found: list[PlaceVerdict] = []
        for spot in spots.values():
            if centre is not None and spot.id != centre:
                continue
            for site in _sites(app, uow, spot):
                parts = judge_parts(app, sender, declared, site, stance)
                device = site.device.id if site.device else None
                found.append(PlaceVerdict(spot, device, tuple(parts), unite_guarded(parts)))
            if spot.jurisdiction is None:
                found.append(PlaceVerdict(spot, None, (), None))
    return found


def _sites(app: App, uow: UnitOfWork, spot: Place) -> Iterator[Site]:
    if spot.jurisdiction is None:
        return
    if not spot.under_contract:
        yield Site(spot.id, spot.jurisdiction, spot.city, spot.operator_hq, None)
        return
    pools = [pool for pool in uow.registry.pools() if pool.centre_id == spot.id]
    devices = sorted({pool.device_id for pool in pools if pool.device_id in app.facts.devices})
    for device in devices or [None]:
        yield site_of(app, uow, spot.id, device)


def _unknown(centre: str, spots: Mapping[str, Place]) -> NotFound:
    near = did_you_mean(centre, spots)
    return NotFound(
        "centre.nowhere",
        N_("There is no centre {id}."),
        hint=N_("Did you mean {near}?") if near else N_("List them: entrepot centres list"),
        id=centre,
        near=near or "",
    )


@dataclass(frozen=True, slots=True)
class DutyView:
    """A duty of a verdict, in words.

    Attributes:
        name: as in the rule file; title: one sentence, English.
        due_on: last day of its record if it were accepted on the day; None = conduct, kept all
            along.
    """

    name: str
    title: str
    due_on: date | None


def duties_of(names: Sequence[str], day: date) -> list[DutyView]:
    """Return duties with their titles and the day on which each would fall due."""
    views: list[DutyView] = []
    for name in names:
        task = task_of(name, day)
        views.append(DutyView(name, duty_of(name).title, task.due_on if task else None))
    return views


def decide_cases(app: App, bodies: Sequence[Mapping[str, object]], law: Law) -> list[GateDecision]:
    """Judge gate cases as files state them; all are read before the first is judged.

    Args:
        app: the exchange.
        bodies: cases as plain values; see :func:`entrepot.domain.gate.read_case.read_case`.
        law: goes before what a case says itself, where it says anything.

    Raises:
        Invalid: a case has an unknown key or fact, or names neither a leg nor a placement.
    """
    return [decide(app.rulebook, case) for case in stated_cases(app, bodies, law)]


def stated_cases(app: App, bodies: Sequence[Mapping[str, object]], law: Law) -> list[GateCase]:
    """Return the cases of a file under the law asked about; as :func:`decide_cases`."""
    today = local_day(app.clock.now())
    cases = [read_case(body, today, f"case-{n}") for n, body in enumerate(bodies, 1)]
    return [under(law, case) for case in cases]


def under(law: Law, case: GateCase) -> GateCase:
    """Return a case under the law asked about, which goes before what the case says itself."""
    return replace(
        case,
        as_of=law.as_of or case.as_of,
        known=law.known or case.known,
        what_if=case.what_if | law.what_if,
    )
