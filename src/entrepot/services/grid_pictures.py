"""Pictures of a simulation: who waits, what is in use, and how long jobs queued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from entrepot.domain.grid.events_curves import Curves, curves
from entrepot.kernel.errors import Translate
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.charts import Axis, Chart, Form, Mark, Paper, Plot, Series
from entrepot.services.grid_simulate import Simulated

HOUR_S, DAY_S = 3600, 86_400


def simulation_charts(
    found: Simulated, policy: str, translate: Translate
) -> Iterator[tuple[str, Chart]]:
    """Yield name and chart of each picture.

    Args:
        found: the simulation.
        policy: its name, for the line below the title.
        translate: looks words up in the reader's language.
    """
    seen = curves(found.parts)
    line = translate(N_("{jobs} jobs on {devices} devices, policy {policy}")).format(
        jobs=f"{found.total.jobs:,}",
        devices=f"{sum(part.cluster.devices for part in found.parts):,}",
        policy=policy,
    )
    days = Axis(translate(N_("days since the first submission")), least=0)
    yield (
        "waiting",
        _over_time(
            translate(N_("Jobs that wait")),
            line,
            days,
            Axis(translate(N_("jobs")), least=0),
            (seen.step_s, seen.waiting),
        ),
    )
    share = Axis(translate(N_("devices in use, percent")), least=0, most=100)
    used = tuple(100 * part for part in seen.used)
    title = translate(N_("Devices in use"))
    yield "in-use", _over_time(title, line, days, share, (seen.step_s, used))
    yield "queue", _queue(seen, line, translate)


def draw_simulation(
    app: App,
    found: Simulated,
    policy: str,
    out: Path,
    forms: Sequence[Form],
    translate: Translate,
) -> list[Path]:
    """Write the pictures into a folder, each in every form; return the files.

    Raises:
        Fault: a picture cannot be drawn or written.
    """
    return [
        app.write_picture(out / f"{name}{form.ending}", app.pictures.draw(chart, form, Paper()))
        for name, chart in simulation_charts(found, policy, translate)
        for form in forms
    ]


def _over_time(
    title: str, line: str, x: Axis, y: Axis, values: tuple[int, Sequence[Fraction]]
) -> Plot:
    step, heights = values
    points = [(Fraction(n * step, DAY_S), height) for n, height in enumerate(heights)]
    if points:
        points.append((Fraction(len(heights) * step, DAY_S), heights[-1]))
    return Plot(title, x, y, (Series("", tuple(points), Mark.STEP),), line)


def _queue(seen: Curves, line: str, translate: Translate) -> Plot:
    hours = Axis(translate(N_("hours in the queue, at most")), log=True)
    share = Axis(translate(N_("percent of jobs")), least=0, most=100)
    points = tuple(
        (Fraction(seconds, HOUR_S), percent) for percent, seconds in seen.queue_levels if seconds
    )
    title = translate(N_("How long jobs queue"))
    return Plot(title, hours, share, (Series("", points),), line)
