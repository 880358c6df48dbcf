"""House rules beside the law: they tighten a decision, never loosen it.

There is one. **Splitting** (``house.splitting``, grade K): more than five parts of one family of
data sets leave the mainland within 30 days, of whatever control group. The law forbids to split a
transfer to stay under a threshold and says not how to see it; so a person looks before the next
leg. The figures are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from entrepot.domain.gate.counters import Exports, leaves_mainland
from entrepot.domain.gate.decide import unite
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.rulebook.table import RANK, Outcome

SPLIT_DAYS = 30
SPLIT_SETS_MAX = 5
SPLITTING = "house.splitting"
"""Key of the rule among what decided."""


def looks_split(exports: Exports, day: date) -> bool:
    """Say whether the data set judged is one of too many parts of a family.

    Args:
        exports: the counter, with the data set that is judged.
        day: of the leg; the window is the 30 days that end with it.
    """
    if not exports.set_id:
        return False
    first = day - timedelta(days=SPLIT_DAYS)
    recent = {leg.set_id for leg in exports.family if first < leg.on <= day}
    return len(recent | {exports.set_id}) > SPLIT_SETS_MAX


def guarded(decision: GateDecision, case: GateCase, exports: Exports) -> GateDecision:
    """Apply the house rules to the decision of a case."""
    if leaves_mainland(case.leg or {}) and looks_split(exports, case.as_of):
        return tightened(decision, Outcome.NEEDS_REVIEW, SPLITTING)
    return decision


def tightened(decision: GateDecision, outcome: Outcome, key: str) -> GateDecision:
    """Return the decision made at least as strict as an outcome, with the rule that did so.

    A decision that is stricter already stays as it is.
    """
    if RANK[decision.outcome] > RANK[outcome]:
        return decision
    before = decision.deciding if decision.outcome is outcome else ()
    deciding = tuple(dict.fromkeys((*before, key)))
    return replace(decision, outcome=outcome, deciding=deciding)


def unite_guarded(decisions: Sequence[GateDecision]) -> GateDecision:
    """Unite decisions as :func:`entrepot.domain.gate.decide.unite`, house rules kept.

    Args:
        decisions: at least one.
    """
    united = unite(decisions)
    for decision in decisions:
        if SPLITTING in decision.deciding:
            united = tightened(united, Outcome.NEEDS_REVIEW, SPLITTING)
    return united
