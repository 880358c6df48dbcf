"""The auction room of the console: what a call has on offer, and the prices that it formed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from tests.api_world import open_home
from tests.played_home import copy_of, played
from tests.web_world import Outline, client_of

from entrepot.faces.web.auction_pages import PriceRow, prices_of
from entrepot.services.call_open import CallTerms, open_call

HOUR_S = 3_600


def test_prices_are_runs_over_slots() -> None:
    call: Any = SimpleNamespace(slots=4)
    rows = [["gz", "h100", 0, 2, 1_500_000], ["gz", "h100", 3, 4, 2_000_000]]
    clearing: Any = SimpleNamespace(certificate={"prices": rows})
    half = Fraction(3, 2)
    assert prices_of(call, clearing) == [PriceRow("gz", "h100", (half, half, None, Fraction(2)))]
    assert prices_of(call, cast("Any", SimpleNamespace(certificate={"prices": []}))) == []


def test_an_open_call_is_shown_and_its_prices_are_not(tmp_path: Path) -> None:
    home = copy_of(played().home, tmp_path)
    app = open_home(home)
    begin = (app.clock.now() // HOUR_S + 2) * HOUR_S
    opened = open_call(app, CallTerms("hourly", begin, begin + HOUR_S, begin - 600), "call")
    with client_of(home, played(), "tenant") as client:
        listed = client.get("/auction")
        assert opened.id in listed.text
        answer = client.get(f"/auction/{opened.id}")
        assert answer.status_code == 200 and Outline(answer.text).open == []
        assert client.get(f"/auction/{opened.id}/prices.svg").status_code == 404
        assert client.get("/auction/AC-none").status_code == 404


def test_what_was_billed_is_drawn(tmp_path: Path) -> None:
    with client_of(played().home, played(), "tenant") as client:
        light, dark = (client.get("/firm/billed.svg", params={"paper": p}) for p in ("", "dark"))
    assert light.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in light.headers["content-security-policy"]
    assert light.text.startswith("<?xml") and "style=" not in light.text
    assert light.text != dark.text
