"""``entrepot grid replay``: place the pods of a cluster under a policy; see how full it gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.domain.grid.policies import Policy
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, emit, number, progress, show_table, warn
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.grid_replay import Report

FILE = click.Path(dir_okay=False, path_type=Path)


@cli_command(
    "replay",
    help=N_(
        "Place the pods of a cluster one after another, in an order drawn by seeds, until 130 % of "
        "its devices have been asked for, and say how much of them is allocated. The policy best "
        "is the house's own; it learns what is asked for as it goes."
    ),
    examples=(
        "entrepot grid replay --nodes nodes.csv --pods pods.csv --policy best --seeds 10",
        "entrepot grid replay --nodes nodes.csv.gz --pods pods.csv.gz --policy fgd "
        "--arrived 95,100,130 --json",
        "entrepot grid replay --nodes nodes.csv --pods pods.csv --policy best --repack",
    ),
)
@click.option("--nodes", required=True, type=FILE, help=N_("Nodes as CSV or CSV.gz."))
@click.option("--pods", required=True, type=FILE, help=N_("Pods as CSV or CSV.gz."))
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.BEST.value,
    help=N_("Where pods are placed."),
)
@click.option("--seeds", type=int, default=10, help=N_("Number of seeds, from the first up."))
@click.option("--first-seed", type=int, default=42, help=N_("The first seed."))
@click.option(
    "--arrived", default="95,100,130", help=N_("Where to read, percent of the devices asked for.")
)
@click.option("--repack", is_flag=True, help=N_("Move shared work to make room; count the moves."))
@json_option
@pass_session
def replay(
    session: Session,
    nodes: Path,
    pods: Path,
    policy: str,
    seeds: int,
    first_seed: int,
    arrived: str,
    repack: bool,
) -> None:
    """Replay a cluster."""
    from entrepot.services.grid_replay import Ask, replay_cluster

    ask = Ask(nodes, pods, Policy(policy), seeds, _points(arrived), repack, first_seed)
    with progress(_(N_("Placing")), 100) as step:
        found = replay_cluster(
            session.app, ask, lambda count, of: step(100 * count // of if of else 100)
        )
    emit(session, found.body(), lambda: _show(found))


COMMANDS = (replay,)


def _points(text: str) -> tuple[int, ...]:
    """Read percentages with commas between them.

    Raises:
        Invalid: the text is something else.
    """
    parts = [part.strip() for part in text.split(",")]
    if any(not (part.isascii() and part.isdecimal() and len(part) <= 4) for part in parts):
        raise Invalid(
            "grid.points",
            N_("{text} is not a list of percentages."),
            hint=N_("For example: --arrived 95,100,130"),
            text=repr(text[:60]),
        )
    return tuple(int(part) for part in parts)


def _show(found: Report) -> None:
    body = found.body()
    if found.too_large:
        text = N_("{count} pods are larger than any node, or fit none; they are refused.")
        warn(_(text).format(count=number(found.too_large)))
    milli = found.devices * 1000
    heads = [_(N_("{point} % arrived")).format(point=point) for point in found.ask.arrived]
    columns = [Column(_(N_("seed")))]
    columns += [Column(head, number=True) for head in heads]
    columns += [Column(_(N_("placed")), number=True), Column(_(N_("moved")), number=True)]
    rows = [
        (
            str(one.seed),
            *(_percent(part, milli) for part in one.allocated_milli),
            number(one.placed),
            number(one.moved_pods),
        )
        for one in found.replayed
    ]
    count = len(found.replayed)
    sums = [sum(parts) for parts in zip(*(o.allocated_milli for o in found.replayed), strict=True)]
    placed = sum(one.placed for one in found.replayed)
    moved = sum(one.moved_pods for one in found.replayed)
    means = [_percent(part, milli * count) for part in sums]
    rows.append((_(N_("mean")), *means, number(placed // count), number(moved // count)))
    show_table(columns, rows)
    text = N_("{policy}: {rate} pods a second on {nodes} nodes with {devices} devices.")
    words = {"policy": found.ask.policy.value, "rate": number(int(str(body["placements_per_s"])))}
    print(_(text).format(nodes=number(found.nodes), devices=number(found.devices), **words))


def _percent(part: int, whole: int) -> str:
    hundredths = (part * 10_000 + whole // 2) // max(whole, 1)
    return f"{hundredths // 100}.{hundredths % 100:02d} %"
