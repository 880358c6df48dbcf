"""The report of a study in words, tables and charts, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_interval import Interval
from entrepot.domain.grid.study_model import ALONE, MILLI, REASONS, SCHEMES, SHARED
from entrepot.kernel.errors import Translate
from entrepot.kernel.text import N_
from entrepot.services.study_basis import anchors, assumptions, inputs, method
from entrepot.services.study_charts import (
    REASON_WORDS,
    SCHEME_WORDS,
    VARY_WORDS,
    carbon_measure,
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
from entrepot.services.study_tables import places_of, reasons_of
from entrepot.services.study_words import Reader, grouped, shown

if TYPE_CHECKING:
    from entrepot.services.study_run import Study

LESS_IS_BETTER = frozenset({"unmet", "short", "price", "carbon_location", "carbon_contracted"})
NEITHER = frozenset({"cleared"})
"""A clearing price that rises is dearer for firms and better for centres."""

CARDS = ("used", "unmet", "short", "price", "cleared")


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
    parts = (_head, _centres, _homes, _reasons, _series, anchors, assumptions, inputs, method)
    blocks = tuple(block for part in parts for block in part(study, reader))
    return Page(reader.tag, reader.of(scenario.title), reader.of(scenario.text), blocks, foot)


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
    cards = tuple(_card(study, name, t) for name in (*CARDS, carbon_measure(study)))
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
        if sure and change.mean and name not in NEITHER:
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
    head = [t(N_("where firms sit"))]
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
        for name in ("trip", "wait", "away", "carbon_location", "carbon_contracted")
    ]
    yield PageTable(t(N_("What is given")), head, tuple(rows), frozenset((1, 2)))


def _series(study: Study, reader: Reader) -> Iterator[Block]:
    t, seen = reader.translate, ""
    for vary, name, chart in series_charts(study, t):
        if vary != seen:
            yield Heading(t(VARY_WORDS[vary]), f"series-{vary}")
            seen = vary
        yield Picture(chart, t(MEASURES[name][0]))
