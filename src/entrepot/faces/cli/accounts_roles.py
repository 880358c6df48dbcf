"""``entrepot accounts``: roles given and ended, links that invite, and joint projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from entrepot.faces.cli.accounts_show import grant_data, show_link, show_projects, where
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.access.model import Grant, Level, Role, ScopeKind

F = TypeVar("F", bound=Callable[..., Any])
ROLES = ("tenant", "supplier", "operator", "voucher_authority", "auditor")
LEVELS = ("read", "work", "lead")
DAY_S = 86_400


def scope_options(function: F) -> F:
    """Add the options that say where a role holds."""
    level = click.option(
        "--level", type=click.Choice(LEVELS), default="work", show_default=True,
        help=N_("read looks on, work also acts, lead also invites."),
    )  # fmt: skip
    for option in (
        level,
        click.option("--programme", default="", help=N_("Voucher programme.")),
        click.option("--centre", default="", help=N_("Centre, by id.")),
        click.option("--project", default="", help=N_("Joint project, by id.")),
        click.option("--firm", default="", help=N_("Firm, by id.")),
    ):
        function = option(function)
    return function


@cli_command(
    "grant",
    help=N_(
        "Give an account a role: tenant in a firm or project, supplier in a centre. Operators, "
        "voucher authorities and auditors are proposed here and approved by another person."
    ),
    examples=(
        "entrepot accounts grant mei@example.hk tenant --firm F-01… --level lead",
        "entrepot accounts grant hall@example.cn supplier --centre gz",
        "entrepot accounts grant eye@example.hk auditor",
    ),
)
@click.argument("account", metavar="LOGIN")
@click.argument("role", type=click.Choice(ROLES))
@scope_options
@json_option
@pass_session
def grant_(session: Session, account: str, role: str, level: str, **scopes: str) -> None:
    """Give or propose a role."""
    from entrepot.domain.access.table import TWO_PERSON_ROLES
    from entrepot.services.identity_grants import give_grant
    from entrepot.services.role_grant import propose_grant

    right, key = _grant(role, level, scopes), session.app.ids.new("K")
    if right.role in TWO_PERSON_ROLES:
        from entrepot.faces.cli.approvals import tell_proposed

        tell_proposed(session, propose_grant(session.app, account, right, key))
        return
    made = give_grant(session.app, account, right, key)
    words = _(N_("{login} is {role} of {where} now: {id}."))
    text = words.format(login=account, role=made.role, where=where(made), id=made.id)
    emit(session, grant_data(made), lambda: done(text))


@cli_command(
    "revoke",
    help=N_("Revoke a token or end a grant, by id."),
    examples=("entrepot accounts revoke TK-01…", "entrepot accounts revoke GR-01…"),
)
@click.argument("which", metavar="TK-…|GR-…")
@json_option
@pass_session
def revoke(session: Session, which: str) -> None:
    """Revoke a token or end a grant."""
    from entrepot.services.identity_grants import end_grant
    from entrepot.services.identity_tokens import revoke_token

    act = end_grant if which.startswith("GR-") else revoke_token
    act(session.app, which, session.app.ids.new("K"))
    text = _(N_("{id} is worth nothing any more.")).format(id=which)
    emit(session, {"id": which, "ended": True}, lambda: done(text))


@cli_command(
    "invite",
    help=N_(
        "Make a link by which one person takes a role up, once. It is shown once; send it to that "
        "person."
    ),
    examples=(
        "entrepot accounts invite tenant --firm F-01… --for new@example.hk",
        "entrepot accounts invite supplier --centre gz --days 2 --json",
    ),
)
@click.argument("role", type=click.Choice(ROLES))
@scope_options
@click.option("--for", "login", default="", help=N_("Login that it is for; anybody's if empty."))
@click.option("--days", type=int, default=7, show_default=True, help=N_("Days it is good."))
@json_option
@pass_session
def invite_(session: Session, role: str, level: str, login: str, days: int, **scopes: str) -> None:
    """Invite somebody."""
    from entrepot.services.identity_invitations import invite

    text, made = invite(session.app, _grant(role, level, scopes), login, days * DAY_S)
    data = {"link": text, "invitation_id": made.id, "expires_at": made.expires_at}
    emit(session, data, lambda: show_link(text, made.expires_at))


@cli_command(
    "reset",
    help=N_("Make a link by which an account chooses a new password, within an hour."),
    examples=("entrepot accounts reset mei@example.hk",),
)
@click.argument("account", metavar="LOGIN")
@json_option
@pass_session
def reset(session: Session, account: str) -> None:
    """Make a link for a new password."""
    from entrepot.services.identity_invitations import RESET_S, make_reset

    text = make_reset(session.app, account)
    until = session.app.clock.now() + RESET_S
    emit(session, {"link": text, "expires_at": until}, lambda: show_link(text, until))


@cli_command(
    "project",
    help=N_("Begin a joint project that a firm pays for; members of other firms can work in it."),
    examples=("entrepot accounts project F-01… 'Tide model'",),
)
@click.argument("firm", metavar="F-…")
@click.argument("name")
@json_option
@pass_session
def project_(session: Session, firm: str, name: str) -> None:
    """Begin a joint project."""
    from entrepot.services.identity_projects import make_project

    made = make_project(session.app, firm, name, session.app.ids.new("K"))
    emit(session, made, lambda: show_projects([made]))


@cli_command(
    "projects",
    help=N_("List joint projects."),
    examples=("entrepot accounts projects", "entrepot accounts projects --json"),
)
@json_option
@pass_session
def projects_(session: Session) -> None:
    """List joint projects."""
    from entrepot.services.identity_projects import projects

    found = projects(session.app)
    emit(session, found, lambda: show_projects(found))


def _grant(role: str, level: str, scopes: dict[str, str]) -> Grant:
    from entrepot.domain.access.model import Grant

    given = [(kind, which) for kind, which in scopes.items() if which]
    if len(given) > 1:
        raise Invalid(
            "grant.scopes",
            N_("A role holds in one place; {count} are given."),
            hint=N_("Give one of --firm, --project, --centre and --programme."),
            count=len(given),
        )
    kind, which = given[0] if given else ("house", "")
    return Grant(cast("Role", role), cast("ScopeKind", kind), which, cast("Level", level))


COMMANDS: tuple[click.Command, ...] = (
    grant_, revoke, invite_, reset, project_, projects_,
)  # fmt: skip
"""Further commands of ``entrepot accounts``."""
