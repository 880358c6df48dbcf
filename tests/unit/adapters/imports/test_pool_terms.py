"""Kinds of lease and machines in the file of a centre."""

from __future__ import annotations

from typing import Any

import pytest

from entrepot.adapters.imports.facts_row import Row, mapping_of
from entrepot.adapters.imports.pool_terms import read_kinds, read_nodes
from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.errors import Invalid

OFFERED = ("exclusive", "mig")


def pool(text: str) -> Row:
    located = load_yaml(text.encode(), "c.yaml")
    return Row(mapping_of(located.value), (), lambda path: located.where(*path), {})


def test_terms_are_those_stated_and_else_those_of_the_house() -> None:
    text = (
        "leases:\n"
        "- {kind: bare_metal, devices_min: 8, devices_max: 4000, minimum: 7d, notice: 0}\n"
        "- {kind: shared_unit, devices_min: 0.25, longest: 90d, slow_credit_percent: 50}\n"
    )
    bare, shared = read_kinds(pool(text), OFFERED)
    assert bare == {
        "kind": "bare_metal", "isolations": ["exclusive"], "milli_min": 8_000,
        "milli_max": 4_000_000, "duration_s_max": 184 * 86_400, "minimum_s": 7 * 86_400,
        "notice_s": 0, "credit_bp": 0,
    }  # fmt: skip
    assert (shared["isolations"], shared["milli_min"], shared["milli_max"]) == (["mig"], 250, 1000)
    assert (shared["duration_s_max"], shared["credit_bp"]) == (90 * 86_400, 5_000)
    assert read_kinds(pool("devices: 2\n"), OFFERED) == ()


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("{kind: bare-metal}", "kind", "Did you mean bare_metal"),
        ("{notice: 1d}", "kind", "missing"),
        ("{kind: vm, notice: soon}", "notice", "no time of a lease"),
        ("{kind: vm, longest: 185d}", "longest", "no time of a lease"),
        ("{kind: vm, minimum: 9d, longest: 8d}", "minimum", "contradict"),
        ("{kind: bare_metal, devices_min: 0.5}", "devices_min", "contradict"),
        ("{kind: shared_unit, devices_max: 2}", "devices_max", "contradict"),
        ("{kind: vm, devices_min: 100001}", "devices_min", "outside"),
        ("{kind: vm, isolations: [mps]}", "isolations", "no isolation of this pool"),
        ("{kind: vm, isolations: mig}", "isolations", "no isolation of this pool"),
        ("{kind: vm, slow_credit_percent: -1}", "slow_credit_percent", "outside"),
        ("{kind: vm, price: 1}", "price", "no field"),
    ],
)
def test_a_wrong_term_is_named_with_file_line_and_field(line: str, field: str, words: str) -> None:
    text = f"devices: 2\nleases:\n- {line}\n"
    with pytest.raises(Invalid) as caught:
        read_kinds(pool(text), OFFERED)
    (where,) = caught.value.fields
    assert where == f"c.yaml:3:leases[0].{field}"
    assert words in f"{caught.value} {caught.value.render_hint()}"


def test_a_kind_is_sold_once_and_needs_an_isolation_of_the_pool() -> None:
    with pytest.raises(Invalid, match="twice"):
        read_kinds(pool("leases:\n- {kind: vm}\n- {kind: vm}\n"), OFFERED)
    with pytest.raises(Invalid, match="does not offer"):
        read_kinds(pool("leases:\n- {kind: bare_metal}\n"), ("mps",))


def test_machines_are_named_one_by_one_or_counted() -> None:
    text = "nodes:\n- {id: n, count: 2, devices: 8, rack: r1}\n- {id: odd, devices: 4}\n"
    assert [(n["name"], n["devices"], n["rack"]) for n in read_nodes(pool(text), 20)] == [
        ("n-1", 8, "r1"), ("n-2", 8, "r1"), ("odd", 4, ""),
    ]  # fmt: skip
    assert read_nodes(pool("devices: 2\n"), 2) == ()


@pytest.mark.parametrize(
    ("lines", "devices", "words"),
    [
        (["{id: a, devices: 8}"], 9, "8 devices, the pool has 9"),
        (["{id: a, devices: 8}", "{id: a, devices: 8}"], 16, "two machines"),
        (["{id: a}"], 1, "missing"),
        (["{id: a, devices: 63}"], 63, "outside"),
        (["{id: a, devices: 1, gpus: 1}"], 1, "no field"),
    ],
)
def test_wrong_machines_are_refused(lines: list[str], devices: int, words: str) -> None:
    text = "nodes:\n" + "".join(f"- {line}\n" for line in lines)
    with pytest.raises(Invalid) as caught:
        read_nodes(pool(text), devices)
    assert words in str(caught.value)
    fields: dict[str, Any] = caught.value.fields
    assert next(iter(fields)).startswith("c.yaml:")
