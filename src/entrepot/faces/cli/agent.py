"""``entrepot agent``: enrol programs at centres, run one, and see what each one does."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.agent_show import (
    show_agent,
    show_roll,
    show_token,
    standing_data,
    tell_event,
)
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.agent_roll import Standing

SLOTS = 4
FOLDER = "~/.entrepot-agent"

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("Folder of the agent, with its key, notes and jobs; ~/.entrepot-agent if not given."),
)


@cli_group(
    "agent",
    help=N_(
        "Agents run the jobs of a centre: each one asks the exchange for work, runs and meters it "
        "there, and is never called from outside."
    ),
    examples=(
        "entrepot agent token gz",
        "entrepot agent enrol entrepot-agent:gz:… --folder ./agent",
        "entrepot agent run --folder ./agent",
        "entrepot agent list",
        "entrepot agent drain AG-01…",
    ),
)
def command() -> None:
    """Hold the commands of agents."""


@command.command(
    "token",
    help=N_("Make a token with which one agent of a centre can enrol, once."),
    examples=("entrepot agent token gz", "entrepot agent token gz --valid 600 --json"),
)
@click.argument("centre")
@click.option(
    "--valid", "valid_s", type=int, default=3600, show_default=True, help=N_("Seconds it is good.")
)
@json_option
@pass_session
def token(session: Session, centre: str, valid_s: int) -> None:
    """Make a token."""
    from entrepot.services.agent_enrol import make_token

    text, kept = make_token(session.app, centre, valid_s)
    data = {
        "token": text.text,
        "token_id": kept.id,
        "centre_id": kept.centre_id,
        "expires_at": kept.expires_at,
    }
    emit(session, data, lambda: show_token(text.text, kept))


@command.command(
    "enrol",
    help=N_(
        "Enrol the agent of a folder with a token: a key is made there, and the exchange's own key "
        "is noted, so that both know each other from then on. Standing on the exchange's own "
        "machine, it reaches the home directly; over HTTPS it will with the API."
    ),
    examples=("entrepot agent enrol entrepot-agent:gz:… --folder ./agent --name hall-2",),
)
@click.argument("token")
@folder_option
@click.option("--name", default="", help=N_("Name for people; the machine's name if empty."))
@json_option
@pass_session
def enrol(session: Session, token: str, folder: Path | None, name: str) -> None:
    """Enrol an agent."""
    where = _folder(folder)
    noted = session.app.enrol_agent(where, token, name or os.uname().nodename)
    data = {
        "agent_id": noted["agent_id"],
        "centre_id": noted["centre_id"],
        "exchange_key": noted["exchange_key"],
        "folder": str(where),
    }

    def render() -> None:
        line = _(N_("Agent {id} of centre {centre} is enrolled."))
        done(line.format(id=noted["agent_id"], centre=noted["centre_id"]))
        print(_(N_("Run it: entrepot agent run --folder {folder}")).format(folder=where))

    emit(session, data, render)


@command.command(
    "run",
    help=N_(
        "Run the agent of a folder until it is asked to stop (Ctrl-C). Its jobs go on without it, "
        "and it finds them again when it is started again."
    ),
    examples=(
        "entrepot agent run --folder ./agent",
        "entrepot agent run --folder ./agent --slots 16",
        "entrepot agent run --folder ./agent --polls 1 --json",
    ),
)
@folder_option
@click.option(
    "--slots", type=click.IntRange(0, 1000), default=SLOTS, show_default=True,
    help=N_("How many jobs it runs at once."),
)  # fmt: skip
@click.option(
    "--polls", type=click.IntRange(1), default=None, help=N_("Stop after asking so many times.")
)
@json_option
@pass_session
def run(session: Session, folder: Path | None, slots: int, polls: int | None) -> None:
    """Run an agent; with --json, a line of JSON an event."""

    def tell(event: str, values: Mapping[str, object]) -> None:
        if session.json:
            print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)
        else:
            tell_event(event, values)

    session.app.run_agent(_folder(folder), slots, polls, tell)


def _folder(folder: Path | None) -> Path:
    return (folder or Path(FOLDER)).expanduser().absolute()


@command.command(
    "list",
    help=N_("List the agents, what each one runs, and when it was heard."),
    examples=("entrepot agent list", "entrepot agent list --centre gz --json"),
)
@click.option("--centre", default="", help=N_("Agents of this centre only."))
@json_option
@pass_session
def list_(session: Session, centre: str) -> None:
    """List agents."""
    from entrepot.services.agent_roll import roll

    found = roll(session.app, centre)
    emit(session, [standing_data(one) for one in found], lambda: show_roll(found))


@command.command(
    "show",
    help=N_("Show an agent and every run that it was given."),
    examples=("entrepot agent show AG-01…", "entrepot agent show AG-01… --json"),
)
@click.argument("agent", metavar="AG-…")
@json_option
@pass_session
def show(session: Session, agent: str) -> None:
    """Show an agent."""
    from entrepot.services.agent_roll import the_agent

    _print(session, the_agent(session.app, agent))


@command.command(
    "drain",
    help=N_("Give an agent no new job and let it end those that it has; --undo takes it back."),
    examples=("entrepot agent drain AG-01…", "entrepot agent drain AG-01… --undo"),
)
@click.argument("agent", metavar="AG-…")
@click.option("--undo", is_flag=True, help=N_("Let it take jobs again."))
@json_option
@pass_session
def drain(session: Session, agent: str, undo: bool) -> None:
    """Drain an agent."""
    from entrepot.services import agent_roll

    _print(session, (agent_roll.undrain if undo else agent_roll.drain)(session.app, agent))


@command.command(
    "revoke",
    help=N_(
        "Never listen to an agent again, as when its key is stolen. What it runs is queued once "
        "more for others; usage that was kept before stays as it is."
    ),
    examples=("entrepot agent revoke AG-01…",),
)
@click.argument("agent", metavar="AG-…")
@json_option
@pass_session
def revoke(session: Session, agent: str) -> None:
    """Revoke an agent."""
    from entrepot.services.agent_roll import revoke as never_again

    _print(session, never_again(session.app, agent))


@command.command(
    "watch",
    help=N_(
        "Look at all runs that agents have: those of a lost agent are queued once more or "
        "refunded, those that are over are billed. Any agent that asks does the same."
    ),
    examples=("entrepot agent watch", "entrepot agent watch --every 5"),
)
@click.option(
    "--every", "every_s", type=click.IntRange(1), default=None,
    help=N_("Look again after so many seconds, until Ctrl-C."),
)  # fmt: skip
@json_option
@pass_session
def watch(session: Session, every_s: int | None) -> None:
    """Watch over all agents."""
    import time

    from entrepot.services.agent_poll import watch as look

    while True:
        jobs = look(session.app)
        emit(session, {"jobs": jobs}, lambda jobs=jobs: _looked(jobs))
        if every_s is None:
            return
        time.sleep(every_s)


def _looked(jobs: list[str]) -> None:
    for name in jobs:
        done(_(N_("Job {id} was taken up.")).format(id=name))
    if not jobs:
        done(_(N_("No run is in trouble.")))


def _print(session: Session, found: Standing) -> None:
    emit(session, standing_data(found, runs=True), lambda: show_agent(found))
