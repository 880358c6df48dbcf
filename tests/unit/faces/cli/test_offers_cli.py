"""``entrepot offers``: words of a search, comparison in HKD, and public list prices."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.domain.catalogue.model import DEVICES_MAX, Mode
from entrepot.faces.cli.main import run
from entrepot.faces.cli.offers_wish import Wish, demand_of
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import USD

KNOWN = ["H100 SXM", "A100 SXM", "CPU"]


def _run(*words: str) -> int:
    return run(open_app, list(words))


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert _run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def _counts(**words: Any) -> list[tuple[int, int]]:
    demand = demand_of(Wish(**words), KNOWN)
    return [(request.milli_min, request.milli_max) for request in demand.alternatives]


def test_a_count_that_is_not_said_takes_instances_of_any_size() -> None:
    assert _counts(device=("H100",)) == [(1000, DEVICES_MAX * 1000)]
    assert _counts(device=("H100:2",)) == [(2000, 2000)]
    assert _counts(device=("H100:0.25",)) == [(250, 1000)]
    assert _counts(device=("H100",), count="1..4") == [(1000, 4000)]
    assert _counts(memory="24GB..") == [(1000, DEVICES_MAX * 1000)]


def test_words_become_a_demand() -> None:
    demand = demand_of(
        Wish(
            device=("H100", "A100"),
            ordered=True,
            min_p="0.5",
            precision="fp16",
            laws=("hk",),
            latency_max="12.5",
            green_min="50",
            price_cap="30 HKD",
            leasable=True,
        ),
        KNOWN,
    )
    assert demand.mode is Mode.ORDERED
    assert demand.rating_mflops_min == 500_000_000
    assert demand.jurisdictions == ("HK",)
    assert demand.latency_ms_max == Fraction(25, 2)
    assert demand.green_share_bp_min == 5_000
    assert demand.price_cap is not None
    assert demand.price_cap.minor == 3_000
    assert not demand.indicative_ok


@pytest.mark.parametrize(
    "words",
    [
        {"device": ("H10O",)},
        {"device": ("H100:0",)},
        {"device": ("H100:2",), "count": "2"},
        {"device": ("H100",), "count": "-1"},
        {"min_p": "1"},
        {"min_p": "0", "precision": "fp16"},
        {"latency_max": "soon"},
        {"green_min": "101"},
        {"price_cap": "30 USD"},
        {"price_cap": "0 HKD"},
        {"laws": ("China",)},
        {"duration": "400d"},
    ],
)
def test_words_without_meaning_are_refused(words: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        demand_of(Wish(**words), KNOWN)
    assert refused.value.render_hint()


def test_a_look_at_the_market_needs_no_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _json(capsys, "--home", str(tmp_path / "none"), "offers", "search", "H100", "--why")
    prices = [Fraction(row["hkd_per_device_hour"]) for row in told["offers"]]
    assert prices == sorted(prices)
    assert all(not row["leasable"] for row in told["offers"])
    assert told["considered"] == told["feasible"] + sum(told["removed"].values())
    assert len(told["removed_offers"]) == sum(told["removed"].values())
    assert told["rates"]["USD"]["source"]
    short = _json(capsys, "offers", "search", "H100", "--why", "--limit", "3")
    assert short["removed_offers"] == told["removed_offers"][:3]
    assert short["removed"] == told["removed"]


def test_hkd_is_the_list_price_at_the_rate_shown(capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "offers", "search", "H100:1", "--top", "3")
    rate = Fraction(told["rates"]["USD"]["hkd"])
    for row in told["offers"]:
        assert row["currency"] == USD.code
        exact = Fraction(row["price_per_device_hour"]) * rate
        assert abs(Fraction(row["hkd_per_device_hour"]) - exact) <= Fraction(1, 20_000)


def test_a_cap_counts_a_device_hour(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("offers", "search", "H100:8", "--duration", "1d", "--all", "--price-cap", "20 HKD")
    told = _json(capsys, *words)
    assert told["offers"]
    assert all(Fraction(row["hkd_per_device_hour"]) <= 20 for row in told["offers"])
    assert told["removed"]["price_cap"] > 0
    # The whole lease costs 8 · 24 device-hours.
    first = told["offers"][0]
    ratio = Fraction(first["hkd_whole_lease"]) / Fraction(first["hkd_per_device_hour"])
    assert abs(ratio - 192) < 1


def test_nothing_found_says_why_and_what_would_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("offers", "search", "H100", "--price-cap", "0.01 HKD") == 0
    out = capsys.readouterr().out
    assert "above the price cap" in out
    assert "raise the price cap" in out


def test_an_unknown_place_of_the_round_trip(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("offers", "search", "H100", "--latency-from", "Singapoor") == 4
    assert "Did you mean Singapore?" in capsys.readouterr().err


def test_a_public_price_is_shown_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "offers", "show", "akash-p40-marketplace")
    assert (told["origin"], told["leasable"]) == ("public", False)
    assert told["source"].startswith("https://")
    assert _run("offers", "show", "akash-p40-marketplac") == 4
    assert "Did you mean akash-p40-marketplace?" in capsys.readouterr().err


def test_the_list_shows_what_is_posted_and_counts_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run("offers", "list") == 0
    assert "310 public list prices" in capsys.readouterr().out
    assert len(_json(capsys, "offers", "list", "--origin", "public")) == 310
