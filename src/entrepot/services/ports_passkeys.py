"""What passkeys ask of the world: options for a browser, and the proof of what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages of the exchange stand; a passkey is bound to it.

    Attributes:
        origin: scheme, host and port as the browser shows them: ``https://exchange.example``.
        name: as the browser shows it to the person.
    """

    origin: str
    name: str = "entrepôt"

    @property
    def host(self) -> str:
        """The host, which passkeys are bound to.

        >>> Site("https://exchange.example:8443").host
        'exchange.example'
        """
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that an authenticator has made: id and COSE key in base64url, and its count."""

    id: str
    public_key: str
    sign_count: int


class PasskeyTools(Protocol):
    """The ceremonies of WebAuthn, without any state."""

    def register_options(
        self, site: Site, account_id: str, login: str, display: str, known: Sequence[str]
    ) -> tuple[Body, str]:
        """Return the options for a browser that makes a key, and their challenge."""
        ...

    def made_key(self, site: Site, challenge: str, answer: Mapping[str, object]) -> MadeKey | None:
        """Return the key that a browser has made; None if the answer proves nothing."""
        ...

    def login_options(self, site: Site) -> tuple[Body, str]:
        """Return the options for a browser that signs in, and their challenge."""
        ...

    def key_of(self, answer: Mapping[str, object]) -> str:
        """Return the id of the key that an answer claims; empty if it names none."""
        ...

    def proven_count(
        self, site: Site, challenge: str, answer: Mapping[str, object], key: MadeKey
    ) -> int | None:
        """Return the key's new count; None if the answer proves nothing, or a copy signed it."""
        ...
