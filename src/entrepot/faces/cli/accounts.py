"""``entrepot accounts``: who signs in, with which roles, tokens and sessions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.accounts_roles import COMMANDS
from entrepot.faces.cli.accounts_show import (
    account_data,
    session_data,
    show_account,
    show_accounts,
    show_sessions,
    show_token,
    show_tokens,
    token_data,
)
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_identity import Account

DAY_S = 86_400
KEY = N_("Idempotency key; the same key gives the same answer.")


@cli_group(
    "accounts",
    help=N_(
        "Accounts of people and programs that reach the exchange over the network. Who types here "
        "is the local user of the home and needs none."
    ),
    examples=(
        "entrepot accounts create mei@example.hk --name 'Mei Chan' --lang zh-Hant",
        "entrepot accounts grant mei@example.hk tenant --firm F-01… --level lead",
        "entrepot accounts token mei@example.hk --name nightly --scope 'job.*' --scope read",
        "entrepot accounts sessions mei@example.hk",
        "entrepot accounts revoke TK-01…",
    ),
)
def command() -> None:
    """Hold the commands of accounts."""


@command.command(
    "list",
    help=N_("List accounts with their roles."),
    examples=("entrepot accounts list", "entrepot accounts list --json"),
)
@json_option
@pass_session
def list_(session: Session) -> None:
    """List accounts."""
    from entrepot.services.identity_accounts import all_accounts
    from entrepot.services.identity_grants import grants_of

    found = [(one, grants_of(session.app, one.id)) for one in all_accounts(session.app)]
    emit(session, [account_data(*one) for one in found], lambda: show_accounts(found))


@command.command(
    "show",
    help=N_("Show an account: its roles, tokens and open sessions."),
    examples=("entrepot accounts show mei@example.hk",),
)
@click.argument("account", metavar="LOGIN")
@json_option
@pass_session
def show(session: Session, account: str) -> None:
    """Show an account."""
    from entrepot.services.identity_accounts import the_account
    from entrepot.services.identity_grants import grants_of
    from entrepot.services.identity_sessions import sessions_of
    from entrepot.services.identity_tokens import tokens_of

    found = the_account(session.app, account)
    grants = grants_of(session.app, found.id)
    tokens = tokens_of(session.app, found.id)
    sessions = sessions_of(session.app, found.id)
    data = {
        **account_data(found, grants),
        "tokens": [token_data(one) for one in tokens],
        "sessions": [session_data(one) for one in sessions],
    }

    def render() -> None:
        show_account(found, grants)
        show_tokens(tokens, session.app.clock.now())
        show_sessions(sessions)

    emit(session, data, render)


@command.command(
    "create",
    help=N_(
        "Make an account without roles. Without a password it cannot sign in until its owner has "
        "chosen one by a link: entrepot accounts reset LOGIN."
    ),
    examples=(
        "entrepot accounts create mei@example.hk",
        "entrepot accounts create robot --lang en --password-stdin < password.txt",
    ),
)
@click.argument("login")
@click.option("--name", default="", help=N_("Name to show; the login if not given."))
@click.option("--lang", default="en", show_default=True, help=N_("en, zh-Hant or zh-Hans."))
@click.option("--password-stdin", is_flag=True, help=N_("Read the password from standard input."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def create(
    session: Session, login: str, name: str, lang: str, password_stdin: bool, key: str | None
) -> None:
    """Make an account."""
    from entrepot.services.identity_accounts import create_account

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    key = key or session.app.ids.new("K")
    made = create_account(session.app, login, name, lang, key, password)
    _tell(session, made, N_("Account {login} is made; it has no roles yet."))


@command.command(
    "disable",
    help=N_("Disable an account: its sessions end, its tokens open nothing."),
    examples=("entrepot accounts disable mei@example.hk",),
)
@click.argument("account", metavar="LOGIN")
@click.option("--key", help=KEY)
@json_option
@pass_session
def disable(session: Session, account: str, key: str | None) -> None:
    """Disable an account."""
    from entrepot.services.identity_accounts import set_state

    made = set_state(session.app, account, False, key or session.app.ids.new("K"))
    _tell(session, made, N_("Account {login} is disabled."))


@command.command(
    "enable",
    help=N_("Let a disabled account sign in again."),
    examples=("entrepot accounts enable mei@example.hk",),
)
@click.argument("account", metavar="LOGIN")
@click.option("--key", help=KEY)
@json_option
@pass_session
def enable(session: Session, account: str, key: str | None) -> None:
    """Enable an account."""
    from entrepot.services.identity_accounts import set_state

    made = set_state(session.app, account, True, key or session.app.ids.new("K"))
    _tell(session, made, N_("Account {login} can sign in again."))


@command.command(
    "token",
    help=N_(
        "Make a token for a program; it is shown once. Narrow it to actions (lease.take), to a "
        "noun (job.*), or to read; * leaves all that the account may."
    ),
    examples=(
        "entrepot accounts token robot --name nightly --scope 'job.*' --scope read",
        "entrepot accounts token robot --name nightly --scope read --days 7 --json",
    ),
)
@click.argument("account", metavar="LOGIN")
@click.option("--name", required=True, help=N_("What it is for."))
@click.option("--scope", "scopes", multiple=True, required=True, help=N_("What it may do."))
@click.option("--days", type=int, default=90, show_default=True, help=N_("Days it is good."))
@json_option
@pass_session
def token(session: Session, account: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token."""
    from entrepot.services.identity_tokens import make_token

    text, made = make_token(session.app, account, name, scopes, days * DAY_S)
    emit(session, {"token": text, **token_data(made)}, lambda: show_token(text, made))


@command.command(
    "sessions",
    help=N_("List the open sessions of an account; end one of them, or all."),
    examples=(
        "entrepot accounts sessions mei@example.hk",
        "entrepot accounts sessions mei@example.hk --end SN-01…",
        "entrepot accounts sessions mei@example.hk --end-all",
    ),
)
@click.argument("account", metavar="LOGIN")
@click.option("--end", default="", metavar="SN-…", help=N_("End this session."))
@click.option("--end-all", is_flag=True, help=N_("End all sessions."))
@json_option
@pass_session
def sessions_(session: Session, account: str, end: str, end_all: bool) -> None:
    """List or end sessions."""
    from entrepot.services.identity_accounts import the_account
    from entrepot.services.identity_sessions import end_sessions, sessions_of

    found = the_account(session.app, account)
    if end or end_all:
        key = session.app.ids.new("K")
        ended = end_sessions(session.app, found.id, key, session_id=end)
        words = _(N_("Sessions ended: {count}.")).format(count=ended)
        emit(session, {"ended": ended}, lambda: done(words))
        return
    kept = sessions_of(session.app, found.id)
    emit(session, [session_data(one) for one in kept], lambda: show_sessions(kept))


def _tell(session: Session, account: Account, words: str) -> None:
    from entrepot.services.identity_grants import grants_of

    grants = grants_of(session.app, account.id)
    text = _(words).format(login=account.login)
    emit(session, account_data(account, grants), lambda: done(text))


for _one in COMMANDS:
    command.add_command(_one)
