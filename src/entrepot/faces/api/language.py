"""Language of a page: by ``?lang=``, else by ``Accept-Language``, else English."""

from __future__ import annotations

from fractions import Fraction

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
_SIMPLIFIED = {"hans", "cn", "sg", "my"}
TAGS_MAX = 20
"""More tags than this are not looked at; a header costs the sender nothing."""


def tag_of(tag: str) -> str | None:
    """Return the language of ours that a tag asks for, or None.

    Chinese without a script or a country is read as traditional: the house stands in Hong Kong.

    >>> [tag_of(t) for t in ("zh-CN", "zh", "zh-Hans-HK", "en-GB", "fr")]
    ['zh-Hans', 'zh-Hant', 'zh-Hans', 'en', None]
    """
    parts = tag.strip().replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] != "zh":
        return None
    scripts = {"hans", "hant"} & set(parts)
    return "zh-Hans" if (scripts or set(parts)) & _SIMPLIFIED else "zh-Hant"


def choose(asked: str | None, header: str) -> str:
    """Choose the language of a page.

    Args:
        asked: value of ``?lang=``; None or unknown asks nothing.
        header: value of ``Accept-Language``.

    Source: RFC 9110, section 12.5.4, https://www.rfc-editor.org/rfc/rfc9110, 2022-06.

    >>> choose(None, "fr;q=0.9, zh-CN;q=0.8, en;q=0.1"), choose("zh-HK", "en"), choose("x", "")
    ('zh-Hans', 'zh-Hant', 'en')
    """
    wish = tag_of(asked) if asked else None
    if wish:
        return wish
    best, best_weight = "en", Fraction(0)
    for item in header.split(",")[:TAGS_MAX]:
        tag, _, rest = item.partition(";")
        found, weight = tag_of(tag), _weight(rest)
        if found and weight > best_weight:
            best, best_weight = found, weight
    return best


def _weight(text: str) -> Fraction:
    name, _, value = text.strip().partition("=")
    if name.strip().lower() != "q":
        return Fraction(1)
    whole, _, part = value.strip().partition(".")
    if not (whole in {"0", "1"} and len(part) <= 3 and (part == "" or part.isdecimal())):
        return Fraction(0)
    return min(Fraction(int(whole)) + Fraction(int(part or "0"), 10 ** len(part)), Fraction(1))
