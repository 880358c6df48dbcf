"""Tokens of programs: shown once, kept as a digest, made for less than their account may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Resource
from entrepot.domain.access.table import ACTIONS, RULES
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.access import require
from entrepot.services.identity_accounts import account_in, read_display, the_account
from entrepot.services.identity_secrets import TOKEN, digest_of, new_secret
from entrepot.services.ports_identity import ApiToken

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

VALID_S = 90 * 86_400
"""How long a token is good unless said otherwise."""

VALID_S_MAX = 366 * 86_400
TOKENS_MAX = 50
"""Good tokens of one account at a time."""

ALL = "*"
SCOPES = frozenset({*ACTIONS, *(f"{rule.noun}.*" for rule in RULES.values()), "read", ALL})
"""What a token may be narrowed to."""


def make_token(
    app: App, account: str, name: str, scopes: Sequence[str], valid_s: int = VALID_S
) -> tuple[str, ApiToken]:
    """Make a token; its text is in the answer and nowhere else.

    Args:
        app: the exchange.
        account: login or id of whose it is: one's own, or any for the local user of the home.
        name: what it is for.
        scopes: actions, ``noun.*``, ``read``, or ``*`` for all that the account may.
        valid_s: seconds for which it is good.

    Raises:
        NotFound: no such account.
        Invalid: no such scope or time, or no name.
        Refused: made with a token, the account is disabled, or somebody else's.
        Conflict: the account has very many already.
    """
    whose, maker = the_account(app, account), app.principal
    _own_or(app, whose.id, "account.make")
    if maker.via == "token":
        # A token that makes tokens would outlive its own end and its own scopes.
        raise Refused("token.by_token", N_("A token cannot make another token: sign in first."))
    if maker.via != "local" and maker.account_id != whose.id:
        # Else one operator could approve the own proposals under the name of another.
        raise Refused("token.of_other", N_("A token is made by the account that it acts for."))
    if whose.state != "active":
        raise Refused("token.disabled", N_("Account {login} is disabled."), login=whose.login)
    text, now = new_secret(app, TOKEN), app.clock.now()
    until = now + _time(valid_s)
    token = ApiToken(
        app.ids.new(ids.API_TOKEN), whose.id, read_display(name), digest_of(text),
        read_scopes(scopes), now, until, None, None,
    )  # fmt: skip

    def action(uow: UnitOfWork) -> Body:
        _see_room(uow, whose.id, now)
        uow.accounts.add_token(token)
        return {"token_id": token.id}

    body: Body = {"account_id": whose.id, "scopes": list(token.scopes), "expires_at": until}
    app.store.command(app.actor, "token.make", f"token:{token.id}", body, now, action)
    return text, token


def tokens_of(app: App, account: str) -> list[ApiToken]:
    """Return the tokens of an account, good or not, in order of id.

    Raises:
        NotFound: no such account, or another's that may not be read.
    """
    with app.store.reading() as uow:
        whose = account_in(uow, account)
        found = uow.accounts.tokens(whose.id)
    _own_or(app, whose.id, "account.read")
    return found


def revoke_token(app: App, token_id: str, key: str) -> ApiToken:
    """Revoke a token; it opens nothing from then on.

    Raises:
        NotFound: no such token, or another's.
        Conflict: it is revoked already.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        found = uow.accounts.token(token_id)
    if found is None:
        raise NotFound("token.unknown", N_("There is no token {id}."), id=token_id[:60])
    _own_or(app, found.account_id, "account.disable")

    def action(uow: UnitOfWork) -> Body:
        if not uow.accounts.revoke_token(token_id, now):
            raise Conflict("token.revoked", N_("Token {id} is revoked already."), id=token_id)
        return {"token_id": token_id}

    app.store.command(app.actor, "token.revoke", key, {"token_id": token_id}, now, action)
    with app.store.reading() as uow:
        return uow.accounts.token(token_id) or found


def read_scopes(scopes: Sequence[str]) -> tuple[str, ...]:
    """Return the scopes of a token, each once and in order.

    Raises:
        Invalid: none, or one that there is not.

    >>> read_scopes(["read", "job.*", "read"])
    ('job.*', 'read')
    """
    unknown = next((one for one in scopes if one not in SCOPES), None)
    if unknown is not None or not scopes:
        guess = did_you_mean(unknown, sorted(SCOPES)) if unknown else None
        raise Invalid(
            "token.scope",
            N_("A token is made for actions of the table of rights; {text} is none."),
            hint=N_("Take {guess}, or read for all that reads, or * for all."),
            fields={"scopes": N_("noun.verb, noun.*, read or *")},
            text=(unknown or "")[:60],
            guess=guess or "job.*",
        )
    return (ALL,) if ALL in scopes else tuple(sorted(set(scopes)))


def _own_or(app: App, account_id: str, action: str) -> None:
    """Let pass who acts on the own account, or may act on any."""
    principal = app.principal
    if principal.account_id != account_id or not account_id:
        require(app, principal, action, Resource("account", account_id))


def _time(valid_s: int) -> int:
    if not 0 < valid_s <= VALID_S_MAX:
        raise Invalid(
            "token.time",
            N_("A token cannot be good for {seconds} s."),
            hint=N_("Choose 1 to {most} s."),
            seconds=valid_s,
            most=VALID_S_MAX,
        )
    return valid_s


def _see_room(uow: UnitOfWork, account_id: str, now: int) -> None:
    good = [
        one
        for one in uow.accounts.tokens(account_id)
        if one.revoked_at is None and one.expires_at > now
    ]
    if len(good) >= TOKENS_MAX:
        raise Conflict(
            "token.many",
            N_("The account has {most} good tokens already."),
            hint=N_("Revoke those that nobody uses: entrepot accounts revoke TK-…"),
            most=TOKENS_MAX,
        )
