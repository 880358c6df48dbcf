"""What a batch says of one case: an answer with its own facts, or a refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring
from typing import NamedTuple

from entrepot.domain.gate.batch_ruling import Facts, Ruling
from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.errors import Invalid, Translate
from entrepot.kernel.rulebook.table import Outcome, Rulebook


class Law(NamedTuple):
    """Which law is applied to a case, and what is in force for it; see :class:`GateCase`."""

    as_of: date
    known: date | None
    what_if: frozenset[str]
    reviews_in_force: frozenset[str]
    instruments_in_force: frozenset[str]


# Tuples, because making one costs a fifth of making a frozen object.
class BatchAnswer(NamedTuple):
    """The answer for one case of a batch: what the case states, and the ruling of its class.

    Args:
        name: of the case.
        leg: facts of the leg as stated; None: no leg.
        placement: facts of the placement as stated; None: no placement.
        law: which law was applied.
        ruling: shared by all cases of the class.
    """

    name: str
    leg: Facts | None
    placement: Facts | None
    law: Law
    ruling: Ruling

    @property
    def case(self) -> GateCase:
        """The case that was judged."""
        return case_of(self.name, self.leg, self.placement, self.law)

    @property
    def outcome(self) -> Outcome:
        """The strictest answer."""
        return self.ruling.outcome

    def as_dict(self) -> dict[str, object]:
        """Return name, outcome, deciding, instruments, duties, missing, tables and sources."""
        return self.ruling.as_dict(self.name)

    def line(self) -> str:
        """Return :meth:`as_dict` as one line of JSON."""
        return f'{{"name": {encode_basestring(self.name)}{self.ruling.tail}'

    def facts_read(self) -> dict[str, object]:
        """Return what the case states of the facts that were read; None where it says nothing.

        The facts are those of the conditions of every applicable table, from its first row to
        the one that answered.
        """
        return self.ruling.reading(self.leg, self.placement, self.law.instruments_in_force)

    def decision(self, rulebook: Rulebook) -> GateDecision:
        """Return the whole decision, which compares fact by fact; nothing is judged again."""
        return decide(rulebook, self.case, self.ruling.verdicts)


def law_of(case: GateCase) -> Law:
    """Return the law that a case names."""
    return Law(
        case.as_of, case.known, case.what_if, case.reviews_in_force, case.instruments_in_force
    )


def case_of(name: str, leg: Facts | None, placement: Facts | None, law: Law) -> GateCase:
    """Return a case of these facts under this law."""
    return GateCase(
        name,
        law.as_of,
        law.known,
        leg,
        placement,
        law.instruments_in_force,
        law.what_if,
        law.reviews_in_force,
    )


@dataclass(frozen=True, slots=True)
class BatchRefusal:
    """A case of a batch that cannot be judged; the others are.

    Args:
        name: its name, else ``case-<n>``.
        error: why, and what to do.
    """

    name: str
    error: Invalid

    def as_dict(self, translate: Translate = str) -> dict[str, object]:
        """Return ``name`` and ``error`` (code, message, hint, fields) as plain values."""
        return {"name": self.name, "error": self.error.as_dict(translate)}

    def line(self, translate: Translate = str) -> str:
        """Return :meth:`as_dict` as one line of JSON; what no text can hold is escaped."""
        text = json.dumps(self.as_dict(translate), ensure_ascii=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # a name or key holds half of a surrogate pair
            return json.dumps(self.as_dict(translate))
        return text
