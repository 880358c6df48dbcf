"""Plain values of a job file: words, lists, facts, and what to say of any other type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import MONEY_MINOR_MAX
from entrepot.kernel.text import N_, Phrase
from entrepot.services.declaration import Fact

LIST_MAX = 100
TEXT_MAX = 4_000


def word(value: object) -> str:
    """Read a word, or a number written without quotes, as text.

    Raises:
        Invalid: a list, a mapping, nothing, or yes/no.

    >>> word(8), word(Decimal("0.250"))
    ('8', '0.250')
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise type_error(value, N_("a word or a number"))
    text = str(value)
    if not text.strip() or len(text) > TEXT_MAX or "\0" in text:
        raise Invalid(
            "job.text",
            N_("The value is empty, or longer than {most} characters."),
            hint=N_("Write a short text."),
            most=TEXT_MAX,
        )
    return text


def words(value: object) -> tuple[str, ...]:
    """Read a list of words, at least one.

    Raises:
        Invalid: not a list, empty, or too long.
    """
    if not isinstance(value, list):
        raise type_error(value, N_("a list in square brackets"))
    items = cast(Sequence[object], value)
    if not 0 < len(items) <= LIST_MAX:
        raise Invalid(
            "job.list",
            N_("The list has {count} entries; 1 to {most} are read."),
            hint=N_("Take the key out, or shorten the list."),
            count=len(items),
            most=LIST_MAX,
        )
    return tuple(word(item) for item in items)


def device(value: object) -> tuple[str, tuple[str, ...]]:
    """Read ``device``: one request, or a mapping with ``any_of`` or ``ordered``.

    Returns:
        The mode (``any_of`` or ``ordered``) and the requests.

    >>> device("H100:8"), device({"ordered": ["H100", "A100"]})
    (('any_of', ('H100:8',)), ('ordered', ('H100', 'A100')))
    """
    if not isinstance(value, dict):
        return ("any_of", (word(value),))
    entries = cast(Mapping[str, object], value)
    if len(entries) != 1 or not entries.keys() <= {"any_of", "ordered"}:
        raise type_error(entries, N_("one request, or any_of or ordered with a list"))
    mode, items = next(iter(entries.items()))
    return (mode, words(items))


def facts(value: object) -> Fact:
    """Read one declared fact: a word, a whole number, yes or no, or a list of words.

    Raises:
        Invalid: a fraction, a mapping, a number beyond what is booked, or a list of other things.
    """
    if isinstance(value, int):
        if abs(value) > MONEY_MINOR_MAX:
            raise Invalid(
                "job.fact_range",
                N_("{value} is larger than any number that a fact holds."),
                hint=N_("Stay within ±{most}."),
                value=str(value)[:60],
                most=MONEY_MINOR_MAX,
            )
        return value
    if isinstance(value, list):
        return words(cast(object, value)) if value else ()
    if isinstance(value, str):
        return word(value)
    raise type_error(value, N_("a word, a whole number, true or false, or a list of words"))


def type_error(value: object, wanted: str) -> Invalid:
    """Say that a value is of another type than the key takes."""
    kinds: dict[type, str] = {
        dict: N_("a mapping"),
        list: N_("a list"),
        bool: N_("true or false"),
        int: N_("a number"),
        Decimal: N_("a number"),
        str: N_("text"),
        type(None): N_("nothing"),
    }
    return Invalid(
        "job.type",
        N_("This key takes {wanted}, not {found}."),
        hint=N_("See the reference of the job file for the form of this key."),
        wanted=Phrase(wanted),
        found=Phrase(kinds.get(type(value), N_("something else"))),
    )
