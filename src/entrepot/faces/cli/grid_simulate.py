"""``entrepot grid simulate``: run a trace of jobs on virtual clusters under a policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.domain.grid.events_model import FIFO, POLICIES
from entrepot.faces.cli.auction_pictures import read_forms
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.grid_words import failures_of, numbers_of, seconds_of, window_of
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, number, progress, show_table, warn
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.grid.events_measures import Figures
    from entrepot.services.grid_simulate import Ask, Simulated

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

DROPPED = {
    "bad_rows": N_("{count} bad rows are left out."),
    "before_start": N_("{count} jobs before the window are left out."),
    "other_cluster": N_("{count} jobs of other clusters are left out."),
    "after_end": N_("{count} jobs after the window are left out."),
    "larger_than_cluster": N_("{count} jobs larger than their cluster are left out."),
    "larger_than_quota": N_("{count} jobs larger than their firm's quota are left out."),
}


@cli_command(
    "simulate",
    help=N_(
        "Run a trace of jobs on virtual clusters under a policy: fifo, sjf, srtf (with "
        "preemption), easy or conservative backfilling, or fair share by firm. Jobs are gangs; "
        "time is in whole seconds and ties go by number, so the answer is always the same. A "
        "trace in the form of the Philly copy is cut as its published replay is."
    ),
    examples=(
        "entrepot grid simulate --trace philly.csv.gz --clusters virtual_clusters.csv "
        "--policy fifo",
        "entrepot grid simulate --trace philly.csv.gz --policy sjf --contended --json",
        "entrepot grid simulate --trace jobs.csv --policy easy --failures "
        "mtbf=30d,repair=4h,seed=1 --checkpoint 1h --restart 2m",
        "entrepot grid simulate --trace jobs.csv --policy fair --weight north=2 --quota south=16",
    ),
)
@click.option("--trace", required=True, type=FILE, help=N_("Jobs as CSV, or CSV.gz."))
@click.option(
    "--clusters", type=FILE, help=N_("Table of clusters; else virtual_clusters.csv beside it.")
)
@click.option("--policy", type=click.Choice(POLICIES), default=FIFO, help=N_("Who goes next."))
@click.option(
    "--contended", is_flag=True, help=N_("An eighth of each cluster's nodes, at least 4.")
)
@click.option("--from", "from_day", default="", help=N_("First day or time of submission, UTC."))
@click.option("--span", default="", help=N_("Longest time from the first submission to the last."))
@click.option("--quota", multiple=True, help=N_("FIRM=DEVICES that a firm may use at once."))
@click.option("--weight", multiple=True, help=N_("FIRM=WEIGHT in fair sharing."))
@click.option("--failures", default="", help=N_("Draw failures: mtbf=30d,repair=4h,seed=1."))
@click.option("--outages", type=FILE, help=N_("Outages as CSV: cluster,node,begin_s,end_s."))
@click.option("--checkpoint", default="0", help=N_("Work after which progress is safe; 0: never."))
@click.option("--restart", default="0", help=N_("Time that each further start of a job costs."))
@click.option("--depth", type=int, default=200, help=N_("Jobs that backfilling looks at."))
@click.option("--skip-bad", is_flag=True, help=N_("Leave bad rows out and count them."))
@click.option("--out", type=FILE, help=N_("File for a row a job, CSV."))
@click.option("--pictures", type=FOLDER, help=N_("Folder for pictures."))
@click.option("--format", "forms", default="echarts,svg", help=N_("Files of each picture."))
@json_option
@pass_session
def simulate(session: Session, out: Path | None, pictures: Path | None, **given: Any) -> None:
    """Simulate a trace."""
    from entrepot.services.grid_figures import body_of
    from entrepot.services.grid_pictures import draw_simulation
    from entrepot.services.grid_simulate import simulate_trace, write_jobs

    ask, forms = _ask(given), read_forms(given["forms"])
    with progress(_(N_("Simulating")), 100) as step:
        found = simulate_trace(
            session.app, ask, lambda count, of: step(100 * count // of if of else 100)
        )
    body = body_of(found, ask)
    if out is not None:
        body["file"], _count = write_jobs(session.app, found, out)
    if pictures is not None:
        body["pictures"] = draw_simulation(session.app, found, ask.policy, pictures, forms, _)
    emit(session, body, lambda: _show(found, out, pictures))


COMMANDS = (simulate,)


def _ask(given: Mapping[str, Any]) -> Ask:
    from entrepot.services.grid_simulate import Ask

    return Ask(
        trace=given["trace"],
        clusters=given["clusters"],
        policy=given["policy"],
        contended=given["contended"],
        window=window_of(given["from_day"], given["span"]),
        quota=numbers_of(given["quota"], "--quota"),
        weight=numbers_of(given["weight"], "--weight"),
        failures=failures_of(given["failures"]),
        outages=given["outages"],
        checkpoint_s=seconds_of(given["checkpoint"]),
        restart_s=seconds_of(given["restart"]),
        depth=given["depth"],
        skip_bad=given["skip_bad"],
    )


def _show(found: Simulated, out: Path | None, pictures: Path | None) -> None:
    for why, count in found.cut.dropped.items():
        if count:
            warn(_(DROPPED[why]).format(count=number(count)))
    if found.cut.gaps:
        text = N_("The trace has {count} gaps of more than a day, the longest of {hours} hours.")
        hours = number(found.cut.longest_gap_s // 3600)
        warn(_(text).format(count=number(found.cut.gaps), hours=hours))
    heads = (N_("jobs"), N_("done"), N_("queue, s"), N_("p95, s"), N_("completion, s"))
    columns = [Column(_(N_("cluster")), whole=True), Column(_(N_("devices")), number=True)]
    columns += [Column(_(head), number=True) for head in heads]
    columns += [Column(_(head), number=True) for head in (N_("in use"), N_("fairness"))]
    rows = [
        (part.cluster.name, number(part.cluster.devices), *_cells(each))
        for part, each in zip(found.parts, found.by_cluster, strict=True)
    ]
    devices = sum(part.cluster.devices for part in found.parts)
    rows.append((_(N_("all")), number(devices), *_cells(found.total)))
    show_table(columns, rows)
    _show_breaks(found.total)
    for path in (out, pictures):
        if path is not None:
            done(_(N_("Written: {path}")).format(path=path))


def _show_breaks(total: Figures) -> None:
    if total.preempted or total.killed:
        text = N_(
            "{preempted} times a job was put aside, {killed} times one lost its node; {hours} "
            "hours on devices came to nothing."
        )
        hours = number(total.lost_s // 3600)
        counts = {"preempted": number(total.preempted), "killed": number(total.killed)}
        print(_(text).format(**counts, hours=hours))
    if total.waiting:
        warn(_(N_("{count} jobs still wait at the end.")).format(count=number(total.waiting)))


def _cells(each: Figures) -> tuple[str, ...]:
    return (
        number(each.jobs),
        number(each.done),
        number(int(each.queue_s)),
        number(int(each.queue_levels_s[2])),
        number(int(each.jct_s)),
        f"{number(100 * each.use, 1)} %",
        number(each.fairness, 3),
    )
