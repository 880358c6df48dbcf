"""Enrol agents: a token made once, used once, and forgotten but for its digest.

The token's text holds the centre, the exchange's public key and a secret of 256 bits. Whoever
carries it to the centre carries the exchange's key with it, so that the agent knows from its first
message whom it talks to; the exchange knows the agent by the secret, and from then on by the key
that the agent made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel import ids
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_, Phrase
from entrepot.services.agent_message import Message, see_clock, text_of
from entrepot.services.ports_agent_desk import Envelope
from entrepot.services.ports_agents import Agent, AgentToken
from entrepot.services.settle_records import the_centre

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

TOKEN_S = 3600
"""How long a token can be used unless said otherwise."""

TOKEN_S_MAX = 7 * 86_400
BACKEND = "agent"
"""Backend of a centre whose jobs run through agents."""

_PREFIX = "entrepot-agent"


@dataclass(frozen=True, slots=True)
class TokenText:
    """What the text of a token says.

    Attributes:
        centre_id: where the agent will stand.
        exchange_key: public key of the exchange, hexadecimal.
        secret: what the exchange knows the agent by, once.
    """

    centre_id: str
    exchange_key: str
    secret: str

    @property
    def text(self) -> str:
        """The token as it is handed over.

        >>> TokenText("gz", "00" * 32, "s").text[:18]
        'entrepot-agent:gz:'
        """
        return ":".join((_PREFIX, self.centre_id, self.exchange_key, self.secret))


def read_token(text: str) -> TokenText:
    """Read the text of a token.

    Raises:
        Invalid: it is none.

    >>> read_token(TokenText("gz", "00" * 32, "s").text).centre_id
    'gz'
    """
    parts = text.strip().split(":")
    if len(parts) != 4 or parts[0] != _PREFIX or len(parts[2]) != 64 or not all(parts):
        raise Invalid(
            "agent.token_form",
            N_("This is no token of an agent."),
            hint=N_("Copy it whole, as entrepot agent token CENTRE printed it."),
        )
    return TokenText(*parts[1:])


def make_token(app: App, centre_id: str, valid_s: int = TOKEN_S) -> tuple[TokenText, AgentToken]:
    """Make a token for one agent of a centre; its secret is in the answer and nowhere else.

    Args:
        app: the exchange.
        centre_id: a centre whose backend is ``agent``.
        valid_s: seconds for which it can be used.

    Raises:
        NotFound: no such centre.
        Refused: the centre's jobs do not run through agents.
        Invalid: no such time.
    """
    centre, now = the_centre(app, centre_id), app.clock.now()
    if centre.backend != BACKEND:
        raise Refused(
            "agent.backend",
            N_("Jobs of centre {id} run on the backend {backend}, not through agents."),
            hint=N_("Register a centre with backend: agent."),
            id=centre.id,
            backend=centre.backend,
        )
    if not 0 < valid_s <= TOKEN_S_MAX:
        raise Invalid(
            "agent.token_time",
            N_("A token cannot be valid for {seconds} s."),
            hint=N_("Choose 1 to {most} s."),
            seconds=valid_s,
            most=TOKEN_S_MAX,
        )
    text = TokenText(centre.id, app.exchange_key.public.hex(), app.new_secret())
    token = AgentToken(
        id=app.ids.new(ids.AGENT_TOKEN),
        centre_id=centre.id,
        digest=sha256_hex(text.secret.encode()),
        made_at=now,
        made_by=app.actor,
        expires_at=now + valid_s,
        used_at=None,
        agent_id="",
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        uow.agents.add_token(token)
        return {"token_id": token.id}

    body: dict[str, object] = {"centre_id": centre.id, "expires_at": token.expires_at}
    app.store.command(app.actor, "agent.token", f"token:{token.id}", body, now, action)
    return text, token


def enrol(app: App, message: Message, envelope: Envelope, now: int) -> dict[str, object]:
    """Take an agent in; the same token and key again give the same answer.

    Args:
        app: the exchange.
        message: of kind ``enrol``: ``secret``, ``public_key``, ``name``, ``backend``.
        envelope: as it came; the key that enrols has signed it.
        now: Unix second.

    Returns:
        ``agent_id`` and ``centre_id``.

    Raises:
        Refused: clock, token or signature are wrong.
        Conflict: the token was used with another key, or the key enrolled before.
    """
    payload = message.payload
    key, name = text_of(payload, "public_key"), text_of(payload, "name")
    secret, backend = text_of(payload, "secret"), text_of(payload, "backend")
    if not is_key(key) or not app.verify(key, envelope.body, envelope.signature):
        raise bad_signature(N_("the key that it brings"))
    see_clock(message.sent_at, now)
    token = _the_token(app, secret, key, now)
    agent_id = app.ids.new(ids.AGENT)

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = uow.agents.agent_of_key(key)
        if known is not None:
            raise _known(known.id)
        if not uow.agents.use_token(token.id, agent_id, now):
            raise _used()
        agent = Agent(
            agent_id, token.centre_id, name[:64], key, "active", now, now, 0, "", backend[:128]
        )
        uow.agents.add_agent(agent)
        return {"agent_id": agent_id, "centre_id": token.centre_id}

    body: dict[str, object] = {"token_id": token.id, "public_key": key}
    asked = f"enrol:{token.id}:{key}"
    answer = app.store.command(f"centre:{token.centre_id}", "agent.enrol", asked, body, now, action)
    return dict(answer)


def is_key(text: str) -> bool:
    """Say whether a text is a public key in hexadecimal.

    >>> is_key("00" * 32), is_key("zz" * 32), is_key("00")
    (True, False, False)
    """
    return len(text) == 64 and all(sign in "0123456789abcdef" for sign in text)


def _the_token(app: App, secret: str, key: str, now: int) -> AgentToken:
    with app.store.reading() as uow:
        token = uow.agents.token(sha256_hex(secret.encode()))
        user = uow.agents.agent_of_key(key)
    if token is None:
        raise Refused(
            "agent.token",
            N_("The exchange knows no such token."),
            hint=N_("Ask the operator for a new one: entrepot agent token CENTRE"),
        )
    # Who enrolled in time and lost the answer may ask again later.
    if now >= token.expires_at and (user is None or user.id != token.agent_id):
        raise Refused(
            "agent.token_expired",
            N_("The token was valid until {until}; it is {now} now."),
            hint=N_("Ask the operator for a new one: entrepot agent token {centre}"),
            until=iso_utc(token.expires_at),
            now=iso_utc(now),
            centre=token.centre_id,
        )
    return token


def bad_signature(whose: str) -> Refused:
    """Return the refusal of a message that its sender has not signed."""
    return Refused(
        "agent.signature",
        N_("A message of an agent is not signed by {whose}."),
        hint=N_("Enrol the agent again if its key was lost."),
        whose=Phrase(whose),
    )


def _used() -> Conflict:
    return Conflict(
        "agent.token_used",
        N_("The token was used before, with another key."),
        hint=N_("If that was not you, look at entrepot agent list and revoke what is not yours."),
    )


def _known(agent_id: str) -> Conflict:
    return Conflict(
        "agent.key_known",
        N_("This key is enrolled already, as agent {id}."),
        hint=N_("Run it: entrepot agent run. A second agent needs a folder of its own."),
        id=agent_id,
    )
