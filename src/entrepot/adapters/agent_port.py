"""What a home has for its agents: a key of its own, secrets for tokens, and shelves of files."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.adapters.agent_shelf import AgentFolder, HomeShelf
    from entrepot.adapters.identity.signing import SigningKey

EXCHANGE_KEY = "exchange.key"
SECRET_BYTES = 32


class AgentDesk:
    """The part of the port ``App`` that serves agents; what it needs is loaded late.

    Attributes:
        home: folder of the state.
    """

    home: Path

    @property
    def exchange_key(self) -> SigningKey:
        """The key by which the exchange signs what it says to agents; made if need be."""
        from entrepot.adapters.identity.signing import load_or_create

        return load_or_create(self.home / "keys" / EXCHANGE_KEY)

    @property
    def agent_shelf(self) -> HomeShelf:
        """Files of the jobs that agents run."""
        from entrepot.adapters.agent_shelf import HomeShelf

        return HomeShelf(self.home / "agents")

    def new_secret(self) -> str:
        """Return 256 random bits as text."""
        return secrets.token_urlsafe(SECRET_BYTES)

    def workplace(self, folder: Path) -> AgentFolder:
        """Return the folder of an agent on this machine."""
        from entrepot.adapters.agent_shelf import AgentFolder

        return AgentFolder(folder)
