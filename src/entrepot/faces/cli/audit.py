"""``entrepot audit``: the journal of commands, and proof that nobody edited it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, done, emit, moment, number, pad, show_table
from entrepot.faces.cli.proof import tell_problems
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.text import N_
from entrepot.services import records as r

BROKEN = N_("The journal does not prove: problems found: {count}.")
HASH_SHOWN = 16


@cli_group(
    "audit",
    help=N_("Show the journal of commands, and prove that nobody edited it."),
    examples=(
        "entrepot audit verify",
        "entrepot audit list",
        "entrepot audit show 12",
        "entrepot audit checkpoint --out checkpoint.json",
    ),
)
def command() -> None:
    """Hold the commands of oversight."""


@command.command(
    "verify",
    help=N_(
        "Prove the journal: numbers, times, hash chain, keys and answers, its recorded end, and "
        "the checkpoint beside the database. With --against, a checkpoint that was kept elsewhere."
    ),
    examples=("entrepot audit verify", "entrepot audit verify --against checkpoint.json"),
)
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("File written by entrepot audit checkpoint."),
)
@json_option
@pass_session
def verify(session: Session, against: Path | None) -> None:
    """Prove the journal."""
    from entrepot.services.journal import prove_journal, read_kept_checkpoint

    app = session.app
    kept = read_kept_checkpoint(against) if against else None
    proof = wait_for(_(N_("Proving the journal")), lambda: prove_journal(app, kept))
    data = {"proven": not proof.problems, "problems": proof.problems, "head": proof.head}
    if proof.problems:
        tell_problems(session, data, proof.problems, "audit.broken", BROKEN)
    emit(session, data, lambda: _show_proof(cast("dict[str, Any]", proof.head), kept is not None))


@command.command(
    "list",
    help=N_("List the newest entries of the journal, newest first."),
    examples=("entrepot audit list", "entrepot audit list --limit 100 --json"),
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    help=N_("How many entries."),
)
@json_option
@pass_session
def list_(session: Session, limit: int) -> None:
    """List entries."""
    entries = session.app.store.journal_entries(limit)
    emit(session, entries, lambda: _show_entries(cast("list[dict[str, Any]]", entries)))


@command.command(
    "show",
    help=N_("Show one entry of the journal with everything that its hash covers."),
    examples=("entrepot audit show 1", "entrepot audit show 12 --json"),
)
@click.argument("seq", metavar="SEQ", type=click.IntRange(1))
@json_option
@pass_session
def show(session: Session, seq: int) -> None:
    """Show an entry."""
    from entrepot.services.journal import the_entry

    entry = the_entry(session.app, seq)
    emit(session, entry, lambda: _show_entry(entry))


@command.command(
    "checkpoint",
    help=N_(
        "Print where the journal ends. Whoever keeps this line elsewhere can prove later that "
        "nothing before it was changed or cut off: entrepot audit verify --against FILE."
    ),
    examples=("entrepot audit checkpoint", "entrepot audit checkpoint --out checkpoint.json"),
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Write it to a file, which must not exist yet."),
)
@json_option
@pass_session
def checkpoint(session: Session, out: Path | None) -> None:
    """Print or write the head of the journal."""
    from entrepot.services.journal import head_of, write_kept_checkpoint

    head = head_of(session.app)
    if out:
        write_kept_checkpoint(out, head)

    def render() -> None:
        if out:
            done(_(N_("The checkpoint is written: {path}")).format(path=out))
        else:
            print(head.text(), end="")

    emit(session, {"home_id": head.home_id, "seq": head.seq, "hash": head.hash}, render)


def _show_proof(head: dict[str, Any], against: bool) -> None:
    done(
        _(N_("The journal is proven: {count} entries, head {hash}.")).format(
            count=number(head["seq"]), hash=head["hash"]
        )
    )
    if against:
        done(_(N_("It holds the checkpoint that was kept elsewhere.")))


def _show_entries(entries: list[dict[str, Any]]) -> None:
    if not entries:
        print(_(N_("The journal is empty.")))
        return
    titles = (N_("time"), N_("who"), N_("command"), N_("about"), N_("hash"))
    rows = [
        [
            number(e["seq"]),
            moment(e["t"]),
            e["actor"],
            e["command"],
            _about(e["body"]),
            str(e["hash"])[:HASH_SHOWN],
        ]
        for e in entries
    ]
    show_table([Column("#", True), *(Column(_(title)) for title in titles)], rows)


def _about(body: object) -> str:
    """Return the first id that the body of an entry names, else its first value, else –."""
    if not isinstance(body, dict):
        return "?"
    values = cast("dict[str, object]", body)
    named = [str(value) for key, value in values.items() if key.endswith("_id")]
    texts = [value for value in values.values() if isinstance(value, str)]
    return clean((named or texts or ["–"])[0])[:40]


def _show_entry(entry: r.Body) -> None:
    rows = (
        (N_("number"), entry["seq"]),
        (N_("time"), moment(cast("int", entry["t"]))),
        (N_("who"), entry["actor"]),
        (N_("command"), entry["command"]),
        (N_("key"), entry["key"]),
        (N_("answer"), f"sha256 {entry['response_digest']}"),
        (N_("ledger"), entry["ledger_head"]),
        (N_("entry before"), entry["prev_hash"]),
        (N_("hash"), entry["hash"]),
    )
    for label, value in rows:
        print(f"{pad(_(label), 14)} {clean(value)}")
    print(json.dumps(entry["body"], ensure_ascii=False, indent=2))
