"""A provider of OpenID Connect on this machine: pyop behind a small server; it can misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

from Cryptodome.PublicKey import RSA
from jwkest.jwk import RSAKey
from pyop.authz_state import AuthorizationState
from pyop.provider import Provider
from pyop.subject_identifier import HashBasedSubjectIdentifierFactory
from pyop.userinfo import Userinfo

CLIENT, SECRET = "entrepot", "a secret of the test"
BACK = "http://127.0.0.1/back"
_KEY = RSA.generate(2048)
_OTHER_KEY = RSA.generate(2048)


class Institute:
    """The provider with its people.

    Attributes:
        address: of the provider; user: who is at the keyboard there.
        spoil: what it does wrong: "", ``key``, ``issuer``, ``silent`` or ``none``.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.user, self.spoil = "mei", ""
        self.people: dict[str, dict[str, Any]] = {
            "mei": {"email": "mei@example.hk", "email_verified": True},
            "li": {"email": "mei@example.hk", "email_verified": False},
        }
        places = {
            "issuer": "https://institute.example",  # pyop insists; told otherwise below
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "claims_parameter_supported": True,
            "scopes_supported": ["openid", "email"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
        }
        client = {"client_secret": SECRET, "redirect_uris": [BACK], "response_types": ["code"]}
        client["token_endpoint_auth_method"] = "client_secret_basic"
        state = AuthorizationState(HashBasedSubjectIdentifierFactory("salt"))
        key = RSAKey(key=_KEY, use="sig", alg="RS256", kid="k")
        clients, users = {CLIENT: client}, Userinfo(self.people)
        self.provider: Any = Provider(key, places, state, clients, users)
        self.provider.configuration_information["issuer"] = self.address

    def approve(self, address: str) -> tuple[str, str]:
        """Let the person sign in and agree; return state and code as the browser brings them."""
        request = self.provider.parse_authentication_request(urlsplit(address).query)
        answer = self.provider.authorize(request, self.user)
        return answer["state"], answer["code"]

    def answer(self, path: str, body: str, headers: dict[str, str]) -> tuple[int, Any]:
        """Return status and JSON of a request."""
        if path == "/.well-known/openid-configuration":
            found = self.provider.provider_configuration.to_dict()
            return 200, {**found, "issuer": "https://evil"} if self.spoil == "issuer" else found
        if path == "/keys":
            key = RSAKey(key=_OTHER_KEY if self.spoil == "key" else _KEY, use="sig", kid="k")
            return 200, {"keys": [key.serialize()]}
        try:
            made = self.provider.handle_token_request(body, headers).to_dict()
        except Exception as error:
            return 400, {"error": type(error).__name__}
        if self.spoil == "none":
            parts = made["id_token"].split(".")
            made["id_token"] = f"eyJhbGciOiJub25lIn0.{parts[1]}."
        if self.spoil == "silent":
            made.pop("id_token")
        return 200, made


@contextmanager
def institute() -> Generator[Institute]:
    """Run a provider until the test is over."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size).decode()
            status, found = made.answer(self.path, body, dict(self.headers))
            data = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made = Institute(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
