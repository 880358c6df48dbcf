"""What identity asks of the world: who acts, and the arithmetic of passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from entrepot.domain.access.model import Principal
    from entrepot.services.app import App
    from entrepot.services.ports_oidc import OidcTools
    from entrepot.services.ports_passkeys import PasskeyTools


class WithIdentity(Protocol):
    """Whoever acts for somebody and can keep passwords."""

    @property
    def principal(self) -> Principal:
        """Who acts, with every right; the local user of the home unless said otherwise."""
        ...

    def acting(self, principal: Principal) -> App:
        """Return the same exchange for somebody else: one store, other rights and actor."""
        ...

    def showing(self, firm_id: str) -> App:
        """Return the same exchange whose readings show one firm's rows and the catalogue."""
        ...

    def hash_password(self, password: str) -> str:
        """Return what is kept of a password; slow and hungry for memory on purpose.

        Raises:
            Refused: too many passwords are being worked on.
        """
        ...

    def is_password(self, kept: str, password: str) -> bool:
        """Say whether a password is the one kept; as slow where nothing is kept.

        Raises:
            Refused: too many passwords are being worked on.
        """
        ...

    def is_stale(self, kept: str) -> bool:
        """Say whether a password was kept under weaker parameters than today's."""
        ...

    def keyed_digest(self, secret: str, text: str) -> str:
        """Return the HMAC-SHA256 of a text, hexadecimal."""
        ...

    @property
    def passkey_tools(self) -> PasskeyTools:
        """The ceremonies of passkeys."""
        ...

    @property
    def oidc(self) -> OidcTools | None:
        """The issuer at which people may sign in; None if the home describes none.

        Raises:
            Invalid: the description is faulty.
        """
        ...
