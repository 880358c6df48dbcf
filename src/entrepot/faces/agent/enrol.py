"""Enrol at an exchange: make a key here, prove it, and remember whom one enrolled at."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.faces.agent.talk import Around, Talk
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services.agent_enrol import read_token


def enrol(around: Around, token: str, name: str) -> Mapping[str, object]:
    """Enrol this folder's agent with a token; after a lost answer, the same token again.

    Args:
        around: what the agent needs of the world.
        token: as the operator handed it over.
        name: by which people know the agent.

    Returns:
        What the agent has noted: ``agent_id``, ``centre_id``, ``exchange_key``…

    Raises:
        Invalid: this is no token.
        Conflict: the folder holds an agent already, or the token was used by another key.
        Refused: token, clock or signature are wrong.
    """
    said = read_token(token)
    noted = around.place.load()
    if noted.get("agent_id"):
        raise Conflict(
            "agent.enrolled",
            N_("The folder holds agent {id} of centre {centre} already."),
            hint=N_("Run it: entrepot agent run. A second agent needs a folder of its own."),
            id=noted["agent_id"],
            centre=noted["centre_id"],
        )
    talk = Talk(around, said.centre_id, "", said.exchange_key, lambda: 0)
    payload = {
        "backend": _kind(around),
        "name": name,
        "public_key": around.place.signer(said.centre_id).public.hex(),
        "secret": said.secret,
    }
    answer = talk.ask("enrol", payload)
    state: dict[str, object] = {
        "agent_id": answer["agent_id"],
        "centre_id": answer["centre_id"],
        "exchange_key": said.exchange_key,
        "name": name,
        "runs": {},
        "seq": 0,
    }
    around.place.note(state)
    return state


def _kind(around: Around) -> str:
    found = around.place.backend.describe()
    return f"{found.name} ({found.sandbox})"
