"""A file of gate cases through the exchange: answers, refusals with their place, the law asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.unit.domain.gate.gate_samples import BACK, CHIP, IN

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.errors import Invalid
from entrepot.services.gate_batch import answer_file
from entrepot.services.gate_check import Law
from entrepot.services.settings import read_settings


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedApp]:
    home = tmp_path_factory.mktemp("home") / "home"
    yield EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}), create=True)


def answer(app: EmbeddedApp, path: Path, law: Law | None = None) -> list[Any]:
    return [json.loads(item.line()) for item in answer_file(app, path, law or Law())]


def test_yaml_refusals_name_file_line_and_field(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "- name: one\n  leg:\n    place_from: HK\n    leg_person: 3\n"
        "- name: two\n  placment: {}\n"
        "- just text\n"
        "- {name: four, placement: {chip_subject_to_ear: false, chip_in_gp10_guidance: false}}\n",
        "utf-8",
    )
    one, two, three, four = answer(app, path)
    assert one["error"]["fields"] == {f"{path}:4:[0].leg.leg_person": "unknown fact"}
    assert one["error"]["hint"] == "Did you mean leg_persons?"
    assert two["error"]["fields"] == {f"{path}:6:[1].placment": "unknown key"}
    assert (three["name"], three["error"]["code"]) == ("case-3", "cases.form")
    assert four["deciding"] == ["chip.none"]


def test_json_lines_are_answered_around_a_bad_line(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    sound = json.dumps({"name": "in", "leg": IN, "placement": CHIP})
    path.write_text(f'{sound}\n{{"name": \n{{"what_if": ["x.y"], "leg": {{}}}}\n{sound}\n', "utf-8")
    first, second, third, fourth = answer(app, path)
    assert first == fourth and first["outcome"] == "approval"
    assert first["instruments"] == ["bis_licence", "provenance_file"]
    assert (second["name"], second["error"]["code"]) == ("case-2", "cases.json")
    assert third["error"]["fields"] == {f"{path}:3:what_if.x.y": "unknown what_if_row"}


def test_the_law_asked_goes_before_what_cases_say(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"as_of": "2026-11-21", "leg": {**BACK, "ytd_persons": 300_000}}))
    assert answer(app, path)[0]["deciding"] == ["cn.transit"]
    old = Law(as_of=date(2020, 1, 1))
    assert answer(app, path, old)[0]["deciding"] == ["table:cn_out"]
    unread = Law(known=date(2020, 1, 1))
    assert answer(app, path, unread)[0]["outcome"] == "needs_review"
    path.write_text(json.dumps({"leg": IN}))
    assert answer(app, path)[0]["outcome"] == "allow_with_duties"
    assumed = Law(what_if=frozenset({"hk.s33"}))
    assert answer(app, path, assumed)[0]["instruments"] == ["hk_s33_due_diligence_or_consent"]


def test_a_file_without_a_case_is_refused_whole(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n\n")
    with pytest.raises(Invalid) as caught:
        answer_file(app, path, Law())
    assert caught.value.code == "cases.form"
