"""Who comes in, and whether they may: the house's own guard, behind a port that tests can play."""

from __future__ import annotations

import hashlib
import hmac
from typing import Protocol

from entrepot.domain.access.model import Principal, Resource
from entrepot.services.app import App


class Guard(Protocol):
    """What the API asks of identity and access."""

    def by_token(self, app: App, text: str) -> Principal | None:
        """Return who holds a token; None if it is none, expired or revoked."""
        ...

    def by_session(self, app: App, cookie: str) -> Principal | None:
        """Return whose session a cookie is; None if it is none or has ended."""
        ...

    def is_own_form(self, app: App, cookie: str, token: str) -> bool:
        """Say whether a form token belongs to a session."""
        ...

    def require(self, app: App, principal: Principal, action: str, resource: Resource) -> None:
        """Let pass, or journal the denial and raise NotFound or Refused."""
        ...


class HouseGuard:
    """The port ``Guard`` on the services of identity and access."""

    def by_token(self, app: App, text: str) -> Principal | None:
        """Return who holds a token; None if it is none, expired or revoked."""
        from entrepot.services.access import principal_of_token

        return principal_of_token(app, text)

    def by_session(self, app: App, cookie: str) -> Principal | None:
        """Return whose session a cookie is; None if it is none or has ended."""
        from entrepot.services.access import principal_of_session

        return principal_of_session(app, cookie)

    def is_own_form(self, app: App, cookie: str, token: str) -> bool:
        """Say whether a form token belongs to a session."""
        return hmac.compare_digest(form_token(cookie).encode(), token.encode())

    def require(self, app: App, principal: Principal, action: str, resource: Resource) -> None:
        """Let pass, or journal the denial and raise NotFound or Refused."""
        from entrepot.services.access import require

        require(app, principal, action, resource)


def form_token(cookie: str) -> str:
    """Return what a write with a cookie brings: SHA-256("entrepot form" ∥ 0 ∥ session secret).

    The pages of the console write the same text into their forms. Another site can make a browser
    send the cookie, but can read neither of the two.

    Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet,
    https://cheatsheetseries.owasp.org, 2025.
    """
    return hashlib.sha256(b"entrepot form\0" + cookie.encode()).hexdigest()
