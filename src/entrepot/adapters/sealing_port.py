"""Seals of calls of the auction: keys beside the database, never in it before the gate closes."""

from __future__ import annotations

from pathlib import Path


class Seals:
    """The part of the port ``App`` that seals and opens; what it needs is loaded late."""

    home: Path

    def make_seal(self, call_id: str) -> str:
        """Make the key of a call's seal, once; return its public half, hexadecimal."""
        from entrepot.adapters.identity.sealing import public_of, secret_at

        private = secret_at(self._seal_file(call_id), create=True)
        assert private is not None
        return public_of(private).hex()

    def seal_secret(self, call_id: str) -> str:
        """Return the private half of a call's seal, hexadecimal; empty if it is not here."""
        from entrepot.adapters.identity.sealing import secret_at

        private = secret_at(self._seal_file(call_id), create=False)
        return private.hex() if private else ""

    def seal_public(self, secret: str) -> str:
        """Return the public half of a seal; empty if the text is no secret."""
        from entrepot.adapters.identity.sealing import KEY_BYTES, public_of

        try:
            private = bytes.fromhex(secret)
        except ValueError:
            return ""
        return public_of(private).hex() if len(private) == KEY_BYTES else ""

    def seal(self, public: str, data: bytes, context: str) -> str:
        """Seal data for a public key; hexadecimal."""
        from entrepot.adapters.identity.sealing import seal

        return seal(bytes.fromhex(public), data, context.encode()).hex()

    def unseal(self, secret: str, sealed: str, context: str) -> bytes | None:
        """Open sealed data; None if it cannot be opened."""
        from entrepot.adapters.identity.sealing import unseal

        try:
            box = bytes.fromhex(sealed)
        except ValueError:
            return None
        return unseal(bytes.fromhex(secret), box, context.encode())

    def bid_nonce(self, data: bytes) -> str:
        """Return a nonce that only this client can foretell, the same for the same data."""
        from entrepot.adapters.identity.sealing import keyed_digest, secret_at

        secret = secret_at(self.home / "keys" / "bids.key", create=True)
        assert secret is not None
        return keyed_digest(secret, data).hex()

    def _seal_file(self, call_id: str) -> Path:
        return self.home / "keys" / f"call-{call_id}.key"
