"""Decisions as kept, and acts that two persons do together: records and their ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from entrepot.kernel.canonical import digest as digest_of
from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the gate, with everything that makes it again.

    Attributes:
        id: ``V-…``; decided_at: Unix second; actor: who asked.
        cause: what it was made for, as ``lease:L-…``, ``return:J-…`` or ``case:NAME``.
        name: what was judged; outcome: the strictest answer.
        rulebook: hash of the law; its texts lie beside under that hash.
        cases: canonical JSON, a list of cases with facts and which law was applied.
        house: keys of the house's own rules that tightened the answer.
        answer: canonical JSON of the whole explained answer; digest: its SHA-256.
    """

    id: str
    decided_at: int
    actor: str
    cause: str
    name: str
    outcome: str
    rulebook: str
    cases: str
    house: tuple[str, ...]
    answer: str
    digest: str

    @property
    def record_digest(self) -> str:
        """SHA-256 of the whole record, which the journal's answer names."""
        return digest_of(asdict(self))


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that stands once a second person has approved it.

    Attributes:
        id: ``R-…``; kind: what is proposed; subject: on what.
        proposed_by, proposed_at: first person, Unix second.
        approved_by, approved_at: second person, another one; None until then.
        body: the act in full.
    """

    id: str
    kind: str
    subject: str
    proposed_by: str
    proposed_at: int
    approved_by: str | None
    approved_at: int | None
    body: Body


@dataclass(frozen=True, slots=True)
class Ending:
    """How a proposal ended; it ends once.

    Attributes:
        proposal_id: of the proposal.
        state: ``approved``, ``refused`` or ``withdrawn``.
        person, at: who ended it, Unix second.
        reason: in words; may be empty.
        result: what an approval has done, plain values.
    """

    proposal_id: str
    state: str
    person: str
    at: int
    reason: str
    result: Body


class Decisions(Protocol):
    """Kept decisions, and the texts of the law that they were made by."""

    def add(self, decision: Decision) -> None:
        """Keep a decision; none is ever changed."""
        ...

    def decision(self, decision_id: str) -> Decision | None:
        """Return a decision."""
        ...

    def decisions(self, cause: str | None = None, limit: int | None = None) -> list[Decision]:
        """Return decisions, newest first, of one cause if asked."""
        ...

    def vouched(self, decision_id: str) -> str | None:
        """Return the digest of a record as the journal's answer names it; None if it names none."""
        ...

    def keep_texts(self, rulebook: str, texts: Mapping[str, str]) -> None:
        """Keep the texts of a rulebook under its hash, once."""
        ...

    def texts(self, rulebook: str) -> dict[str, str]:
        """Return file → text of a rulebook; empty if it was never kept."""
        ...


class FourEyes(Protocol):
    """Acts of two persons."""

    def propose(self, proposal: Proposal) -> None:
        """Keep what one person proposes."""
        ...

    def proposal(self, proposal_id: str) -> Proposal | None:
        """Return a proposal."""
        ...

    def proposals(self, kind: str) -> list[Proposal]:
        """Return the proposals of a kind in order of id."""
        ...

    def approve(self, proposal_id: str, actor: str, at: int) -> bool:
        """Write the second person; False if there is one already, or no such proposal."""
        ...

    def all_proposals(self, kinds: Sequence[str]) -> list[Proposal]:
        """Return the proposals of several kinds in order of id."""
        ...

    def end(self, ending: Ending) -> bool:
        """Keep how a proposal ended; False if it ended before."""
        ...

    def ending(self, proposal_id: str) -> Ending | None:
        """Return how a proposal ended; None while it is open."""
        ...

    def endings(self) -> dict[str, Ending]:
        """Return proposal → how it ended."""
        ...


class WithDecisions(Protocol):
    """A transaction over decisions and acts of two persons."""

    @property
    def decisions(self) -> Decisions:
        """Kept decisions."""
        ...

    @property
    def four_eyes(self) -> FourEyes:
        """Acts of two persons."""
        ...
