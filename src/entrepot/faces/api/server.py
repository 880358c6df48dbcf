"""Serve the API and the public page until the process is asked to stop."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Conflict, Fault, Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from entrepot.faces.api.app import Service
    from entrepot.faces.api.front import Front
    from entrepot.faces.api.proxies import Network

PORT_MAX = 65_535
BACKPRESSURE = 256
"""Requests in flight at once; more wait in the queue of the socket."""


def serve(
    exchange: App,
    host: str,
    port: int,
    ready: Callable[[str], None],
    pages: Sequence[HTTPRouteHandler] = (),
) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are answered first.

    Args:
        exchange: the app over the home.
        host: address to listen on.
        port: port; 0 takes a free one.
        ready: called once with the address of the page.
        pages: further routes, for people.

    Raises:
        Invalid: no such port, the host is no address of this machine, or a trusted proxy is none.
        Conflict: the port is in use.
        Fault: the address cannot be used.
    """
    from entrepot.faces.api.app import create_api, service_of
    from entrepot.faces.api.caretaker import Caretaker
    from entrepot.faces.api.front import Front
    from entrepot.faces.api.proxies import trusted_networks

    trusted = trusted_networks(exchange.settings.trusted_proxies)
    exchange.store.journal_head()  # A home that cannot be read is told now, not to the public.
    port = free_port(host, port)
    api = create_api(exchange, pages=pages)
    front = Front(api)
    caretaker = Caretaker(exchange)
    caretaker.start()
    try:
        asyncio.run(_serve(front, trusted, service_of(api.state), host, port, ready))
    finally:
        caretaker.stop()


async def _serve(
    front: Front,
    trusted: tuple[Network, ...],
    service: Service,
    host: str,
    port: int,
    ready: Callable[[str], None],
) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from entrepot.faces.api.proxies import BehindProxies

    server = Server(
        BehindProxies(front, trusted),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backpressure=BACKPRESSURE,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)

    async def stop() -> None:
        await stopping.wait()
        service.feeds.stopped = True
        await front.drain()
        server.stop()

    watcher = asyncio.create_task(stop())
    served = asyncio.create_task(server.serve())
    await _until_open(host, port, served)
    if not served.done():
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{port}/")
    try:
        await served
    finally:
        watcher.cancel()


async def _until_open(host: str, port: int, served: asyncio.Task[None]) -> None:
    """Wait until the port takes a connection, so that whoever is told can come at once."""
    while not served.done():
        try:
            _reader, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return


def free_port(host: str, port: int) -> int:
    """Return the port if it can be taken, or a free one for 0; errors as :func:`serve`."""
    if not 0 <= port <= PORT_MAX:
        raise Invalid(
            "serve.port",
            N_("{port} is no port."),
            hint=N_("Use a number from 0 to {most}; 0 takes a free one."),
            fields={"--port": str(port)},
            port=port,
            most=PORT_MAX,
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise _refusal(host, port, error) from error
        return int(probe.getsockname()[1])


def _refusal(host: str, port: int, error: OSError) -> Conflict | Invalid | Fault:
    if error.errno == errno.EADDRINUSE:
        return Conflict(
            "serve.port_taken",
            N_("Port {port} is in use."),
            hint=N_("Stop what uses it, or choose another: entrepot serve --port {other}"),
            port=port,
            other=port + 1 if port < PORT_MAX else 0,
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return Invalid(
            "serve.host",
            N_("{host} is no address of this machine."),
            hint=N_("Use 127.0.0.1 for this machine only, 0.0.0.0 for all its addresses."),
            fields={"--host": host},
            host=host,
        )
    return Fault(
        "serve.address",
        N_("The address {host}, port {port} cannot be used: {why}."),
        hint=N_("Ports below 1024 need rights of the system; choose a higher one."),
        host=host,
        port=port,
        why=error.strerror or str(error),
    )
