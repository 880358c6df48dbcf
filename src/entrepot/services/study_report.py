"""The report of a study in words, tables and charts, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_interval import Interval
from entrepot.domain.grid.study_model import ALONE, MILLI, PPM, REASONS, SCHEMES, SHARED
from entrepot.kernel.errors import Translate
from entrepot.kernel.text import N_
from entrepot.services.grid_figures import decimal
from entrepot.services.study_charts import (
    REASON_WORDS,
    SCHEME_WORDS,
    VARY_WORDS,
    centres_chart,
    reasons_chart,
    series_charts,
)
from entrepot.services.study_page import (
    Block,
    Card,
    Cards,
    Heading,
    Page,
    PageTable,
    Paragraph,
    Picture,
)
from entrepot.services.study_sums import MEASURES, difference, over_seeds
from entrepot.services.study_tables import held, places_of, reasons_of

if TYPE_CHECKING:
    from entrepot.services.study_run import Study
    from entrepot.services.study_scenario import Words

LESS_IS_BETTER = frozenset({"unmet", "short", "price", "cleared", "carbon_location"})
CARDS = ("used", "unmet", "short", "price", "cleared", "carbon_location")
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
        "and hours, and is worth so much to it. Under “each for itself” a firm uses the one centre "
        "it has a contract with. Under “one shared grid” firms that have joined use every centre "
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


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: how words are looked up, and the key of names in facts and scenarios."""

    translate: Translate
    tag: str

    def of(self, words: Words) -> str:
        """Return a text of several languages in the reader's."""
        return words.get(self.tag) or words.get("en", "")


def report_of(study: Study, reader: Reader) -> Page:
    """Return the report of a study.

    Args:
        study: as run.
        reader: whose language it is in.
    """
    scenario, t = study.scenario, reader.translate
    foot = t(
        N_(
            "Scenario {id}, SHA-256 {digest}; law of {day}; {seeds} seeds from {first}; one device "
            "and firm here stand for {scale}."
        )
    ).format(
        id=scenario.id,
        digest=scenario.digest,
        day=scenario.day.isoformat(),
        seeds=len(study.seeds),
        first=study.seeds[0],
        scale=scenario.scale,
    )
    parts = (_head, _centres, _homes, _reasons, _series, _anchors, _assumptions, _inputs, _method)
    blocks = tuple(block for part in parts for block in part(study, reader))
    return Page(reader.tag, reader.of(scenario.title), reader.of(scenario.text), blocks, foot)


def shown(found: Interval | None, digits: int) -> str:
    """Write a mean with half its interval.

    >>> shown(Interval(Fraction(5), Fraction(1, 4), 3), 1)
    '5.0 ± 0.2'
    """
    if found is None:
        return "–"
    mean = grouped(found.mean, digits)
    return mean if found.half is None else f"{mean} ± {grouped(found.half, digits)}"


def grouped(value: Fraction, digits: int = 0) -> str:
    """Write a number with thousands grouped by a comma.

    >>> grouped(Fraction(12345678, 10), 1)
    '1,234,567.8'
    """
    whole, _point, part = decimal(value, digits).partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(whole):,}" + (f".{part}" if part else "")


def _head(study: Study, reader: Reader) -> Iterator[Block]:
    t = reader.translate
    yield Paragraph(
        t(
            N_(
                "Firms, leases, prices and the sizes of some centres are made up here; what is "
                "public and what is not stands below. Read it as what would follow, not as a "
                "forecast."
            )
        ),
        t(N_("synthetic")),
    )
    cards = tuple(_card(study, name, t) for name in CARDS)
    yield Cards(cards, t(SCHEME_WORDS[ALONE]), t(SCHEME_WORDS[SHARED]))


def _card(study: Study, name: str, t: Translate) -> Card:
    words, digits = MEASURES[name]
    before, after = (over_seeds(study, 0, scheme, name) for scheme in SCHEMES)
    change = difference(study, 0, name)
    is_better = None
    said = ""
    if change is not None:
        said = t(N_("change {change}")).format(change=_signed(change, digits))
        sure = change.half is None or abs(change.mean) > change.half
        if sure and change.mean:
            is_better = (change.mean < 0) == (name in LESS_IS_BETTER)
    means = ["–" if each is None else grouped(each.mean, digits) for each in (before, after)]
    return Card(t(words), means[0], means[1], said, is_better)


def _signed(change: Interval, digits: int) -> str:
    sign = "+" if change.mean > 0 else ""
    return sign + shown(change, digits)


