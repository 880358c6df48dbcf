"""Cookies of the console, and the text that proves that a form comes from one of its pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import quote, unquote

from litestar.datastructures import Cookie

SESSION = "entrepot_session"
FORM = "entrepot_form"
LANG = "entrepot_lang"
THEME = "entrepot_theme"
SAID = "entrepot_said"
YEAR_S = 365 * 86_400
SAID_MAX = 600


def new_secret() -> str:
    """Return a fresh random text for a browser without a session."""
    return secrets.token_urlsafe(24)


def csrf_of(secret: str) -> str:
    """Return what every form has to bring back, derived from what only this browser holds.

    Equation: SHA-256("entrepot form" ∥ secret). The page shows the digest, never the secret.
    """
    return hashlib.sha256(b"entrepot form\0" + secret.encode()).hexdigest()


def is_csrf(secret: str, brought: str) -> bool:
    """Say whether a form brought back the text of its browser; without a secret none does.

    >>> is_csrf("s", csrf_of("s")), is_csrf("", csrf_of("")), is_csrf("s", "")
    (True, False, False)
    """
    return bool(secret) and hmac.compare_digest(csrf_of(secret).encode(), brought.encode())


def cookie(name: str, value: str, *, secure: bool, age_s: int | None = None) -> Cookie:
    """Return a cookie that scripts cannot read and that no other site's form sends.

    Args:
        name, value: of the cookie.
        secure: whether it is sent over TLS alone.
        age_s: seconds it lasts; 0 takes it away, None ends it with the browser.

    >>> cookie("a", "b", secure=True, age_s=0).httponly
    True
    """
    return Cookie(
        name, value=value, path="/", max_age=age_s, secure=secure, httponly=True, samesite="lax"
    )


def write_said(text: str) -> str:
    """Return a sentence as a cookie can carry it."""
    return quote(text[:SAID_MAX], safe="")


def read_said(cookies: Mapping[str, str]) -> str:
    """Return the sentence that the last form left for this page; empty if there is none.

    >>> read_said({SAID: write_said("已簽署")})
    '已簽署'
    """
    return unquote(cookies.get(SAID, ""))[:SAID_MAX]
