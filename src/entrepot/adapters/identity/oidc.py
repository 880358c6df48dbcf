"""Login by OpenID Connect: the authorization code with PKCE, and a signed identity that is checked.

The issuer is described in ``oidc.yaml`` in the home::

    name: Institute login
    issuer: https://id.institute.example
    client_id: entrepot
    client_secret: …

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7,
https://openid.net/specs/openid-connect-core-1_0.html; RFC 7636 (PKCE, September 2015); RFC 9700
(Best Current Practice for OAuth 2.0 Security, January 2025); all read 2026-11-21.
"""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from entrepot.kernel.errors import Fault, Invalid
from entrepot.kernel.text import N_, Phrase
from entrepot.services.ports_oidc import OutsidePerson

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from entrepot.services.ports_oidc import OidcAsk

FILE = "oidc.yaml"
TIMEOUT_S = 10
ANSWER_BYTES_MAX = 1 << 20
LEEWAY_S = 60
"""Clocks of issuer and exchange may differ so much."""

SIGNATURES = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
"""Never ``none``, and never a shared secret, which the browser's side might know."""

CLAIMS = '{"id_token":{"email":null,"email_verified":null}}'
"""Asks for the e-mail within the signed identity, so that nothing else has to be fetched."""

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer of identities that the operator trusts.

    Attributes:
        name: on the page; issuer: its address, exactly as it names itself.
        client_id, client_secret: of the exchange at the issuer.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str


class _NoRedirect(HTTPRedirectHandler):
    """Follow no redirection: an issuer that moves is described anew."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        """Refuse."""


class OpenId:
    """The port ``OidcTools`` for one issuer."""

    def __init__(self, issuer: Issuer) -> None:
        self._of = issuer
        self._known: Json | None = None

    @property
    def name(self) -> str:
        """How the issuer is called on the page."""
        return self._of.name

    def address(self, ask: OidcAsk) -> str:
        """Return the address to which the browser is sent."""
        from authlib.oauth2 import rfc7636

        query: dict[str, str] = {
            "response_type": "code",
            "client_id": self._of.client_id,
            "redirect_uri": ask.back,
            "scope": "openid email",
            "state": ask.state,
            "nonce": ask.nonce,
            "claims": CLAIMS,
            "code_challenge": cast("Any", rfc7636).create_s256_code_challenge(ask.verifier),
            "code_challenge_method": "S256",
        }
        place = self._place("authorization_endpoint")
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(query)}"

    def person(self, code: str, ask: OidcAsk, now: int) -> OutsidePerson | None:
        """Return whom a code stands for; None if the issuer's answer proves nothing."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": ask.back,
            "code_verifier": ask.verifier,
        }
        answer = self._post(self._place("token_endpoint"), form)
        token = answer.get("id_token") if answer else None
        claims = self._proven(token, ask.nonce, now) if isinstance(token, str) else None
        if claims is None:
            return None
        mail = claims.get("email")
        return OutsidePerson(
            self._of.issuer,
            str(claims["sub"]),
            mail if isinstance(mail, str) else "",
            claims.get("email_verified") is True,
        )

    def _proven(self, token: str, nonce: str, now: int) -> Json | None:
        """Return the claims of a signed identity that is for us, now, and for this login."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = self._get(self._place("jwks_uri"))
        options = {
            "iss": {"essential": True, "value": self._of.issuer},
            "aud": {"essential": True, "value": self._of.client_id},
            "sub": {"essential": True},
        }
        params = {"client_id": self._of.client_id, "nonce": nonce}
        try:
            ring = KeySet.import_key_set(cast("Any", keys))
            decoded = jwt.decode(token, ring, algorithms=list(SIGNATURES))
            claims: Any = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=now, leeway=LEEWAY_S)
        except Exception:
            # The libraries raise errors of several families; what cannot be proven is not.
            return None
        return cast("Json", dict(claims))

    def _place(self, name: str) -> str:
        """Return an address of the issuer, as it publishes them."""
        if self._known is None:
            base = self._of.issuer.rstrip("/")
            found = self._get(f"{base}/.well-known/openid-configuration")
            if found.get("issuer") != self._of.issuer:
                self._fail(N_("it names itself otherwise"))
            self._known = found
        place = self._known.get(name)
        if not isinstance(place, str) or not is_safe(place):
            self._fail(N_("it publishes no safe address"))
        return place

    def _get(self, place: str) -> Json:
        found = self._ask(Request(place, headers={"Accept": "application/json"}))
        if found is None:
            self._fail(N_("it refuses to say how it is reached"))
        return found

    def _post(self, place: str, form: Mapping[str, str]) -> Json | None:
        secret = f"{quote(self._of.client_id, '')}:{quote(self._of.client_secret, '')}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(secret.encode()).decode(),
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._ask(Request(place, urlencode(form).encode(), headers))

    def _ask(self, request: Request) -> Json | None:
        """Return the issuer's answer; None if it refuses."""
        try:
            with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
                data = cast("HTTPResponse", answer).read(ANSWER_BYTES_MAX + 1)
        except HTTPError:
            return None
        except (OSError, URLError, ValueError):
            self._fail(N_("it does not answer"))
        try:
            found = json.loads(data) if len(data) <= ANSWER_BYTES_MAX else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self._fail(N_("its answer cannot be read"))
        return cast("Json", found)

    def _fail(self, why: str) -> NoReturn:
        raise Fault(
            "oidc.issuer",
            N_("The login at {name} does not work: {why}."),
            hint=N_("Sign in by password or passkey, or try again later."),
            name=self._of.name,
            why=Phrase(why),
        )


def is_safe(place: str) -> bool:
    """Say whether secrets may be sent to an address: by HTTPS, or within this machine.

    >>> is_safe("https://id.example/token"), is_safe("http://id.example/token")
    (True, False)
    >>> is_safe("http://127.0.0.1:8000/token"), is_safe("file:///etc/passwd")
    (True, False)
    """
    try:
        parts = urlsplit(place)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_own(host)))


def _is_own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_issuer(home: Path) -> Issuer | None:
    """Return the issuer that the home describes; None if it describes none.

    Raises:
        Invalid: the file is faulty.
    """
    import yaml

    path = home / FILE
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _faulty(path) from error
    names = ("name", "issuer", "client_id", "client_secret")
    said: Json = cast("Json", found) if isinstance(found, dict) else {}
    values = [said.get(name) for name in names]
    if set(said) != set(names) or not all(isinstance(one, str) and one for one in values):
        raise _faulty(path)
    issuer = Issuer(*map(str, values))
    if not is_safe(issuer.issuer):
        raise _faulty(path)
    return issuer


def _faulty(path: Path) -> Invalid:
    return Invalid(
        "oidc.file",
        N_("{path} does not describe an issuer."),
        hint=N_("It has name, issuer (https://…), client_id and client_secret, each a text."),
        path=str(path),
    )
