"""Reading of the dictionary file: facts, families of words, constraints."""

from __future__ import annotations

from dataclasses import replace

from entrepot.kernel.rulebook.dictionary import FactDictionary, FactType, Kind
from entrepot.kernel.rulebook.document import Document
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.rulebook.read_condition import ConditionReader
from entrepot.kernel.rulebook.table import Constraint
from entrepot.kernel.text import N_

SCHEMA = "entrepot.dictionary/1"
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
SCOPES = ("leg", "placement", "voucher", "tax")

_FACT_KEYS = (
    *("name", "scope", "type", "domain", "min", "unit", "definition", "default"),
    *("derived_from", "ask"),
)


def read_dictionary(document: Document) -> tuple[FactDictionary, tuple[Constraint, ...]]:
    """Read the dictionary.

    Args:
        document: a file of schema ``entrepot.dictionary/1``.

    Returns:
        The dictionary, and the constraints in the file's order.

    Raises:
        Invalid: a key, type, word or condition is not known, with file, line and field.
    """
    top = Fields.of(document, (), document.data)
    top.only("schema", "retrieved", "recorded_at", "is_a", "facts", "constraints")
    top.day("retrieved")
    top.day("recorded_at")
    facts: dict[str, FactType] = {}
    for box in top.parts("facts"):
        fact = _fact(box)
        if fact.name in facts:
            raise box.refuse(
                "name", "rulefile.twice", N_("{file}, line {line}: {name} is declared twice."),
                name=fact.name,
            )  # fmt: skip
        facts[fact.name] = fact
    dictionary = FactDictionary(facts, _families(top, facts))
    return dictionary, tuple(_constraint(box, dictionary) for box in top.parts("constraints"))


def _fact(box: Fields) -> FactType:
    box.only(*_FACT_KEYS)
    scope = box.data.get("scope")
    scopes = box.words("scope") if isinstance(scope, list) else (box.text("scope"),)
    if not set(scopes) <= set(SCOPES):
        raise box.expected("scope", ", ".join(SCOPES))
    kind = box.word("type", Kind)
    domain = box.words("domain")
    if (kind in (Kind.ENUM, Kind.SET)) != bool(domain):
        raise box.expected("domain", N_("a list of words, for an enum or a set only"))
    fact = FactType(
        name=box.text("name"),
        scopes=frozenset(scopes),
        kind=kind,
        domain=domain,
        minimum=box.whole_or_none("min"),
        unit=box.text_or_none("unit"),
        definition=box.text_or_none("definition"),
        derived_from=box.text_or_none("derived_from"),
        ask=_questions(box),
    )
    return fact if "default" not in box.data else _with_default(box, fact)


def _with_default(box: Fields, fact: FactType) -> FactType:
    value = fact.read(box.data["default"])
    if value is None:
        raise box.expected("default", N_("a value of the fact"))
    return replace(fact, default=value)


def _questions(box: Fields) -> dict[str, str] | None:
    if "ask" not in box.data:
        raise box.expected("ask", N_("a question in three languages, or null"))
    if box.data["ask"] is None:
        return None
    inside = box.part("ask").only(*LANGUAGES)
    return {language: inside.text(language) for language in LANGUAGES}


def _families(top: Fields, facts: dict[str, FactType]) -> dict[str, dict[str, str]]:
    families: dict[str, dict[str, str]] = {}
    for name, box in top.named("is_a"):
        fact = facts.get(name)
        if fact is None:
            raise top.expected("is_a", N_("families of declared facts"))
        words = {word: box.text(word) for word in box.data}
        for word, parent in words.items():
            # A parent may be a heading that no case can state; the child must be a real word.
            if fact.read(word) is None and fact.kind not in (Kind.SET,):
                raise box.expected(word, N_("a word of the fact's domain"))
            if parent == word:
                raise box.expected(word, N_("another word than itself"))
        families[name] = words
    return families


def _constraint(box: Fields, dictionary: FactDictionary) -> Constraint:
    box.only("id", "scope", "when", "facts", "grade", "note")
    scope = box.text("scope")
    facts = box.words("facts")
    for name in facts:
        if name not in dictionary.facts:
            raise box.expected("facts", N_("declared facts"))
    return Constraint(
        id=box.text("id"),
        scope=scope,
        when=ConditionReader(dictionary, scope).read_all(box, "when"),
        facts=facts,
        grade=box.word("grade", Grade),
        note=box.text_or_none("note"),
    )
