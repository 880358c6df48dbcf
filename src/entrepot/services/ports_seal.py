"""Seals as the services see them: keys that open nothing before the gate of a call closes."""

from __future__ import annotations

from typing import Protocol


class WithSeals(Protocol):
    """Whoever can seal and open; keys and boxes are hexadecimal."""

    def make_seal(self, call_id: str) -> str:
        """Make the key of a call's seal, once; return its public half."""
        ...

    def seal_secret(self, call_id: str) -> str:
        """Return the private half of a call's seal; empty if it is not here."""
        ...

    def seal_public(self, secret: str) -> str:
        """Return the public half of a seal; empty if the text is no secret."""
        ...

    def seal(self, public: str, data: bytes, context: str) -> str:
        """Seal data for a public key."""
        ...

    def unseal(self, secret: str, sealed: str, context: str) -> bytes | None:
        """Open sealed data; None if it cannot be opened."""
        ...

    def bid_nonce(self, data: bytes) -> str:
        """Return a nonce that only this client can foretell, the same for the same data."""
        ...
