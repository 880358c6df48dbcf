"""Language of the reader: English, traditional Chinese (Hong Kong), simplified Chinese.

The language comes from ``--lang``, else ``ENTREPOT_LANG``, else ``LC_ALL``,
``LC_MESSAGES`` or ``LANG``. English is the language of the source, so it needs no catalogue.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

from entrepot.kernel.errors import Invalid, Translate
from entrepot.kernel.text import N_

ENGLISH = "en"
TRADITIONAL = "zh_Hant_HK"
SIMPLIFIED = "zh_Hans_CN"
LANGUAGES = (ENGLISH, TRADITIONAL, SIMPLIFIED)

DOMAIN = "entrepot"
LOCALE_DIR = Path(__file__).resolve().parents[2] / "locale"

_SIMPLIFIED_TAGS = {"hans", "cn", "sg", "my"}


def _same(text: str) -> str:
    return text


_language: ContextVar[str] = ContextVar("entrepot_language", default=ENGLISH)
_translate: ContextVar[Translate] = ContextVar("entrepot_translate", default=_same)


def language_of(tag: str) -> str | None:
    """Return the language that a tag or a locale name asks for, or None if it is none of ours.

    Chinese without a script or a country is read as traditional: the house stands in Hong Kong.

    >>> [language_of(t) for t in ("zh-HK", "zh", "zh_CN.UTF-8", "en_GB.UTF-8", "C", "fr")]
    ['zh_Hant_HK', 'zh_Hant_HK', 'zh_Hans_CN', 'en', 'en', None]
    """
    parts = tag.partition(".")[0].partition("@")[0].replace("_", "-").lower().split("-")
    if parts[0] in {"en", "c", "posix"}:
        return ENGLISH
    if parts[0] == "zh":
        scripts = {"hans", "hant"} & set(parts)
        return SIMPLIFIED if (scripts or set(parts)) & _SIMPLIFIED_TAGS else TRADITIONAL
    return None


def choose_language(asked: str, environment: Mapping[str, str]) -> str:
    """Choose the language by option, setting and locale, in this order.

    Args:
        asked: value of ``--lang``; empty if not given.
        environment: environment variables.

    Raises:
        Invalid: a language was asked for by name that the house does not speak.

    >>> choose_language("", {"LANG": "zh_TW.UTF-8"})
    'zh_Hant_HK'
    """
    wish = asked or environment.get("ENTREPOT_LANG", "")
    if wish:
        found = language_of(wish)
        if found is None:
            raise Invalid(
                "lang.unknown",
                N_("entrepôt does not speak {tag}."),
                hint=N_("Use --lang en, --lang zh-Hant or --lang zh-Hans."),
                tag=wish,
            )
        return found
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return language_of(environment[name]) or ENGLISH
    return ENGLISH


def set_language(language: str) -> None:
    """Make ``language`` the one of this context, and of click's own words.

    Args:
        language: one of :data:`LANGUAGES`.
    """
    translate: Translate = _same
    if language != ENGLISH:
        translate = gettext.translation(
            DOMAIN, LOCALE_DIR, languages=[language], fallback=True
        ).gettext
        # click looks its own words up in the process-wide domain.
        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
        gettext.textdomain(DOMAIN)
    else:
        gettext.textdomain("messages")
    _language.set(language)
    _translate.set(translate)


def language() -> str:
    """Return the language of this context."""
    return _language.get()


def tag() -> str:
    """Return the key under which facts keep a name in the language of this context.

    >>> tag()
    'en'
    """
    return {TRADITIONAL: "zh-Hant", SIMPLIFIED: "zh-Hans"}.get(language(), "en")


def _(message: str) -> str:
    """Return ``message`` in the language of this context.

    >>> _("Quote")
    'Quote'
    """
    # gettext keeps its header under the empty message; an empty text stays empty.
    return _translate.get()(message) if message else ""
