"""What a report rests on: anchors, assumptions, centres, law, and how it is counted."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_model import MILLI, PPM
from entrepot.kernel.text import N_
from entrepot.services.study_page import Block, Heading, PageTable, Paragraph
from entrepot.services.study_tables import held
from entrepot.services.study_words import Reader, grouped

if TYPE_CHECKING:
    from entrepot.services.study_run import Study

KIND_WORDS = {
    "stated": N_("stated"),
    "calibrated": N_("calibrated"),
    "assumed": N_("assumed"),
    "synthetic": N_("synthetic"),
}
COLUMN_WORDS = {
    "price": N_("price"),
    "devices": N_("devices"),
    "pue": N_("PUE"),
    "green": N_("green power"),
}
ROLE_WORDS = {"calibrated": N_("calibrated"), "checked": N_("checked")}
METHOD = (
    N_(
        "A device-hour is asked for by a firm that sits somewhere, at an hour, for so many devices "
        "and hours, and is worth so much to it. Each for itself, a firm uses the one centre "
        "it has a contract with. On one shared grid, firms that have joined use every centre "
        "that law, latency and price let them use. Leases are given as they come, without knowing "
        "what comes later; what cannot begin within its patience is not given."
    ),
    N_(
        "Law: each kind of work of each home is judged at each centre by the same gate that judges "
        "a job file; a place that needs an instrument, an answer or a review is not used. The "
        "placement gate (export control of devices) is asked only where the scenario states what "
        "it needs to know of the device."
    ),
    N_(
        "The clearing price is that of a market that knows all that is asked for: price plus the "
        "rent at which no site-hour is wanted more often than it exists. It says how scarce "
        "devices are, not what anybody paid; the price paid is the list price of the centre."
    ),
    N_(
        "Carbon counts the power of the devices times the PUE, by the factor of the province "
        "(location-based), and less contracted green power. Where no contracted share is known, "
        "nothing is taken off. Hong Kong's factor counts other gases too."
    ),
    N_(
        "Both ways see the same leases of each seed. The interval tells how far chance of the "
        "draw reaches; it says nothing of whether the assumptions below are right."
    ),
)


def anchors(study: Study, reader: Reader) -> Iterator[Block]:
    """Yield public figures against what came out."""
    t = reader.translate
    if not study.scenario.anchors:
        return
    yield Heading(t(N_("Held against public figures")), "anchors")
    yield Paragraph(
        t(
            N_(
                "Calibrated figures were met by setting an input, so that they agree proves "
                "nothing; checked ones were not."
            )
        )
    )
    rows: list[tuple[str, ...]] = []
    for anchor in study.scenario.anchors:
        fact = study.facts[anchor.fact]
        found = held(study, anchor, Fraction(fact.value))
        test = N_("below {value} %") if anchor.test == "below" else N_("{value} % ± {within}")
        rows.append(
            (
                fact.text,
                f"{fact.provenance.source} ({fact.provenance.date}, {fact.provenance.grade.value})",
                t(test).format(value=fact.value, within=anchor.within),
                "–" if found.found is None else f"{grouped(found.found, 1)} %",
                t(N_("holds")) if found.holds else t(N_("does not hold")),
                t(ROLE_WORDS[anchor.role]),
            )
        )
    head = (N_("figure"), N_("source"), N_("stated"), N_("found"), N_("verdict"), N_("role"))
    yield PageTable("", tuple(t(each) for each in head), tuple(rows), frozenset((3,)))


def assumptions(study: Study, reader: Reader) -> Iterator[Block]:
    """Yield what the scenario says of its figures."""
    t = reader.translate
    yield Heading(t(N_("What is made up, and what is not")), "assumptions")
    rows = tuple(
        (note.about, t(KIND_WORDS[note.kind]), reader.of(note.text))
        for note in study.scenario.notes
    )
    badges = frozenset(t(KIND_WORDS[kind]) for kind in ("calibrated", "assumed", "synthetic"))
    head = (t(N_("figure")), t(N_("kind")), t(N_("what it rests on")))
    yield PageTable("", head, rows, badges=badges)


def inputs(study: Study, reader: Reader) -> Iterator[Block]:
    """Yield the centres as they enter, and what the law closes."""
    t = reader.translate
    yield Heading(t(N_("Centres as they enter")), "inputs")
    rows: list[tuple[str, ...]] = []
    for site, basis in zip(study.ground.world.sites, study.ground.basis, strict=True):
        made = ", ".join(t(COLUMN_WORDS[name]) for name in basis.synthetic)
        rows.append(
            (
                reader.of(study.names[site.id]),
                grouped(Fraction(basis.devices)),
                grouped(Fraction(site.price, PPM), 2),
                grouped(Fraction(site.pue_milli, MILLI), 2),
                grouped(Fraction(site.carbon_mg, MILLI), 1),
                grouped(Fraction(100 * site.green_ppm, PPM)),
                made,
                basis.capacity or "–",
            )
        )
    words = (
        N_("centre"),
        N_("devices"),
        N_("HKD an hour"),
        N_("PUE"),
        N_("g per kWh"),
        N_("green, %"),
        N_("assumed here"),
        N_("source of the size"),
    )
    yield PageTable("", tuple(t(each) for each in words), tuple(rows), frozenset(range(1, 6)))
    yield _law(study, reader)


def _law(study: Study, reader: Reader) -> PageTable:
    t, scenario = reader.translate, study.scenario
    rows: list[tuple[str, ...]] = []
    for kind, by_home in zip(scenario.classes, study.ground.verdicts, strict=True):
        for home, verdicts in zip(scenario.homes, by_home, strict=True):
            if not home.mix.get(kind.id):
                continue
            names = [
                reader.of(study.names[centre.id])
                for centre, (outcome, _why) in zip(scenario.centres, verdicts, strict=True)
                if outcome not in ("allow", "allow_with_duties")
            ]
            closed = ", ".join(names) or t(N_("none"))
            rows.append((reader.of(kind.name), reader.of(home.name), closed))
    head = (t(N_("work")), t(N_("where firms sit")), t(N_("centres that the gate closes")))
    return PageTable(t(N_("Law of {day}")).format(day=scenario.day.isoformat()), head, tuple(rows))


def method(_study: Study, reader: Reader) -> Iterator[Block]:
    """Yield how it is counted."""
    yield Heading(reader.translate(N_("How it is counted")), "method")
    for text in METHOD:
        yield Paragraph(reader.translate(text))
