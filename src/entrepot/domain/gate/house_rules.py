"""House rules beside the law: they tighten a decision or add a duty, and never loosen.

**Splitting** (``house.splitting``, grade K): more than five parts of one family of
data sets leave the mainland within 30 days, of whatever control group. The law forbids to split a
transfer to stay under a threshold and says not how to see it; so a person looks before the next
leg. The figures are ours.

**Transit on file**: where outputs leave the mainland by the exemption for transit, the house wants
its three grounds on record: an origin manifest, a mix check, a statement of isolation. The row of
the law asks for the mix check in any case; what else is lacking is listed as a duty of the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from entrepot.domain.gate.counters import Exports, leaves_mainland
from entrepot.domain.gate.decide import unite
from entrepot.domain.gate.model import GateCase, GateDecision
from entrepot.kernel.rulebook.table import RANK, Outcome

SPLIT_DAYS = 30
SPLIT_SETS_MAX = 5
SPLITTING = "house.splitting"
"""Key of the rule among what decided."""

TRANSIT = "cn.transit"
"""Row of the exemption for transit; its versions begin with this name."""
HOUSE_DUTIES: Mapping[str, str] = {
    "house.transit_manifest": "origin_manifest_record",
    "house.transit_isolation": "isolation_record",
}
"""Rule of the house → the duty that it adds, in order of mention."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """Which grounds of the exemption for transit are on record for a leg."""

    manifest: bool = False
    isolation: bool = False


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


def guarded(
    decision: GateDecision, case: GateCase, exports: Exports, on_file: OnFile
) -> GateDecision:
    """Apply the house rules to the decision of a case.

    Args:
        decision: what the law says.
        case: what was judged.
        exports: the counter, with the data set that is judged.
        on_file: records behind the exemption for transit.
    """
    if rests_on_transit(decision):
        lacking = {
            "house.transit_manifest": not on_file.manifest,
            "house.transit_isolation": not on_file.isolation,
        }
        decision = with_house_duties(decision, (key for key, lacks in lacking.items() if lacks))
    if leaves_mainland(case.leg or {}) and looks_split(exports, case.as_of):
        return tightened(decision, Outcome.NEEDS_REVIEW, SPLITTING)
    return decision


def rests_on_transit(decision: GateDecision) -> bool:
    """Say whether the exemption for transit answers for a leg of the decision."""
    return any(
        verdict.key == TRANSIT or verdict.key.startswith(f"{TRANSIT}.")
        for subject in decision.subjects
        for verdict in subject.verdict.verdicts
    )


def with_house_duties(decision: GateDecision, rules: Iterable[str]) -> GateDecision:
    """Return the decision with the duties of rules of the house after those of the law.

    An outcome of ``allow`` becomes ``allow_with_duties``.
    """
    wanted = set(rules)
    added = [duty for key, duty in HOUSE_DUTIES.items() if key in wanted]
    if not added:
        return decision
    duties = tuple(dict.fromkeys((*decision.duties, *added)))
    opens = decision.outcome is Outcome.ALLOW
    outcome = Outcome.ALLOW_WITH_DUTIES if opens else decision.outcome
    return replace(decision, outcome=outcome, duties=duties)


def house_keys(decision: GateDecision) -> tuple[str, ...]:
    """Return the rules of the house that made the decision what it is."""
    deciding = tuple(key for key in decision.deciding if key == SPLITTING)
    return deciding + tuple(key for key, duty in HOUSE_DUTIES.items() if duty in decision.duties)


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
    keys = [key for decision in decisions for key in house_keys(decision)]
    united = with_house_duties(unite(decisions), keys)
    for decision in decisions:
        if SPLITTING in decision.deciding:
            united = tightened(united, Outcome.NEEDS_REVIEW, SPLITTING)
    return united