def _centres(study: Study, reader: Reader) -> Iterator[Block]:
    t = reader.translate
    names = {key: reader.of(words) for key, words in study.names.items()}
    yield Heading(t(N_("Centres and regions")), "centres")
    yield Picture(centres_chart(study, names, t), t(N_("Devices in use by centre")))
    rows: list[tuple[str, ...]] = []
    for where in places_of(study, "used"):
        pair = [over_seeds(study, 0, scheme, "used", where) for scheme in SCHEMES]
        clear = [over_seeds(study, 0, scheme, "cleared", where) for scheme in SCHEMES]
        rows.append(
            (
                names.get(where, where) or t(N_("all")),
                grouped(_devices(study, where)),
                *(shown(each, 1) for each in pair),
                *(shown(each, 2) for each in clear),
            )
        )
    head = [t(N_("centre or region")), t(N_("devices"))]
    for words in (N_("in use, %"), N_("clearing price, HKD")):
        head += _both(t, t(words))
    yield PageTable(
        t(N_("Mean ± half the 95 % interval")), tuple(head), tuple(rows), frozenset(range(1, 6))
    )


def _both(t: Translate, words: str) -> list[str]:
    return [f"{words}: {t(SCHEME_WORDS[scheme])}" for scheme in SCHEMES]


def _devices(study: Study, where: str) -> Fraction:
    sites = study.ground.world.sites
    milli = sum(each.milli for each in sites if not where or where in (each.id, each.region))
    return Fraction(milli * study.scenario.scale, MILLI)


def _homes(study: Study, reader: Reader) -> Iterator[Block]:
    t = reader.translate
    yield Heading(t(N_("Who goes without")), "homes")
    names = {each.id: reader.of(each.name) for each in study.scenario.homes}
    rows = [
        (
            names.get(where, t(N_("all"))),
            *(
                shown(over_seeds(study, 0, scheme, name, where), 1)
                for name in ("short", "unmet")
                for scheme in SCHEMES
            ),
        )
        for where in places_of(study, "short")
    ]
    head = [t(N_("home"))]
    for name in ("short", "unmet"):
        head += _both(t, t(MEASURES[name][0]))
    told = t(N_("A firm goes short if less than {percent} % of its device-hours is given."))
    yield PageTable(
        told.format(percent=study.scenario.short_below),
        tuple(head),
        tuple(rows),
        frozenset(range(1, 5)),
    )


def _reasons(study: Study, reader: Reader) -> Iterator[Block]:
    t = reader.translate
    yield Heading(t(N_("Why device-hours were not given")), "reasons")
    yield Picture(reasons_chart(study, t), t(N_("Why device-hours were not given")))
    found = {scheme: reasons_of(study, 0, scheme) for scheme in SCHEMES}
    rows = [
        (t(REASON_WORDS[reason]), *(grouped(found[scheme][reason][1]) for scheme in SCHEMES))
        for reason in REASONS
    ]
    head = ("", *(t(SCHEME_WORDS[scheme]) for scheme in SCHEMES))
    yield PageTable(
        t(N_("Device-hours asked for, real size")), head, tuple(rows), frozenset((1, 2))
    )
    rows = [
        (
            t(MEASURES[name][0]),
            *(shown(over_seeds(study, 0, each, name), MEASURES[name][1]) for each in SCHEMES),
        )
        for name in ("trip", "wait", "away", "carbon_contracted")
    ]
    yield PageTable(t(N_("What is given")), head, tuple(rows), frozenset((1, 2)))


def _series(study: Study, reader: Reader) -> Iterator[Block]:
    t, seen = reader.translate, ""
    for vary, name, chart in series_charts(study, t):
        if vary != seen:
            yield Heading(t(VARY_WORDS[vary]), f"series-{vary}")
            seen = vary
        yield Picture(chart, t(MEASURES[name][0]))


def _anchors(study: Study, reader: Reader) -> Iterator[Block]:
    t = reader.translate
    if not study.scenario.anchors:
        return
    yield Heading(t(N_("Held against public figures")), "anchors")
    yield Paragraph(
        t(
            N_(
                "“Calibrated” figures were met by setting an input, so that they agree proves "
                "nothing; “checked” ones were not."
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


def _assumptions(study: Study, reader: Reader) -> Iterator[Block]:
    t = reader.translate
    yield Heading(t(N_("What is made up, and what is not")), "assumptions")
    rows = tuple(
        (note.about, t(KIND_WORDS[note.kind]), reader.of(note.text))
        for note in study.scenario.notes
    )
    badges = frozenset(t(KIND_WORDS[kind]) for kind in ("calibrated", "assumed", "synthetic"))
    head = (t(N_("figure")), t(N_("kind")), t(N_("what it rests on")))
    yield PageTable("", head, rows, badges=badges)


def _inputs(study: Study, reader: Reader) -> Iterator[Block]:
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
    head = (t(N_("work")), t(N_("home")), t(N_("centres that the gate closes")))
    return PageTable(t(N_("Law of {day}")).format(day=scenario.day.isoformat()), head, tuple(rows))


def _method(_study: Study, reader: Reader) -> Iterator[Block]:
    yield Heading(reader.translate(N_("How it is counted")), "method")
    for text in METHOD:
        yield Paragraph(reader.translate(text))
