"""Choice of the language, and catalogues that are whole."""

from __future__ import annotations

import gettext as system_gettext
import re

import pytest
from babel.messages.pofile import read_po

from entrepot.faces.cli import lang

CHINESE = (lang.TRADITIONAL, lang.SIMPLIFIED)


def test_option_beats_setting_beats_locale() -> None:
    environment = {"ENTREPOT_LANG": "zh-CN", "LC_ALL": "en_GB.UTF-8"}
    assert lang.choose_language("zh-HK", environment) == lang.TRADITIONAL
    assert lang.choose_language("", environment) == lang.SIMPLIFIED
    assert lang.choose_language("", {"LC_ALL": "en_GB.UTF-8", "LANG": "zh_HK"}) == lang.ENGLISH
    assert lang.choose_language("", {"LANG": "fr_FR.UTF-8"}) == lang.ENGLISH


def test_chinese_reaches_our_words_and_clicks() -> None:
    try:
        lang.set_language(lang.TRADITIONAL)
        assert lang._("Start") == "開始"
        assert system_gettext.gettext("Show this message and exit.") == "顯示本說明後離開。"
        lang.set_language(lang.SIMPLIFIED)
        assert lang._("Start") == "开始"
    finally:
        lang.set_language(lang.ENGLISH)
    assert lang._("Start") == "Start"
    assert lang._("") == ""


@pytest.mark.parametrize("language", CHINESE)
def test_compiled_catalogue_says_what_the_written_one_says(language: str) -> None:
    folder = lang.LOCALE_DIR / language / "LC_MESSAGES"
    with (folder / "entrepot.po").open("rb") as file:
        written = read_po(file, locale=language)
    with (folder / "entrepot.mo").open("rb") as file:
        compiled = system_gettext.GNUTranslations(file)
    said = {
        str(m.id): str(m.string) for m in written if m.id and m.string and isinstance(m.id, str)
    }
    assert said
    assert {key: compiled.gettext(key) for key in said} == said


@pytest.mark.parametrize("language", CHINESE)
def test_translations_keep_every_place(language: str) -> None:
    with (lang.LOCALE_DIR / language / "LC_MESSAGES" / "entrepot.po").open("rb") as file:
        written = read_po(file, locale=language)
    wrong = [
        str(message.id)
        for message in written
        if isinstance(message.id, str)
        and message.string
        and _places(str(message.id)) != _places(str(message.string))
    ]
    assert wrong == []


def _places(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}|%\([a-z_]+\)[sd]", text))
