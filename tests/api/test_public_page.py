"""The public page: whole in three languages, safe with hostile names, no request outside."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from entrepot.faces.api.page import POLICY, PublicPage, render
from entrepot.faces.api.words import WORDS, word
from entrepot.services.public_model import (
    Capacity,
    Claim,
    KnownCentre,
    PublicCentre,
    PublicCentres,
    PublicCheckpoint,
    PublicOffer,
    PublicPool,
)

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
HOSTILE = "<script>alert('x')</script>\"&"
FP16 = Capacity("7.912", "fp16", "dense", "matrix", "peak", "sheet")
FP64 = Capacity("0.536", "fp64", "dense", "matrix", "peak", "sheet")
VAGUE = Capacity("3000", None, None, None, "peak", "press")
POOL = PublicPool("h100", "H100", 8, 81920, ("exclusive",), (replace(FP64, basis="measured"),))
CENTRE = PublicCentre(
    "c1",
    {"en": "Centre One", "zh-Hant": "一號中心", "zh-Hans": "一号中心"},
    "CN",
    "CN-GD",
    "Shenzhen",
    "CN",
    2_550,
    False,
    "ab" * 32,
    (POOL,),
    (FP16, FP64),
    "contract, 2026",
)
CLAIM = Claim(VAGUE, "found", "claimed", False, None, "2025", "S")
KNOWN = KnownCentre("k1", {"en": "Known"}, "ai", "HK", "HK", "", (CLAIM,), "press", "2025", "C")
OFFER = PublicOffer(
    "O-1", "c1", "h100", "H100", "timeslice", True, "1234.5", "CNY", 250, 8000,
    "2026-01-01", "2027-01-01", "contract",
)  # fmt: skip
POINT = PublicCheckpoint("H-1", 1_234, 0, "f" * 64)
PAGE = PublicPage(PublicCentres((CENTRE,), (KNOWN,)), (OFFER,), POINT)
VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """Collects tags, addresses and text, and checks that every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [str(v) for k, v in attrs if k in {"href", "src", "action"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_sound_and_asks_for_nothing_outside(lang: str) -> None:
    html = render(PAGE, lang)
    outline = Outline(html)
    assert outline.open == []
    assert {address[0] for address in outline.addresses} <= {"/", "#", "d"}
    assert not {"script", "img", "iframe", "form"} & set(outline.tags)
    assert not re.search(r"https?:|@import|url\(", html)
    assert CENTRE.names[lang] in outline.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_another_language_is_left(lang: str) -> None:
    text = Outline(render(PAGE, lang)).text
    for key in ("contracted", "offers", "checkpoint", "known", "measured"):
        assert word(key, lang) in text
    if lang != "en":
        assert "not stated" not in text
        assert "Posted offers" not in text


def test_unlike_speeds_stand_side_by_side_and_are_not_added() -> None:
    text = Outline(render(PAGE, "en")).text
    assert "7.912 P FP16 dense matrix" in text
    assert "0.536 P FP64 dense matrix" in text
    assert "8.448" not in text
    assert "3,000 P precision not stated" in text
    assert "not plausible" in text


def test_figures_are_written_for_people() -> None:
    text = Outline(render(PAGE, "en")).text
    assert "25.5 %" in text
    assert "1,234.5 CNY" in text
    assert "from 0.25 of a device" in text
    assert "2026-01-01 to 2027-01-01" in text
    assert "1970-01-01 08:00:00 HKT" in text


def test_hostile_names_stay_text() -> None:
    centre = replace(CENTRE, names={"en": HOSTILE}, city=HOSTILE, source=HOSTILE, id=HOSTILE)
    claim = replace(CLAIM, capacity=replace(VAGUE, source=HOSTILE, precision=HOSTILE))
    known = replace(KNOWN, names={"en": HOSTILE}, kind=HOSTILE, claims=(claim,))
    offer = replace(OFFER, centre_id=HOSTILE, device_name=HOSTILE, price=HOSTILE, asset=HOSTILE)
    page = PublicPage(PublicCentres((centre,), (known,)), (offer,), replace(POINT, hash=HOSTILE))
    html = render(page, "en")
    assert "<script" not in html
    assert "script" not in Outline(html).tags
    assert HOSTILE in Outline(html).text


def test_an_empty_home_has_a_page() -> None:
    page = PublicPage(PublicCentres((), ()), (), replace(POINT, seq=0))
    text = Outline(render(page, "en")).text
    assert "No centre is under contract yet." in text
    assert "No offer is posted." in text


def test_the_policy_admits_the_style_of_the_page_and_no_script() -> None:
    assert "default-src 'none'" in POLICY
    assert "script-src" not in POLICY
    assert "unsafe" not in POLICY


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_is_there_in_three_languages_with_the_same_places(key: str) -> None:
    words = WORDS[key]
    assert len(words) == len(LANGUAGES)
    assert all(words)
    assert places(words[0]) == places(words[1]) == places(words[2])
