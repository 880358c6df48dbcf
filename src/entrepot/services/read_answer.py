"""Reading one answer, as a file gives it or as a person types it."""

from __future__ import annotations

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import ORDERED, SETS, FactType, Kind
from entrepot.kernel.text import N_
from entrepot.services.declaration import Fact

YES = frozenset({"y", "yes", "true", "是", "有"})
NO = frozenset({"n", "no", "false", "否", "沒有", "没有"})


def parse_answer(fact: FactType, text: str) -> Fact:
    """Read what a person typed.

    Args:
        fact: what was asked.
        text: yes or no, a whole number, a word, or words with commas between them.

    Raises:
        Invalid: the fact cannot have this value.

    >>> parse_answer(FactType("ok", frozenset({"leg"}), Kind.BOOL), "Yes")
    True
    >>> parse_answer(FactType("at", frozenset({"leg"}), Kind.PLACE_SET), "HK, CN")
    ('HK', 'CN')
    """
    typed = text.strip()
    value: Fact = typed
    if fact.kind is Kind.BOOL and typed.casefold() in YES | NO:
        value = typed.casefold() in YES
    elif fact.kind in ORDERED - {Kind.DATE} and typed.replace(",", "").isdecimal():
        value = int(typed.replace(",", ""))
    elif fact.kind in SETS:
        value = tuple(part for part in (p.strip() for p in typed.split(",")) if part)
    return checked_answer(fact, value)


def checked_answer(fact: FactType, value: Fact) -> Fact:
    """Return the value if the fact can have it.

    Raises:
        Invalid: it cannot.
    """
    if fact.read(value) is None:
        raise Invalid(
            "answers.value",
            N_("{value} is no value of {name}."),
            hint=N_("Look it up: entrepot gate facts {name}"),
            value=str(value)[:60],
            name=fact.name,
        )
    return value
