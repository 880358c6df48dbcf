"""Who asks behind a proxy: believed from a trusted one, and from nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from entrepot.faces.api.proxies import BehindProxies, trusted_networks
from entrepot.kernel.errors import Invalid

PROXY, VISITOR = "10.0.0.2", "203.0.113.9"


def seen(client: str, *headers: tuple[str, str], trusted: str = "10.0.0.0/24") -> tuple[str, str]:
    """Return the address and the scheme that the application behind is told."""
    told: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        told.append(scope)

    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "scheme": "http", "client": (client, 1), "headers": raw}
    front = BehindProxies(app, trusted_networks(trusted))
    asyncio.run(front(scope, None, None))  # type: ignore[arg-type]
    return told[0]["client"][0], told[0]["scheme"]


FOR, PROTO = "x-forwarded-for", "x-forwarded-proto"


def test_a_trusted_proxy_is_believed() -> None:
    assert seen(PROXY, (FOR, VISITOR), (PROTO, "https")) == (VISITOR, "https")


def test_anybody_else_is_not() -> None:
    assert seen(VISITOR, (FOR, "198.51.100.1"), (PROTO, "https")) == (VISITOR, "http")
    assert seen(PROXY, (FOR, VISITOR), (PROTO, "https"), trusted="") == (PROXY, "http")


@pytest.mark.parametrize(
    "chain",
    [
        f"198.51.100.1, {VISITOR}",
        f"198.51.100.1, {VISITOR}, 10.0.0.3",
        f"nonsense, 10.0.0.9, {VISITOR}",
    ],
)
def test_what_the_visitor_wrote_before_does_not_count(chain: str) -> None:
    assert seen(PROXY, (FOR, chain))[0] == VISITOR


def test_a_header_in_two_lines_is_one_chain() -> None:
    assert seen(PROXY, (FOR, "198.51.100.1"), (FOR, VISITOR))[0] == VISITOR


@pytest.mark.parametrize("chain", ["", "nonsense", f"{VISITOR}, x", "10.0.0.3"])
def test_a_chain_that_names_nobody_changes_nothing(chain: str) -> None:
    assert seen(PROXY, (FOR, chain))[0] == PROXY


@pytest.mark.parametrize("schemes", [["gopher"], ["https", "http"], ["https, http"], [""]])
def test_a_scheme_that_is_not_one_of_two_changes_nothing(schemes: list[str]) -> None:
    assert seen(PROXY, *((PROTO, one) for one in schemes))[1] == "http"


def test_addresses_of_version_six_are_understood() -> None:
    assert seen("::1", (FOR, "2001:DB8::9"), trusted="::1")[0] == "2001:db8::9"


@pytest.mark.parametrize(
    "text", ["proxy.example", "10.0.0.1/24", "0.0.0.0/0", "::/0", "*", "1.2.3"]
)
def test_what_is_no_proxy_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        trusted_networks(f"127.0.0.1,{text}")
    assert caught.value.code == "serve.proxy"
