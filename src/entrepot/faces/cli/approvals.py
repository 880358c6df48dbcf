"""``entrepot approvals``: acts that stand once a second person has approved them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, moment, pad, plain, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.four_eyes import ProposalView

KINDS: Mapping[str, str] = {
    "credit_note": N_("credit note"),
    "export_approval": N_("approval of an export"),
    "fx_rate": N_("rates of exchange"),
    "manual_posting": N_("manual posting"),
    "role_grant": N_("grant of a role"),
    "settlement_match": N_("booking of the bank matched by hand"),
    "settlement_release": N_("release of a settlement"),
    "write_off": N_("write-off"),
}
STATES: Mapping[str, str] = {
    "open": N_("waits for a second person"),
    "approved": N_("approved"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired"),
}
KEY = N_("Idempotency key; the same key gives the same answer.")


@cli_group(
    "approvals",
    help=N_(
        "Acts of two persons: one proposes, another one approves, and only then is it done. "
        "Who acts is read from ENTREPOT_ACTOR."
    ),
    examples=(
        "entrepot approvals list",
        "entrepot approvals show PR-01…",
        "ENTREPOT_ACTOR=second.person entrepot approvals approve PR-01…",
    ),
)
def command() -> None:
    """Hold the commands of approvals."""


@command.command(
    "list",
    help=N_("List what waits for a second person; with --all also what has ended."),
    examples=("entrepot approvals list", "entrepot approvals list --all --json"),
)
@click.option("--all", "every", is_flag=True, help=N_("Also what was decided or has expired."))
@json_option
@pass_session
def list_(session: Session, every: bool) -> None:
    """List proposals."""
    from entrepot.services.four_eyes import all_proposals, open_proposals

    views = all_proposals(session.app) if every else open_proposals(session.app)
    emit(session, [view_data(view) for view in views], lambda: _show_list(views))


@command.command(
    "show",
    help=N_("Show a proposal in full: who proposes what, and what became of it."),
    examples=("entrepot approvals show PR-01…", "entrepot approvals show PR-01… --json"),
)
@click.argument("proposal", metavar="PR-…")
@json_option
@pass_session
def show(session: Session, proposal: str) -> None:
    """Show a proposal."""
    from entrepot.services.four_eyes import the_proposal

    view = the_proposal(session.app, proposal)
    emit(session, view_data(view), lambda: _show(view))


@command.command(
    "approve",
    help=N_("Approve a proposal as the second person; what it proposes is done at once."),
    examples=("ENTREPOT_ACTOR=second.person entrepot approvals approve PR-01…",),
)
@click.argument("proposal", metavar="PR-…")
@click.option("--key", help=KEY)
@json_option
@pass_session
def approve(session: Session, proposal: str, key: str | None) -> None:
    """Approve as the second person."""
    from entrepot.services.four_eyes import approve as decide

    view = decide(session.app, proposal, key or session.app.ids.new("K"))
    _tell(session, view, N_("{id} is approved and done: {kind}, on {subject}."))


@command.command(
    "refuse",
    help=N_("Refuse a proposal as the second person; nothing is done."),
    examples=(
        'ENTREPOT_ACTOR=second.person entrepot approvals refuse PR-01… --reason "typed 10x"',
    ),
)
@click.argument("proposal", metavar="PR-…")
@click.option("--reason", required=True, help=N_("Why, in one sentence."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def refuse(session: Session, proposal: str, reason: str, key: str | None) -> None:
    """Refuse as the second person."""
    from entrepot.services.four_eyes import refuse as decide

    view = decide(session.app, proposal, reason, key or session.app.ids.new("K"))
    _tell(session, view, N_("{id} is refused; nothing was done."))


@command.command(
    "withdraw",
    help=N_("Withdraw a proposal of one's own; nothing is done."),
    examples=("entrepot approvals withdraw PR-01…",),
)
@click.argument("proposal", metavar="PR-…")
@click.option("--key", help=KEY)
@json_option
@pass_session
def withdraw(session: Session, proposal: str, key: str | None) -> None:
    """Withdraw one's own proposal."""
    from entrepot.services.four_eyes import withdraw as decide

    view = decide(session.app, proposal, key or session.app.ids.new("K"))
    _tell(session, view, N_("{id} is withdrawn; nothing was done."))


def view_data(view: ProposalView) -> dict[str, object]:
    """Return a proposal for ``--json``."""
    made, ending = view.proposal, view.ending
    return {
        "proposal_id": made.id,
        "kind": made.kind,
        "subject": made.subject,
        "state": view.state,
        "proposed_by": made.proposed_by,
        "proposed_at": made.proposed_at,
        "expires_at": view.expires_at,
        "body": view.body,
        "ended_by": ending.person if ending else None,
        "ended_at": ending.at if ending else None,
        "reason": ending.reason if ending else "",
        "result": ending.result if ending else {},
    }


def tell_proposed(session: Session, view: ProposalView) -> None:
    """Say that something waits for its second person now."""
    words = N_("{id} is proposed by {person}: {kind}, on {subject}. Another person approves it.")
    _tell(session, view, words)


def _kind(kind: str) -> str:
    return _(KINDS.get(kind, kind))


def _tell(session: Session, view: ProposalView, words: str) -> None:
    text = _(words).format(
        id=view.proposal.id,
        kind=_kind(view.proposal.kind),
        subject=view.proposal.subject,
        person=view.proposal.proposed_by,
    )
    emit(session, view_data(view), lambda: done(text))


def _show_list(views: list[ProposalView]) -> None:
    if not views:
        print(_(N_("Nothing waits for a second person.")))
        return
    titles = (N_("proposal"), N_("what"), N_("subject"), N_("first person"), N_("proposed"))
    rows = [
        [
            view.proposal.id,
            _kind(view.proposal.kind),
            view.proposal.subject,
            view.proposal.proposed_by,
            moment(view.proposal.proposed_at),
            _(STATES[view.state]),
        ]
        for view in views
    ]
    show_table([Column(_(title)) for title in (*titles, N_("state"))], rows)


def _show(view: ProposalView) -> None:
    made, ending = view.proposal, view.ending
    print(f"{made.id}  {_kind(made.kind)}  {made.subject}")
    lines = [
        (N_("state"), _(STATES[view.state])),
        (N_("first person"), f"{made.proposed_by}, {moment(made.proposed_at)}"),
        (N_("expires"), moment(view.expires_at)),
    ]
    if ending is not None:
        lines.append((N_("ended by"), f"{ending.person}, {moment(ending.at)}"))
        lines += [(N_("reason"), ending.reason)] if ending.reason else []
    for label, text in lines:
        print(f"  {pad(_(label), 14)} {text}")
    _show_values(view.body)
    if ending is not None and ending.result:
        print("  " + _(N_("done:")))
        _show_values(ending.result)


def _show_values(values: Mapping[str, object]) -> None:
    import json

    for name, value in values.items():
        if isinstance(value, list | tuple):
            print(f"  {name}:")
            for member in value:  # pyright: ignore[reportUnknownVariableType]
                print(f"    {json.dumps(plain(member), ensure_ascii=False)}")  # pyright: ignore[reportUnknownArgumentType]
        else:
            print(f"  {pad(name, 14)} {value}")
