"""Who asks when a proxy stands before the server, believed from named proxies alone.

A proxy ends TLS and asks in the visitor's place. Without it being named, every visitor has the
address of the proxy, so that one who asks too fast slows all, and cookies are not kept to TLS.
From anybody else the same headers are ignored: else each visitor could choose an address.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.faces.api.front import Asgi, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SCHEMES = ("http", "https")


def trusted_networks(text: str) -> tuple[Network, ...]:
    """Read the addresses and networks of proxies, with commas between them.

    Args:
        text: the setting; empty trusts nobody.

    Returns:
        Networks; an address is a network of one.

    Raises:
        Invalid: a part is no address, or a network that holds every address.

    >>> trusted_networks("127.0.0.1, ::1/128")
    (IPv4Network('127.0.0.1/32'), IPv6Network('::1/128'))
    """
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(part: str) -> Network:
    try:
        network = ipaddress.ip_network(part)
    except ValueError:
        network = None
    if network is None or network.prefixlen == 0:
        raise Invalid(
            "serve.proxy",
            N_("{part} is no address or network of a proxy."),
            hint=N_("Write addresses with commas between them: 127.0.0.1,10.0.0.0/24"),
            fields={"ENTREPOT_TRUSTED_PROXIES": part[:60]},
            part=part[:60],
        )
    return network


class BehindProxies:
    """An application that is told who asks when a trusted proxy asks for somebody.

    Args:
        app: the application behind.
        trusted: networks of the proxies.
    """

    def __init__(self, app: Asgi, trusted: tuple[Network, ...]) -> None:
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        client = scope.get("client")
        if scope["type"] == "http" and client and self._is_trusted(str(client[0])):
            self._rewrite(scope)
        await self._app(scope, receive, send)

    def _rewrite(self, scope: Scope) -> None:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        schemes = [value for name, value in headers if name == b"x-forwarded-proto"]
        # One proxy writes one scheme; of several, none is known to be the nearest proxy's.
        scheme = schemes[0].decode("latin-1").strip().lower() if len(schemes) == 1 else ""
        if scheme in SCHEMES:
            scope["scheme"] = scheme
        chain = [value for name, value in headers if name == b"x-forwarded-for"]
        address = self._visitor(b",".join(chain).decode("latin-1"))
        if address:
            scope["client"] = (address, 0)

    def _visitor(self, chain: str) -> str:
        """Return the last address of a chain that no trusted proxy has; empty if there is none.

        What stands before it was written by the visitor, who may write anything.
        """
        for part in reversed(chain.split(",")):
            try:
                address = str(ipaddress.ip_address(part.strip()))
            except ValueError:
                return ""
            if not self._is_trusted(address):
                return address
        return ""

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)
