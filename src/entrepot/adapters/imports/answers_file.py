"""Files of answers to the gate's questions: sections of a job file, or facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from entrepot.adapters.imports.job_values import facts as read_fact
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.adapters.imports.yaml_safe import Located, Path, load_yaml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary, FactType, unknown_word
from entrepot.kernel.text import N_
from entrepot.services.questionnaire import DATA, PLACEMENT, RETURN, Answers
from entrepot.services.read_answer import checked_answer

SCOPES: Mapping[str, str] = {DATA: "leg", RETURN: "leg", PLACEMENT: "placement"}
"""Section → scope of its facts."""


def read_answers(data: bytes, name: str, dictionary: FactDictionary) -> Answers:
    r"""Read a file of answers.

    Args:
        data: bytes of the file (YAML or JSON): ``data`` (with ``return`` inside) and
            ``placement`` as in a job file, or fact → value alone, each put where it belongs.
            A fact without a value is not answered.
        name: file name for messages.
        dictionary: declares the facts.

    Raises:
        Invalid: not YAML, an unknown fact, a value that the fact cannot have; all of them stand
            in ``fields`` with file, line and field.

    >>> from entrepot.kernel.rulebook.dictionary import Kind
    >>> persons = FactType("leg_persons", frozenset({"leg"}), Kind.INT, minimum=0)
    >>> read_answers(b"leg_persons: 1", "a.yaml", FactDictionary({"leg_persons": persons})).data
    {'leg_persons': 1}
    """
    located = load_yaml(data, name)
    reading = _Reading(located, dictionary)
    reading.root()
    if reading.problems:
        raise InvalidFile(reading.problems)
    return reading.answers


class _Reading:
    """A file on its way: answers read so far, and problems found so far."""

    def __init__(self, located: Located, dictionary: FactDictionary) -> None:
        self.located = located
        self.dictionary = dictionary
        self.answers = Answers()
        self.problems: list[Problem] = []

    def root(self) -> None:
        for key, value in self._mapping((), self.located.value).items():
            if key in (DATA, PLACEMENT):
                self._section(key, (key,), value)
            else:
                self._fact(None, (key,), key, value)

    def _section(self, section: str, path: Path, value: object) -> None:
        for key, item in self._mapping(path, value).items():
            if section == DATA and key == RETURN:
                self._section(RETURN, (*path, key), item)
            else:
                self._fact(section, (*path, key), key, item)

    def _mapping(self, path: Path, value: object) -> dict[str, object]:
        if value is None:
            return {}
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        error = Invalid(
            "answers.form",
            N_("a mapping of facts to values belongs here."),
            hint=N_("Write fact: value, one a line."),
        )
        self.problems.append(Problem(self.located.where(*path), error))
        return {}

    def _fact(self, section: str | None, path: Path, key: str, value: object) -> None:
        name = "place_from" if key == "from" else key
        try:
            fact = self._declared(section, name)
            if value is None:
                return
            checked = checked_answer(fact, read_fact(value))
        except Invalid as error:
            self.problems.append(Problem(self.located.where(*path), error))
            return
        own = PLACEMENT if "placement" in fact.scopes else DATA
        self.answers = self.answers.added(section or own, name, checked)

    def _declared(self, section: str | None, name: str) -> FactType:
        scopes = {SCOPES[section]} if section else set(SCOPES.values())
        known = {n: f for n, f in self.dictionary.facts.items() if scopes & f.scopes}
        if name not in known:
            raise unknown_word("fact", name, known)
        return known[name]
