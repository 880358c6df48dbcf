"""Pictures of a study: use by centre, why leases were not given, and what the series show."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_model import ALONE, PPM, REASONS, SCHEMES, SHARED
from entrepot.kernel.errors import Translate
from entrepot.kernel.text import N_
from entrepot.services.charts import Axis, Mark, Plot, Point, Series
from entrepot.services.study_sums import MEASURES, over_seeds
from entrepot.services.study_tables import ends, reasons_of

if TYPE_CHECKING:
    from entrepot.services.study_run import Study

SCHEME_WORDS = {ALONE: N_("each for itself"), SHARED: N_("one shared grid")}
REASON_WORDS = {
    "served": N_("given"),
    "law": N_("no lawful place"),
    "size": N_("larger than any centre in reach"),
    "latency": N_("too far away"),
    "price": N_("too dear"),
    "room": N_("no room in time"),
}
VARY_WORDS = {
    "demand_percent": N_("devices asked for, % of the base"),
    "joined_percent": N_("firms that have joined the grid, %"),
    "devices_percent": N_("devices on offer, % of the base"),
    "carbon_price": N_("what a tonne of CO₂ counts in the choice, HKD"),
}
SERIES_MEASURES = ("used", "unmet", "short", "cleared")
COLOURS = {ALONE: 0, SHARED: 1}


def carbon_measure(study: Study) -> str:
    """Return the measure of carbon that tells most: less contracts, where there are any."""
    is_green = any(site.green_ppm for site in study.ground.world.sites)
    return "carbon_contracted" if is_green else "carbon_location"


def centres_chart(study: Study, names: dict[str, str], translate: Translate) -> Plot:
    """Draw what of each centre is in use, without and with the grid."""
    sites = study.ground.world.sites
    bars = [
        Series(
            translate(SCHEME_WORDS[scheme]),
            tuple(
                (place, _mean(study, 0, scheme, "used", site.id))
                for place, site in enumerate(sites)
            ),
            Mark.BARS,
            COLOURS[scheme],
        )
        for scheme in SCHEMES
    ]
    return Plot(
        translate(N_("Devices in use by centre")),
        Axis(categories=tuple(names[site.id] for site in sites)),
        Axis(translate(N_("devices in use, %")), least=0, most=100),
        tuple(bars),
        translate(N_("mean over seeds ({count})")).format(count=len(study.seeds)),
    )


def reasons_chart(study: Study, translate: Translate) -> Plot:
    """Draw why device-hours were not given."""
    shown = REASONS[1:]
    bars: list[Series] = []
    for scheme in SCHEMES:
        found = reasons_of(study, 0, scheme)
        whole = sum((hours for _leases, hours in found.values()), Fraction(0)) or Fraction(1)
        points = tuple(
            (place, 100 * found[reason][1] / whole) for place, reason in enumerate(shown)
        )
        bars.append(Series(translate(SCHEME_WORDS[scheme]), points, Mark.BARS, COLOURS[scheme]))
    return Plot(
        translate(N_("Why device-hours were not given")),
        Axis(categories=tuple(translate(REASON_WORDS[reason]) for reason in shown)),
        Axis(translate(N_("percent of what was asked for")), least=0),
        tuple(bars),
        translate(N_("mean over seeds ({count})")).format(count=len(study.seeds)),
    )


def series_charts(study: Study, translate: Translate) -> Iterator[tuple[str, str, Plot]]:
    """Yield what is varied, the measure, and the chart of it."""
    for given in study.scenario.series:
        for name in (*SERIES_MEASURES, carbon_measure(study)):
            yield given.vary, name, _series(study, given.vary, name, translate)


def _series(study: Study, vary: str, name: str, translate: Translate) -> Plot:
    lines: list[Series] = []
    for scheme in SCHEMES:
        middle, low, high = _lines(study, vary, scheme, name)
        colour = COLOURS[scheme]
        lines += [
            Series("", low, Mark.LINE, colour, dashed=True),
            Series("", high, Mark.LINE, colour, dashed=True),
            Series(translate(SCHEME_WORDS[scheme]), middle, Mark.LINE, colour),
        ]
    words = translate(MEASURES[name][0])
    return Plot(
        words,
        Axis(translate(VARY_WORDS[vary])),
        Axis(words, least=0),
        tuple(lines),
        translate(N_("mean over seeds ({count}); broken lines: 95 % interval")).format(
            count=len(study.seeds)
        ),
    )


def _lines(
    study: Study, vary: str, scheme: str, name: str
) -> tuple[tuple[Point, ...], tuple[Point, ...], tuple[Point, ...]]:
    """Return mean, lower and upper end over the values of a series, in their order."""
    scale = PPM if vary == "carbon_price" else 1
    rows: list[tuple[Fraction, Fraction, Fraction, Fraction]] = []
    for place, setting in enumerate(study.settings):
        if setting.vary != vary:
            continue
        found = over_seeds(study, place, scheme, name)
        if found is not None:
            low, high = ends(found)
            x = Fraction(setting.value, scale)
            # No measure can be below nought, whatever the interval of a few seeds says.
            low = found.mean if low is None else max(low, Fraction(0))
            rows.append((x, found.mean, low, found.mean if high is None else high))
    rows.sort()
    middle, low, high = (tuple((row[0], row[n]) for row in rows) for n in (1, 2, 3))
    return middle, low, high


def _mean(study: Study, place: int, scheme: str, name: str, where: str) -> Fraction | None:
    found = over_seeds(study, place, scheme, name, where)
    return None if found is None else found.mean
