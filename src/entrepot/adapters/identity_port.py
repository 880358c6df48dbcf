"""Who acts, and passwords: the part of the app that identity asks for."""

from __future__ import annotations

import copy
import hmac
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from entrepot.adapters.identity.oidc import OpenId
    from entrepot.adapters.identity.passkeys import WebAuthn
    from entrepot.adapters.sql.store import SqlStore
    from entrepot.domain.access.model import Principal
    from entrepot.services.settings import Settings


class Identity:
    """The part of the port ``App`` that says who acts; what it needs is loaded late."""

    home: Path
    settings: Settings
    _parts: dict[str, object]
    _principal: Principal | None = None

    if TYPE_CHECKING:

        @property
        def store(self) -> SqlStore:
            """The database."""
            ...

    @property
    def actor(self) -> str:
        """Who acts, as journalled."""
        return self._principal.actor if self._principal else self.settings.actor

    @property
    def principal(self) -> Principal:
        """Who acts; the local user of the home unless :meth:`acting` says otherwise."""
        from entrepot.domain.access.model import local_principal

        return self._principal or local_principal(self.settings.actor)

    def acting(self, principal: Principal) -> Self:
        """Return the same exchange for somebody else: one store, other rights and actor."""
        twin = copy.copy(self)
        twin._principal = principal
        # The desk of agents journals as the app that it was made by, so it is made anew.
        twin.__dict__.pop("_agents", None)
        return twin

    def showing(self, firm_id: str) -> Self:
        """Return the same exchange whose readings show what one firm may see."""
        twin = copy.copy(self)
        twin.__dict__.pop("_agents", None)
        twin._parts = {**self._parts, "store": self.store.seen_by(firm_id)}
        return twin

    def hash_password(self, password: str) -> str:
        """Return what is kept of a password."""
        from entrepot.adapters.identity.passwords import hash_password

        return hash_password(password)

    def is_password(self, kept: str, password: str) -> bool:
        """Say whether a password is the one kept; as slow where nothing is kept."""
        from entrepot.adapters.identity.passwords import is_password

        return is_password(kept, password)

    def is_stale(self, kept: str) -> bool:
        """Say whether a password was kept under weaker parameters than today's."""
        from entrepot.adapters.identity.passwords import is_stale

        return is_stale(kept)

    def keyed_digest(self, secret: str, text: str) -> str:
        """Return the HMAC-SHA256 of a text, hexadecimal."""
        return hmac.digest(secret.encode(), text.encode(), sha256).hex()

    @property
    def passkey_tools(self) -> WebAuthn:
        """The ceremonies of passkeys."""
        from entrepot.adapters.identity.passkeys import WebAuthn

        return WebAuthn()

    @property
    def oidc(self) -> OpenId | None:
        """The issuer that the home describes; None if it describes none."""
        from entrepot.adapters.identity.oidc import OpenId, read_issuer

        issuer = read_issuer(self.home)
        return OpenId(issuer) if issuer else None
