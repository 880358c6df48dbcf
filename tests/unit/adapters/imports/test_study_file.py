"""Scenario files: what is read, and what is refused with file, line and field."""

from __future__ import annotations

import pytest
from tests.study_small import small_text

from entrepot.adapters.imports.study_file import read_study
from entrepot.bootstrap import open_app
from entrepot.kernel.errors import Invalid
from entrepot.services.settings import read_settings
from entrepot.services.study_scenario import StudyScenario

APP = open_app(read_settings({"ENTREPOT_HOME": "/nowhere"}))


def read(text: str) -> StudyScenario:
    return read_study(text.encode(), "s.yaml", APP.facts, APP.rulebook.dictionary)


def test_the_scenario_of_the_page_is_read() -> None:
    found = read(small_text())
    assert (found.id, found.hours, found.scale) == ("small", 48, 50)
    assert found.centres[0].p_milli == 3_000_000
    assert found.classes[1].latency_us == 20_000
    assert found.classes[0].worth == (15_000_000, 45_000_000)
    assert [series.values for series in found.series] == [(0, 50, 100)]


@pytest.mark.parametrize("name", ["gba-west", "gba-west-green"])
def test_shipped_scenarios_are_read_and_speak_three_languages(name: str) -> None:
    found = APP.read_study(name)
    assert found.id == name
    words = [found.title, found.text, *(note.text for note in found.notes)]
    words += [each.name for each in (*found.classes, *found.homes, *found.centres)]
    assert all(set(each) == {"en", "zh-Hant", "zh-Hans"} for each in words)


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("scale: 50", "scale: 0", "s.yaml:6:scale", "whole number from 1"),
        ("hours: 48", "hours: 4.5", "s.yaml:4:hours", "whole number"),
        ("hours: 48", "hours: -1", "s.yaml:4:hours", "whole number"),
        ("day: 2026-11-21", "day: soon", "s.yaml:3:day", "a day"),
        ("study: small", "study: A Small", "s.yaml:1:study", "small letters"),
        ("price_device: h100-sxm", "price_device: abacus", "s.yaml:8:price_device", "not known"),
        ("id: qingyang", "id: qingyan", "s.yaml:11:centres[1].id", "not known"),
        ("p: 66000", "p: 66000, devices: 3", "s.yaml:11:centres[1]", "either p or devices"),
        ("device: h800-sxm, p: 3000", "device: t4, p: 3000", "s.yaml:10:centres[0].device", "not"),
        ("worth_hkd: [15, 45]", "worth_hkd: [45, 15]", "classes[0].worth_hkd", "lesser first"),
        ("length: pai-2020-length", "length: {p50: 5, p90: 4, p99: 6, max: 9}", "length", "rise"),
        ("place: HK", "place: Atlantis", "homes[0].place", "not known"),
        ("own: {hk-cyberport-aisc: 1}", "own: {}", "homes[0].own", "at least one"),
        ("mix: {training: 3,", "mix: {trainin: 3,", "homes[0].mix.trainin", "not known"),
        ("ciio: false", "ciio: perhaps", "profile.ciio", "no value"),
        ("gdpr_applies: true", "gdpr_aplies: true", "classes[1].data", "no fact named"),
        ("vary: joined_percent", "vary: weather", "series[0].vary", "not known"),
        ("[0, 50, 100]", "[0, 101]", "series[0].values[1]", "from 0 to 100"),
        ("test: near", "test: far", "anchors[0].test", "not known"),
        ("kind: assumed", "kind: guess", "notes[0].kind", "not known"),
        ("id: eu-clients", "id: training", "s.yaml:23:classes[1].id", "twice"),
        ("[15, 45]", "[15, 45000]", "classes[0].worth_hkd[1]", "from 0 to 10000"),
        ("seeds: 2", "seed_s: 2", "s.yaml:7:seed_s", "not a key"),
        ("title: Two centres", "", "s.yaml:1", "title is missing"),
    ],
)
def test_a_fault_is_told_with_its_place(old: str, new: str, where: str, what: str) -> None:
    text = small_text()
    assert old in text
    with pytest.raises(Invalid) as caught:
        read(text.replace(old, new, 1))
    told = dict(caught.value.fields)
    assert any(where in place and what in why for place, why in told.items()), told


def test_all_faults_are_told_at_once() -> None:
    text = small_text().replace("scale: 50", "scale: 0").replace("hours: 48", "hours: x")
    with pytest.raises(Invalid) as caught:
        read(text)
    assert len(caught.value.fields) == 2


@pytest.mark.parametrize("text", ["", "[]", "3", "study: {a: 1}", "centres: 5\nhomes: x"])
def test_what_is_no_scenario_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)
