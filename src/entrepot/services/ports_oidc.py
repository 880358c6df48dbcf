"""What a login by OpenID Connect asks of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutsidePerson:
    """Whom an issuer vouches for.

    Attributes:
        issuer: its address; subject: its own id of the person, which never changes.
        mail: e-mail; is_mail_proven: whether the issuer has proven it.
    """

    issuer: str
    subject: str
    mail: str
    is_mail_proven: bool


@dataclass(frozen=True, slots=True)
class OidcAsk:
    """What one login is bound to.

    Attributes:
        back: address to which the issuer sends the browser back.
        state: binds the answer to the request; nonce: binds the identity to it.
        verifier: proves that who brings the code is who asked for it (PKCE).
    """

    back: str
    state: str
    nonce: str
    verifier: str


class OidcTools(Protocol):
    """One issuer that the operator trusts, without any state."""

    @property
    def name(self) -> str:
        """How the issuer is called on the page."""
        ...

    def address(self, ask: OidcAsk) -> str:
        """Return the address to which the browser is sent.

        Raises:
            Fault: the issuer does not answer, or not as one should.
        """
        ...

    def person(self, code: str, ask: OidcAsk, now: int) -> OutsidePerson | None:
        """Return whom a code stands for; None if the issuer's answer proves nothing.

        Raises:
            Fault: the issuer does not answer, or not as one should.
        """
        ...
