"""What the file of a centre says of a pool's leases and machines."""

from __future__ import annotations

from typing import cast

from entrepot.adapters.imports.facts_row import Row
from entrepot.domain.catalogue.units import parse_duration
from entrepot.domain.contracts.lease_kind import BP, DEVICES_MAX, USUAL, KindTerms, LeaseKind
from entrepot.kernel.compute import MILLI, Isolation
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

NODES_MAX = 100_000
NODE_DEVICES_MAX = 62
PERCENT_MAX = 1000


def read_kinds(box: Row, isolations: tuple[str, ...]) -> tuple[dict[str, object], ...]:
    """Read the kinds of lease that a pool sells; none stated = a managed job of the house.

    Args:
        box: the pool.
        isolations: kinds of isolation that it offers.

    Raises:
        Invalid: with file, line and field.
    """
    found: dict[str, KindTerms] = {}
    for row in box.children("leases"):
        terms = _terms(row, isolations)
        if terms.kind.value in found:
            row.refuse(
                "kind",
                N_("{where}: the pool sells {value} twice."),
                N_("State each kind of lease once."),
                value=terms.kind.value,
            )
        found[terms.kind.value] = terms
    return tuple(terms.as_dict() for terms in found.values())


def _terms(row: Row, isolations: tuple[str, ...]) -> KindTerms:
    kind = LeaseKind(row.choice("kind", tuple(LeaseKind)))
    usual = USUAL[kind]
    apart = _isolations(row, usual, isolations)
    least = row.scaled_or_none("devices_min", MILLI, 0, DEVICES_MAX)
    most = row.scaled_or_none("devices_max", MILLI, 0, DEVICES_MAX)
    credit = row.scaled_or_none("slow_credit_percent", BP // 100, 0, PERCENT_MAX)
    stated = (
        usual.milli_min if least is None else least,
        usual.milli_max if most is None else most,
        _time(row, "longest", usual.duration_s_max),
        _time(row, "minimum", usual.minimum_s),
        _time(row, "notice", usual.notice_s),
        usual.credit_bp if credit is None else credit,
    )
    try:
        terms = KindTerms(kind, apart, *stated)
    except Invalid as error:
        field = next(iter(error.fields), "kind")
        row.refuse(
            field if field in row.values else "kind",
            N_("{where}: the terms of {kind} contradict themselves at {at}."),
            N_("A least time fits into the longest; whole devices for bare metal."),
            kind=kind.value,
            at=field,
        )
    row.finish()
    return terms


def _isolations(row: Row, usual: KindTerms, offered: tuple[str, ...]) -> tuple[str, ...]:
    value = row.get("isolations")
    if value is None:
        found = tuple(kind for kind in usual.isolations if kind in offered)
        if not found:
            row.refuse(
                "kind",
                N_("{where}: {kind} needs one of {options}, which the pool does not offer."),
                N_("Add it to the isolations of the pool, or leave the kind out."),
                kind=usual.kind.value,
                options=", ".join(usual.isolations),
            )
        return found
    asked = cast("list[object]", value) if isinstance(value, list) else [value]
    for kind in asked:
        if not isinstance(value, list) or kind not in tuple(Isolation) or kind not in offered:
            row.refuse(
                "isolations",
                N_("{where}: {value} is no isolation of this pool."),
                N_("Write some of {options} in square brackets."),
                value=str(kind)[:60],
                options=", ".join(offered),
            )
    return tuple(str(kind) for kind in asked)


def _time(row: Row, key: str, usual_s: int) -> int:
    value = row.get(key)
    if value is None:
        return usual_s
    if value == 0 and not isinstance(value, bool):
        return 0
    try:
        return parse_duration(row.text(key))
    except Invalid as error:
        if error.code.startswith("facts."):
            raise
        row.refuse(
            key,
            N_("{where}: {value} is no time of a lease."),
            N_("Write 0, 90s, 10m, 24h or 7d; 184d is the longest."),
            value=str(value)[:60],
        )


def read_nodes(box: Row, devices: int) -> tuple[dict[str, object], ...]:
    """Read the machines of a pool, in the order of their devices; none = not stated.

    Args:
        box: the pool.
        devices: that it has in all.

    Raises:
        Invalid: with file, line and field; also if the machines have another number of devices.
    """
    nodes: dict[str, dict[str, object]] = {}
    for row in box.children("nodes"):
        for node in _alike(row):
            name = str(node["name"])
            if name in nodes:
                row.refuse(
                    "id",
                    N_("{where}: two machines are called {value}."),
                    N_("Give each its own name."),
                    value=name,
                )
            nodes[name] = node
        row.finish()
    there = sum(cast(int, node["devices"]) for node in nodes.values())
    if nodes and there != devices:
        box.refuse(
            "nodes",
            N_("{where}: the machines have {there} devices, the pool has {devices}."),
            N_("State every machine of the pool, or none."),
            there=there,
            devices=devices,
        )
    return tuple(nodes.values())


def _alike(row: Row) -> list[dict[str, object]]:
    name, rack = row.id(), row.text_or_none("rack") or ""
    row.decimal("devices", 1, NODE_DEVICES_MAX)  # it must be there
    devices = row.integer_or_none("devices", 1, NODE_DEVICES_MAX)
    count = row.integer_or_none("count", 1, NODES_MAX)
    names = [name] if count is None else [f"{name}-{number}" for number in range(1, count + 1)]
    return [{"name": one, "devices": devices, "rack": rack} for one in names]
