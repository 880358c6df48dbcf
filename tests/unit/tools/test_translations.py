"""The catalogues hold every word of the program, with the same places, and are compiled."""

from __future__ import annotations

import importlib.util
import io
import re
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("zh_Hant_HK", "zh_Hans_CN")
WAITING_PERCENT_MAX = 2
PLACE = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
NO_SIMPLIFIED = "帐們個開發無這與實對數據點應為設價請從於"
"""Signs that the simplified catalogue does not use."""


@cache
def _tool() -> ModuleType:
    found = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@cache
def _words() -> frozenset[str]:
    """Return every text that the code marks."""
    return frozenset(_first(m.id) for m in cast(Catalog, _tool().template()) if m.id)


def _path(language: str, suffix: str) -> Path:
    folder = ROOT / "src" / "entrepot" / "locale" / language / "LC_MESSAGES"
    return folder / f"entrepot.{suffix}"


@cache
def _messages(language: str) -> tuple[Message, ...]:
    with _path(language, "po").open("rb") as file:
        return tuple(m for m in read_po(file, locale=language) if m.id)


def _first(text: object) -> str:
    return cast("tuple[str, ...]", text)[0] if isinstance(text, tuple | list) else str(text)


def _places(text: str) -> Counter[str]:
    return Counter(PLACE.findall(text))


def _astray(messages: tuple[Message, ...]) -> list[str]:
    """Return the texts whose translation names other places than they do."""
    # Chinese has one form of number, which follows the plural of the text.
    return [
        _first(m.id) for m in messages if m.string and _places(_last(m.id)) != _places(_words_of(m))
    ]


def _last(text: object) -> str:
    return cast("tuple[str, ...]", text)[-1] if isinstance(text, tuple | list) else str(text)


def _words_of(message: Message) -> str:
    text: object = message.string
    return _first(text) if text else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_translates_what_the_code_says(language: str) -> None:
    done = {_first(m.id) for m in _messages(language) if _words_of(m) and not m.fuzzy}
    waiting = sorted(_words() - done)
    assert len(waiting) * 100 <= WAITING_PERCENT_MAX * len(_words()), (
        f"{language}: run make messages and translate: {waiting}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [_first(m.id) for m in _messages(language) if m.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_places_of_its_text(language: str) -> None:
    assert _astray(_messages(language)) == []


def test_a_place_that_is_lost_or_misspelt_is_found() -> None:
    planted = (
        Message("Quote {id} has expired.", "報價單已過期。"),
        Message("Quote {id} has expired.", "報價單 {ID} 已過期。"),
        Message("Write {{device: CPU}}.", "請寫 {device: CPU}。"),
        Message("Quote {id}", "報價單 {id}"),
    )
    assert len(_astray(planted)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_written_one(language: str) -> None:
    with _path(language, "mo").open("rb") as file:
        compiled = {_first(m.id): _words_of(m) for m in read_mo(file) if m.id}
    written = {_first(m.id): _words_of(m) for m in _messages(language) if _words_of(m)}
    assert compiled == written, "run make messages"


def test_a_simplified_text_holds_no_traditional_sign() -> None:
    mixed = [m.string for m in _messages("zh_Hans_CN") if set(_words_of(m)) & set(NO_SIMPLIFIED)]
    assert mixed == []


def test_the_two_chinese_catalogues_are_not_copies() -> None:
    hant = {_first(m.id): _words_of(m) for m in _messages("zh_Hant_HK")}
    hans = {_first(m.id): _words_of(m) for m in _messages("zh_Hans_CN")}
    same = [text for text, word in hant.items() if hans.get(text) == word]
    assert len(same) * 5 < len(hant)


def test_waiting_counts_texts_without_a_translation() -> None:
    catalog = Catalog(locale="zh_Hant_HK")
    catalog.add("Quote", "報價單")
    catalog.add("Lease")
    catalog.add(("one", "many"), ("一",))
    out = io.BytesIO()

    write_po(out, catalog)
    assert _tool().waiting(out.getvalue()) == 1
