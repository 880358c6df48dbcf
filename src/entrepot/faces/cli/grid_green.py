"""``entrepot grid green``: what moving a nightly job to a greener time would have saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.grid_words import clock_of, seconds_of
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, duration, emit, number, show_table, warn
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.carbon_file import MEND_GAPS, MENDS
from entrepot.services.grid_figures import decimal

if TYPE_CHECKING:
    from entrepot.services.grid_green import Greened

FILE = click.Path(dir_okay=False, path_type=Path)
WINDOWS_MAX = 20


@cli_command(
    "green",
    help=N_(
        "Move a job of every night to the greenest time within a window before and after, as if "
        "the grid's carbon were known beforehand, and say what that saves over a year. The "
        "forecast is perfect, so the figure is the most that shifting can do."
    ),
    examples=(
        "entrepot grid green --carbon ger_ci.csv.gz --start 01:00 --duration 30m --window 8h "
        "--year 2020",
        "entrepot grid green --carbon gb_ci.csv.gz --start 01:00 --duration 4h --window 1h,8h "
        "--year 2020 --interruptible --json",
    ),
)
@click.option("--carbon", required=True, type=FILE, help=N_("Series as CSV: time, g/kWh."))
@click.option("--start", default="01:00", help=N_("When the job is asked for, HH:MM."))
@click.option("--duration", "length", default="30m", help=N_("How long it runs."))
@click.option("--window", default="8h", help=N_("How far it may be moved; several with commas."))
@click.option("--year", required=True, type=int, help=N_("Whose days count."))
@click.option("--interruptible", is_flag=True, help=N_("The job may be broken up."))
@click.option("--every", default="30m", help=N_("Distance between starts; 0: any instant."))
@click.option(
    "--mend",
    type=click.Choice(MENDS),
    default=MEND_GAPS,
    help=N_("What is mended of a broken series, and counted; the rest is refused."),
)
@json_option
@pass_session
def green(session: Session, **given: Any) -> None:
    """Move a nightly job."""
    from entrepot.services.grid_green import GreenAsk, shift_nightly

    ask = GreenAsk(
        given["carbon"],
        clock_of(given["start"]),
        seconds_of(given["length"]),
        windows_of(given["window"]),
        given["year"],
        seconds_of(given["every"]),
        given["interruptible"],
        given["mend"],
    )
    found = shift_nightly(session.app, ask)
    emit(session, body_of(found), lambda: _show(found))


COMMANDS = (green,)


def windows_of(text: str) -> list[int]:
    """Read windows with commas between.

    Raises:
        Invalid: there is none, or too many.

    >>> windows_of("1h, 8h")
    [3600, 28800]
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not 1 <= len(words) <= WINDOWS_MAX:
        raise Invalid(
            "grid.windows",
            N_("Give one to {most} windows."),
            hint=N_("For example: --window 1h,2h,4h,8h"),
            most=WINDOWS_MAX,
        )
    return [seconds_of(word) for word in words]


def body_of(found: Greened) -> dict[str, object]:
    """Return the answer for ``--json``."""
    file = found.file
    windows = [
        {
            "window_s": one.window_s,
            "saving_percent": decimal(100 * one.shifted.saving, 4),
            "asked_g_per_kwh": decimal(one.asked_g, 4),
            "best_g_per_kwh": decimal(one.best_g, 4),
            "jobs": one.shifted.jobs,
            "days_left_out": one.left_out,
        }
        for one in found.windows
    ]
    series = {
        "rows": file.rows,
        "step_s": file.series.step_s,
        "backwards": file.backwards,
        "twice": file.twice,
        "between_steps": file.between,
        "filled": file.filled,
    }
    return {"saving_percent": windows[-1]["saving_percent"], "windows": windows, "series": series}


def _show(found: Greened) -> None:
    file = found.file
    counts = {name: getattr(file, name) for name in ("backwards", "twice", "between", "filled")}
    if any(counts.values()):
        text = N_(
            "The series was mended: {backwards} rows out of order, {twice} twice, {between} "
            "between steps left out, {filled} missing steps filled in."
        )
        warn(_(text).format(**{name: number(count) for name, count in counts.items()}))
    heads = (N_("saved"), N_("asked for, g/kWh"), N_("best, g/kWh"), N_("jobs"))
    columns = [Column(_(N_("window")))] + [Column(_(head), number=True) for head in heads]
    rows = [
        (
            f"± {duration(one.window_s)}",
            f"{decimal(100 * one.shifted.saving, 1)} %",
            number(one.asked_g, 1),
            number(one.best_g, 1),
            number(one.shifted.jobs),
        )
        for one in found.windows
    ]
    show_table(columns, rows)
    for one in found.windows:
        if one.left_out:
            text = N_("{count} days are left out, for the series does not cover their window.")
            warn(_(text).format(count=number(one.left_out)))
            break
