"""A decision as an ODRL policy in JSON-LD, so that other programs can read and enforce it.

    allow, allow_with_duties    a permission a subject, with the row's comparisons as constraints
                                and its duties
    instrument, approval        the same; each instrument owed is one more duty, so that the
                                permission cannot be exercised before it is held
    duties of the house         obligations of the policy
    refuse, needs_info,         prohibitions and nothing else: what is not decided is not open
    needs_review

The facts of the dictionary are left operands of a profile. The same decision gives the same
policy, and its ``uid`` is the digest of what it says (RFC 6920).

Source: W3C Recommendations ODRL Information Model 2.2 and ODRL Vocabulary & Expression 2.2,
2018-02-15, https://www.w3.org/TR/odrl-model/, 2026-11-21.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence

from entrepot.domain.gate.house_rules import HOUSE_DUTIES
from entrepot.domain.gate.model import GateDecision, Subject
from entrepot.kernel.canonical import digest
from entrepot.kernel.rulebook.plain import plain_value
from entrepot.kernel.rulebook.table import OWING, Outcome
from entrepot.kernel.rulebook.trace import Compared, TraceItem

CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
PROFILE = "urn:uuid:6a2f3c0e-5f0b-5c55-9d0e-2b1f2a7c4e18"
"""Profile of the gate: facts as left operands, ``transmit`` and ``place`` as kinds of use."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OPEN = frozenset({Outcome.ALLOW, Outcome.ALLOW_WITH_DUTIES}) | OWING
ACTIONS = {"flow": "gate:transmit", "placement": "gate:place"}
OPERATORS = {
    "eq": "eq",
    "ne": "neq",
    "lt": "lt",
    "le": "lteq",
    "gt": "gt",
    "ge": "gteq",
    "in": "isAnyOf",
    "not_in": "isNoneOf",
    "contains": "hasPart",
    "excludes": "isNoneOf",
}

Node = dict[str, object]


def odrl_policy(decision: GateDecision) -> Node:
    """Return a decision as an ODRL 2.2 policy of type Set.

    Args:
        decision: what the gate said.

    Returns:
        Plain values for JSON; permissions or prohibitions, never both.
    """
    stance = decision.stance
    body: Node = {
        "profile": PROFILE,
        "gate:name": decision.name,
        "gate:outcome": decision.outcome.value,
        "gate:asOf": stance.as_of.isoformat(),
        "gate:rulebook": decision.rulebook.hash,
        "gate:decidedBy": list(decision.deciding),
    }
    if stance.known is not None:
        body["gate:known"] = stance.known.isoformat()
    if stance.what_if:
        body["gate:whatIf"] = sorted(stance.what_if)
    if decision.outcome in OPEN:
        body["permission"] = [_permission(subject) for subject in decision.subjects]
        house = [name for name in decision.duties if name in HOUSE_DUTIES.values()]
        if house:
            body["obligation"] = [_duty(name) for name in house]
    else:
        body["prohibition"] = _prohibitions(decision)
    context = [CONTEXT, {"gate": f"{PROFILE}#", "rdf": RDF}]
    return {"@context": context, "@type": "Set", "uid": _name(body), **body}


def _permission(subject: Subject) -> Node:
    rows = subject.trace()
    found: Node = {"target": _target(subject), "action": ACTIONS[subject.gate.name]}
    constraints = _constraints(rows)
    if constraints:
        found["constraint"] = constraints
    duties = _owed(rows) + [_duty(name) for name in _duties(rows)]
    if duties:
        found["duty"] = duties
    return found


def _prohibitions(decision: GateDecision) -> list[Node]:
    """One a row that decides; rules outside the tables forbid every subject."""
    found: list[Node] = []
    named: set[str] = set()
    for subject in decision.subjects:
        for row in subject.trace():
            if row.outcome is decision.outcome:
                found.append(_prohibition(subject, row))
                named.add(row.row_id)
    for key in decision.deciding:
        if key not in named:
            found += [
                {**_forbidden(subject), "gate:decidedBy": key} for subject in decision.subjects
            ]
    return found


def _prohibition(subject: Subject, row: TraceItem) -> Node:
    found = {**_forbidden(subject), "gate:decidedBy": row.row_id}
    constraints = _constraints([row])
    if constraints:
        found["constraint"] = constraints
    if row.verdict.missing:
        found["gate:missing"] = list(row.verdict.missing)
    if row.verdict.advice is not None:
        found["gate:advice"] = row.verdict.advice.value
    return found


def _forbidden(subject: Subject) -> Node:
    return {"target": _target(subject), "action": ACTIONS[subject.gate.name]}


def _target(subject: Subject) -> Node:
    facts = {name: plain_value(value) for name, value in sorted(subject.facts.items())}
    uid = _name({"gate": subject.gate.name, "facts": facts})
    return {"@type": "Asset", "uid": uid, "gate:name": subject.name}


def _constraints(rows: Iterable[TraceItem]) -> list[Node]:
    """Return what was compared and held, each comparison once."""
    found: dict[str, Node] = {}
    for row in rows:
        for compared in (*row.applied, *row.compared):
            if compared.truth.value == "true":
                node = _constraint(compared)
                found.setdefault(digest(node), node)
    return list(found.values())


def _constraint(compared: Compared) -> Node:
    condition = compared.condition
    return {
        "@type": "Constraint",
        "leftOperand": f"gate:{condition.fact}",
        "operator": OPERATORS[condition.op.value],
        "rightOperand": plain_value(compared.against),
    }


def _duties(rows: Sequence[TraceItem]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.verdict.duties))


def _duty(name: str) -> Node:
    return {"@type": "Duty", "action": f"gate:{name}"}


def _owed(rows: Iterable[TraceItem]) -> list[Node]:
    """Return a duty an instrument owed; where one of several is enough, one duty for them."""
    found: dict[str, Node] = {}
    for row in rows:
        answer = row.verdict
        if answer.day_row is None or not answer.instruments:
            continue
        rule = answer.day_row.row
        groups = [(name,) for name in answer.instruments if name in rule.all_of]
        either = tuple(name for name in answer.instruments if name not in rule.all_of)
        for group in [*groups, either] if either else groups:
            node = _hold(group)
            found.setdefault(digest(node), node)
    return list(found.values())


def _hold(names: Sequence[str]) -> Node:
    each: list[Node] = [
        {
            "@type": "Constraint",
            "leftOperand": "gate:instruments_in_force",
            "operator": "hasPart",
            "rightOperand": name,
        }
        for name in names
    ]
    refinement = each[0] if len(each) == 1 else {"@type": "LogicalConstraint", "or": each}
    action = {"rdf:value": {"@id": "gate:hold"}, "refinement": [refinement]}
    return {"@type": "Duty", "action": [action]}


def _name(body: Node) -> str:
    """Name a value by its SHA-256 (RFC 6920)."""
    text = urlsafe_b64encode(bytes.fromhex(digest(body))).decode().rstrip("=")
    return f"ni:///sha-256;{text}"
