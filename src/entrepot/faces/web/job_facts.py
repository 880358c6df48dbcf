"""Facts of a job as a form asks for them: of its data, on both ways, and of its use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from entrepot.faces.web.visit import Visit
from entrepot.kernel.rulebook.dictionary import SETS, FactType, Kind

Plain = Mapping[str, object]

SECTIONS = {
    "data": ("data",),
    "return": ("data", "return"),
    "placement": ("placement",),
    "vouchers": ("vouchers",),
}
"""Section of facts → where it stands in the job file."""


SCOPES = {"leg": "data", "placement": "placement", "voucher": "vouchers"}
"""Scope of a fact → section in which a job states it."""


USUAL = (
    ("data", "purpose"),
    ("data", "collected_in"),
    ("data", "leg_persons"),
    ("data", "leg_sensitive"),
    ("data", "important_declared"),
    ("data", "state_secret_or_core"),
    ("data", "onward_outside_gba"),
    ("return", "mixes_cn_personal"),
    ("return", "mixes_cn_important"),
    ("placement", "end_use"),
    ("vouchers", "use"),
)
"""Facts that the form asks of every job; others join as the gate asks for them."""


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact as the form asks for it; ``value`` is its text, empty while it is not stated."""

    section: str
    fact: FactType
    value: str

    @property
    def name(self) -> str:
        """Name of the field."""
        return f"fact.{self.section}.{self.fact.name}"


def at(plain: Plain, path: Sequence[str]) -> object:
    """Return what stands at a place of a job file; None if nothing does."""
    found: object = plain
    for part in path:
        found = mapping(found).get(part)
    return found


def mapping(value: object) -> Plain:
    """Return a value as keys and values; empty if it is none."""
    return cast("Plain", value) if isinstance(value, Mapping) else {}


def words_in(value: object) -> list[str]:
    """Return the words of a list in a job file; none if it is none."""
    return (
        [text_in(item) for item in cast("list[object]", value)] if isinstance(value, list) else []
    )


def text_in(value: object) -> str:
    """Return what stands in a job file as the text of a field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, list | dict) else str(value)


def whole_number(text: str) -> object:
    """Return a text as a whole number if it is one; None if it is empty."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text or None


def fact_value(fact: FactType, text: str) -> object:
    """Return what a field says of a fact; None where nothing is stated."""
    if not text:
        return None
    if fact.kind is Kind.BOOL:
        return {"true": True, "false": False}.get(text)
    if fact.kind in (Kind.INT, Kind.MONEY):
        return whole_number(text)
    return text.replace(",", " ").split() if fact.kind in SETS else text


def asked_facts(visit: Visit) -> list[tuple[str, FactType]]:
    """Return the facts whose fields a form brought, in their order."""
    known = visit.app.rulebook.dictionary.facts
    found: list[tuple[str, FactType]] = []
    for name in visit.form:
        head, _, rest = name.partition(".")
        section, _, fact = rest.partition(".")
        if head == "fact" and section in SECTIONS and fact in known:
            found.append((section, known[fact]))
    return found


def facts_in(
    visit: Visit, plain: Plain, asked: Sequence[tuple[str, FactType]]
) -> tuple[FactField, ...]:
    """Return the facts that a form asks of a job: the usual ones, those asked, those stated."""
    known = visit.app.rulebook.dictionary.facts
    wanted = {(section, name): known[name] for section, name in USUAL if name in known}
    wanted |= {(section, fact.name): fact for section, fact in asked}
    for section, path in SECTIONS.items():
        names = mapping(at(plain, path))
        wanted |= {(section, name): known[name] for name in names if name in known}
    order = list(SECTIONS)
    rows = sorted(wanted.items(), key=lambda row: order.index(row[0][0]))
    return tuple(FactField(s, fact, _shown(at(plain, (*SECTIONS[s], n)))) for (s, n), fact in rows)


def _shown(value: object) -> str:
    return " ".join(words_in(cast("object", value))) if isinstance(value, list) else text_in(value)


def section_of(fact: FactType) -> str:
    """Return the section in which a job states a fact."""
    return next((section for scope, section in SCOPES.items() if scope in fact.scopes), "data")
