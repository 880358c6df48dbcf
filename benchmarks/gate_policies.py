"""The shipped gate tables as the peers' own policies, and realistic cases to judge by them.

Rows become Cedar permits, one a row, that name themselves; which row of a table comes first is
found from the rows that Cedar names. For zen-engine a table becomes a decision table with hit
policy "first". Constraints are written out too. Both know true and false only, so the cases leave
no fact out; dates, grades and instruments stay with us.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from entrepot.domain.gate.batch import BatchAnswer
from entrepot.kernel.rulebook.condition import Condition, FactRef, Op, ParameterRef
from entrepot.kernel.rulebook.decide import DayGate, Stance, day_gate
from entrepot.kernel.rulebook.table import Rulebook

DAY = date(2026, 11, 21)
Body = Mapping[str, object]
GATES = ("flow", "placement")
SIGN = {
    **{Op.EQ: "==", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="},
    **{Op.IN: "in", Op.NOT_IN: "in"},
}

ELSEWHERE = ("DE", "FR", "JP", "SG", "GB", "US", "MO")
PURPOSES = ("model_training", "inference", "rendering", "research", "hr_management", "other")
CHIPS = ((True, True, 15_824, 3_350), (True, True, 36_000, 8_000), (True, False, 2_000, 900))
OWN_CHIPS = ((False, False, 2_400, 1_600), (False, False, 4_000, 1_200))
FLAGS = {
    **{"important_declared": 0.03, "state_secret_or_core": 0.01, "mixes_cn_personal": 0.3},
    **{"mixes_cn_important": 0.02, "ciio": 0.05, "ftz_eligible_exporter": 0.1},
    **{"on_ftz_negative_list": 0.3, "onward_outside_gba": 0.1, "gba_pilot_sector": 0.4},
    **{"purpose_compatible": 0.9, "prescribed_consent": 0.6, "uk_gdpr_applies": 0.05},
    "gdpr_applies": 0.1,
}


def bodies(count: int) -> list[Body]:
    """Return so many different cases, a leg and a placement each; the same in every run."""
    draw = random.Random(count)
    found: dict[str, Body] = {}
    while len(found) < count:
        body: dict[str, object] = {"as_of": DAY.isoformat(), "leg": _leg(draw)}
        body["placement"] = _placement(draw)
        body["instruments_in_force"] = draw.choice(
            [[], [], [], ["gba_contract_hk"], ["bis_licence"]]
        )
        found.setdefault(json.dumps(body), {"name": f"case-{len(found) + 1}", **body})
    return list(found.values())


def _leg(draw: random.Random) -> dict[str, object]:
    away = draw.choice(ELSEWHERE)
    routes = [("HK", "CN"), ("HK", "CN"), ("CN", "HK"), ("CN", "HK"), ("HK", "HK"), ("CN", "CN")]
    start, end = draw.choice([*routes, (away, "CN"), ("CN", away), ("HK", away)])
    persons = int(10 ** draw.uniform(0, 6.5)) if draw.random() < 0.85 else 0
    sensitive = int(10 ** draw.uniform(0, 4.5)) if draw.random() < 0.3 else 0
    flags = {name: draw.random() < share for name, share in FLAGS.items()}
    flags["mixes_cn_important"] &= flags["important_declared"]
    return {
        "place_from": start,
        "place_to": end,
        "cross_border": start != end,
        "collected_in": sorted({start, draw.choice(["CN", "HK", start])}),
        "leg_persons": persons,
        "leg_sensitive": sensitive,
        "ytd_persons": persons + int(10 ** draw.uniform(0, 6)),
        "ytd_sensitive": sensitive + (draw.randrange(12_000) if sensitive else 0),
        "purpose": draw.choice(PURPOSES),
        "ftz_list_mechanism": draw.choice(["security_assessment", "general_rules"]),
        "sender_in_gba9": start == "CN" and draw.random() < 0.6,
        "recipient_in_hk": end == "HK",
        "recipient_in_mo": end == "MO",
        "recipient_in_gba9": end == "CN" and draw.random() < 0.6,
        "processing_zone": "none",
        **flags,
    }


def _placement(draw: random.Random) -> dict[str, object]:
    ear, advanced, tpp, speed = draw.choice(CHIPS + OWN_CHIPS)
    return {
        "chip_subject_to_ear": ear,
        "eccn_advanced": advanced,
        "tpp": tpp,
        "dram_gbs": speed,
        "chip_location": draw.choice(["CN", "CN", "HK", "SG", "JP", "AE"]),
        "operator_hq": draw.choice(["CN", "HK", "SG", "US"]),
        "user_hq": draw.choice(["HK", "CN", "SG"]),
        "party_restricted": draw.random() < 0.02,
        "end_use": draw.choice(["commercial", "commercial", "research", "military"]),
        "chip_in_gp10_guidance": not ear and draw.random() < 0.5,
        "customer_us_nexus": draw.random() < 0.2,
    }


def context(body: Body) -> dict[str, object]:
    """Return a case as one flat mapping of facts, for the peers."""
    leg = cast("dict[str, object]", body["leg"])
    placement = cast("dict[str, object]", body["placement"])
    return {**leg, **placement, "instruments_in_force": body["instruments_in_force"]}


def rows_of(answer: BatchAnswer) -> list[str]:
    """Return the rows that answered, and the broken constraints, sorted."""
    gates = answer.ruling.verdicts
    rows = [v.day_row.row.id for gate in gates for v in gate.verdicts if v.day_row is not None]
    return sorted(rows + [item.id for gate in gates for item in gate.contradictions])


def first_rows(book: Rulebook, named: Iterable[str]) -> list[str]:
    """Return, of the rows that are true, the first of each table, and the constraints; sorted."""
    left = set(named)
    found = left & {item.id for item in book.constraints}
    for day in _days(book):
        for table in day.tables:
            first = next((r.row.id for r in table.rows if r.row.id in left), None)
            found |= {first} - {None}
    return sorted(cast("set[str]", found))


def cedar(book: Rulebook) -> str:
    """Return the tables and constraints as Cedar policies."""
    found: list[str] = []
    for day in _days(book):
        for table in day.tables:
            for row in table.rows:
                when = (*table.applies.conditions, *row.guard.conditions)
                found.append(_permit(row.row.id, when, day))
        for item, guard in day.constraints:
            found.append(_permit(item.id, guard.conditions, day))
    return "\n".join(found)


def zen(book: Rulebook) -> str:
    """Return the tables and constraints as a decision graph of zen-engine, JSON."""
    nodes = [_node("in", "inputNode"), _node("out", "outputNode")]
    for day in _days(book):
        for table in day.tables:
            rules = [
                {
                    "_id": row.row.id,
                    "i": _zen_all((*table.applies.conditions, *row.guard.conditions), day),
                    "o": json.dumps(row.row.id),
                }
                for row in table.rows
            ]
            columns = {"inputs": [{"id": "i", "name": "i"}],
                       "outputs": [{"id": "o", "name": "o", "field": table.table.id}]}  # fmt: skip
            content = {"hitPolicy": "first", "rules": rules, **columns}
            nodes.append(_node(table.table.id, "decisionTableNode", content))
        broken = [
            {
                "id": item.id,
                "key": item.id.replace(".", "_"),
                "value": _zen_all(guard.conditions, day),
            }
            for item, guard in day.constraints
        ]
        nodes.append(_node(f"k{len(nodes)}", "expressionNode", {"expressions": broken}))
    inner = [str(node["id"]) for node in nodes[2:]]
    links = [("in", name) for name in inner] + [(name, "out") for name in inner]
    edges = [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in links]
    return json.dumps({"nodes": nodes, "edges": edges})


def zen_rows(book: Rulebook, result: Mapping[str, object]) -> list[str]:
    """Return the rows and constraints that an answer of zen-engine names, sorted."""
    broken = [k.id for k in book.constraints if result.get(k.id.replace(".", "_")) is True]
    return sorted([value for value in result.values() if isinstance(value, str)] + broken)


def _days(book: Rulebook) -> list[DayGate]:
    return [day_gate(book, gate, Stance(DAY)) for gate in GATES]


def _node(name: str, kind: str, content: object = None) -> dict[str, object]:
    node: dict[str, object] = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    return node if content is None else {**node, "content": content}


def _value(value: object, day: DayGate) -> str:
    if isinstance(value, ParameterRef):
        value = day.parameters[value.name]
    if isinstance(value, frozenset):
        return json.dumps(sorted(cast("Iterable[str]", value)))
    return json.dumps(value)


def _permit(name: str, when: Sequence[Condition], day: DayGate) -> str:
    text = " && ".join(_cedar_one(item, day) for item in when) or "true"
    return f'@id("{name}") permit(principal, action, resource) when {{ {text} }};'


def _cedar_one(item: Condition, day: DayGate) -> str:
    here = f"context.{item.fact}"
    if isinstance(item.value, FactRef):
        return f"{here} {SIGN[item.op]} context.{item.value.name}"
    value = _value(item.value, day)
    if item.op in (Op.IN, Op.NOT_IN):
        return f"{'!' if item.op is Op.NOT_IN else ''}({value}.contains({here}))"
    if item.op in (Op.CONTAINS, Op.EXCLUDES):
        return f"{'!' if item.op is Op.EXCLUDES else ''}({here}.contains({value}))"
    return f"{here} {SIGN[item.op]} {value}"


def _zen_all(when: Sequence[Condition], day: DayGate) -> str:
    return " and ".join(_zen_one(item, day) for item in when)


def _zen_one(item: Condition, day: DayGate) -> str:
    if isinstance(item.value, FactRef):
        return f"{item.fact} {SIGN[item.op]} {item.value.name}"
    value = _value(item.value, day)
    if item.op in (Op.CONTAINS, Op.EXCLUDES):
        return f"{'not ' if item.op is Op.EXCLUDES else ''}({value} in {item.fact})"
    return f"{'not ' if item.op is Op.NOT_IN else ''}({item.fact} {SIGN[item.op]} {value})"
