"""The reference of the API shows the table of the code, and the how-to calls what is there."""

from __future__ import annotations

import re

from tools.write_api_page import PAGE, filled

from entrepot.client.exchange import Exchange
from entrepot.faces.api.limits import Limits

HOW_TO = PAGE.parents[1] / "how-to" / "use-the-api.md"


def test_the_page_shows_the_operations_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert filled(text) == text
    stale = text.replace("`/api/v1/leases`", "`/api/v1/rents`")
    assert stale != text and filled(stale) == text


def test_the_page_tells_the_limits_of_the_code() -> None:
    text, limits = PAGE.read_text("utf-8"), Limits()
    assert f"{limits.account_rate} a second for an account, {limits.address_rate} for an" in text
    assert limits.account_burst == 2 * limits.account_rate
    assert limits.address_burst == 2 * limits.address_rate
    assert f"every {limits.heartbeat_s} seconds" in text and limits.feed_s == 3_600
    assert f"has {limits.feeds_account_max} feeds at most" in text


def test_the_how_to_calls_what_the_client_has() -> None:
    called = set(re.findall(r"exchange\.([a-z_]+)\(", HOW_TO.read_text("utf-8")))
    assert len(called) >= 6
    assert all(callable(getattr(Exchange, name)) for name in called)
