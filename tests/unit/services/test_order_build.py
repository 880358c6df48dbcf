"""An order made of a job: every option lawful, every place left out with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tests.e2e.flow_tools import CENTRE
from tests.unit.services.desk import NOW, Desk
from tests.unit.services.order_desk import DAY_S, built, day_ahead, write_job

from entrepot.domain.gate.model import GateDecision
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.period import local_day
from entrepot.kernel.rulebook.table import Outcome
from entrepot.services import quote
from entrepot.services.call_body import check_order
from entrepot.services.order_gate import days_of, judge_again
from entrepot.services.order_reasons import sentence_of
from entrepot.services.places import places


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small job."""
    folder = tmp_path / "orders"
    folder.mkdir()
    write_job(folder)
    return folder


def test_a_job_becomes_an_option_at_every_start_of_its_window(desk: Desk, folder: Path) -> None:
    window = {"from": 3, "to": 7}
    body = built(desk, folder, value="9.00 HKD", window=window)
    assert [(o.zone, o.device_class, o.start, o.length, o.devices) for o in body.options] == [
        (CENTRE, "cpu", start, 2, 1) for start in (3, 4, 5)
    ]
    assert {option.value_micro for option in body.options} == {9_000_000}
    assert [option.name for option in body.options] == ["1", "2", "3"]
    assert (body.kind, body.dropped) == ("gang", ())
    check_order(day_ahead(desk), body)


def test_the_decisions_of_each_day_stand_beside_it(desk: Desk, folder: Path) -> None:
    call = day_ahead(desk, to_t=day_ahead(desk).from_t + 2 * DAY_S)
    body = built(desk, folder, call, value="9.00 HKD")
    first = local_day(NOW) + timedelta(days=1)
    days = [first.isoformat(), (first + timedelta(days=1)).isoformat()]
    assert [row[:7] for row in body.law] == [
        (CENTRE, "cpu", begin, end, "allow_with_duties", day, desk.rulebook.hash)
        for begin, end, day in (("0", "24", days[0]), ("24", "48", days[1]))
    ]
    assert all(len(row[7]) == 64 for row in body.law)
    assert len(body.options) == 47, "an option may run over midnight"
    assert [run[1:] for run in days_of(call)] == [(0, 24), (24, 48)]


class LawChanges:
    """A gate that shuts every place from the second day on."""

    def __init__(self, real: Callable[..., GateDecision], last: str) -> None:
        self.real, self.last = real, last

    def __call__(self, *asked: Any) -> GateDecision:
        decision = self.real(*asked)
        shut = asked[-1].isoformat() > self.last
        return replace(decision, outcome=Outcome.NEEDS_REVIEW) if shut else decision


def test_a_law_that_changes_at_midnight_bounds_the_options(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = day_ahead(desk, to_t=day_ahead(desk).from_t + 2 * DAY_S)
    first = (local_day(NOW) + timedelta(days=1)).isoformat()
    monkeypatch.setattr(quote, "judge_site", LawChanges(quote.judge_site, first))
    body = built(desk, folder, call, value="9.00 HKD")
    assert [option.start for option in body.options] == list(range(23))
    assert [row[4] for row in body.law] == ["allow_with_duties", "needs_review"]
    (dropped,) = body.dropped
    assert (dropped["filter"], dropped["from"], dropped["to"]) == ("gate", 24, 48)
    assert "needs_review" in sentence_of(dropped)


def test_who_runs_the_call_judges_again_whatever_was_sealed(desk: Desk, folder: Path) -> None:
    """A planted lie: the bidder seals decisions that were never made."""
    lied = built(desk, folder, value="9.00 HKD")
    kept = cast("dict[str, dict[str, object]]", lied.job["data"])
    data = {**kept, "returned": {"mixes_cn_personal": False, "mixes_cn_important": True}}
    forged = replace(lied, job={**lied.job, "data": data})
    assert forged.law[0][4] == "allow_with_duties"
    with desk.store.reading() as uow:
        asked = ([(CENTRE, "cpu")], places(desk, uow), True)
        again, same = (
            judge_again(desk, uow, desk.firm, day_ahead(desk), (body.job, *asked))
            for body in (forged, lied)
        )
    assert not again.rows[0][4].startswith("allow")
    assert not again.permits((CENTRE, "cpu"), 0, 1)
    assert same.rows == lied.law


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('device: "cpu"', 'device: "cpu", cpus: 64+', "host processors"),
        ('device: "cpu"', 'device: "H100"', "was asked"),
        ("egress: 1MB", "egress: 1MB\nlatency: {from: HK, max_ms: 1}", "away"),
        ("egress: 1MB", "egress: 1MB\njurisdictions: [HK]", "stands in CN"),
        ("egress: 1MB", "egress: 1MB\ngreen_share_min: 90", "green power"),
        ("mixes_cn_important: false", "mixes_cn_important: true", "the gate says"),
    ],
)
def test_a_place_that_does_not_fit_is_left_out_with_its_reason(
    desk: Desk, folder: Path, old: str, new: str, words: str
) -> None:
    write_job(folder, **{old: new})
    with pytest.raises(Refused) as refusal:
        built(desk, folder, value="9.00 HKD")
    assert list(refusal.value.fields) == [f"{CENTRE}/cpu"]
    assert refusal.value.code == "order.nowhere"
    assert words in refusal.value.fields[f"{CENTRE}/cpu"]


def test_full_devices_do_not_shut_a_place_out(desk: Desk, folder: Path) -> None:
    """The desk has two devices; the call decides who gets those of its slots, not today's jobs."""
    write_job(folder, **{'device: "cpu"': 'device: "cpu:2"'})
    assert built(desk, folder, value="9.00 HKD").options[0].devices == 2
    write_job(folder, **{'device: "cpu"': 'device: "cpu:3"'})
    with pytest.raises(Refused):
        built(desk, folder, value="9.00 HKD")


def test_duties_are_accepted_or_the_place_is_left_out(desk: Desk, folder: Path) -> None:
    with pytest.raises(Refused) as refusal:
        built(desk, folder, value="9.00 HKD", accept_duties=False)
    assert "accept_duties" in refusal.value.fields[f"{CENTRE}/cpu"]
    assert built(desk, folder, value="9.00 HKD", accept_duties=True).options


def test_written_options_name_places_slots_and_moments(desk: Desk, folder: Path) -> None:
    options = [
        {"zone": CENTRE, "class": "cpu", "from": 3, "to": 5, "value": "7.00 HKD"},
        {"zone": CENTRE, "class": "cpu", "starts": [8, 10], "length": 2, "devices": 2},
        {
            "zone": CENTRE,
            "class": "cpu",
            "blocks": [{"from": "2026-11-22 12:00", "to": "2026-11-22T15:00+08:00"}],
        },
    ]
    body = built(desk, folder, value="9.00 HKD", options=options)
    assert [(o.start, o.length, o.devices, o.value_micro) for o in body.options] == [
        (3, 2, 1, 7_000_000),
        (8, 2, 2, 9_000_000),
        (10, 2, 2, 9_000_000),
        (12, 3, 1, 9_000_000),
    ]


def test_facts_stand_in_for_a_job(desk: Desk, folder: Path) -> None:
    """An order for devices alone is gated by the facts that it states."""
    option = {"zone": CENTRE, "class": "cpu", "from": 0, "to": 1, "devices": 2}
    fields: dict[str, Any] = {"job": None, "kind": "divisible", "value": "5.00 HKD"}
    with pytest.raises(Refused):
        built(desk, folder, options=[option], **fields)
    data = {
        "from": "HK", "collected_in": ["HK"], "purpose": "rendering", "leg_persons": 0,
        "leg_sensitive": 0, "important_declared": False, "state_secret_or_core": False,
        "onward_outside_gba": False, "gba_pilot_sector": False, "purpose_compatible": True,
        "prescribed_consent": True, "mixes_cn_personal": False, "mixes_cn_important": False,
    }  # fmt: skip
    body = built(
        desk, folder, options=[option], data=data, placement={"end_use": "commercial"}, **fields
    )
    assert [row[4] for row in body.law] == ["allow_with_duties"]
    assert body.options[0].devices == 2
    assert set(body.job) == {"data"}


def test_outputs_load_the_link_from_home(desk: Desk, folder: Path) -> None:
    link = {"link": "L", "from_zone": "HK", "to_zone": CENTRE, "from": 0, "to": 24, "mbps": 100}
    call = day_ahead(desk, zones=("HK", CENTRE), links=(link,))
    write_job(folder, **{"egress: 1MB": "egress: 9TB"})
    body = built(desk, folder, call, value="9.00 HKD", home="HK")
    assert {(o.link, o.mbps) for o in body.options} == {("L", 10_000)}
    assert [d["zone"] for d in body.dropped] == ["HK"], "nobody sells there"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"window": {"from": 0, "to": 25}}, "order.json:1:window.to"),
    ({"window": {"from": 5, "to": 5}}, "order.json:1:window.to"),
    ({"window": {"from": 5, "to": 6}}, "order.json:1:window"),
    ({"window": {"from": "2026-11-22T12:30", "to": 20}}, "order.json:1:window.from"),
    ({"window": {"from": "2026-11-21T12:00", "to": 20}}, "order.json:1:window.from"),
    ({"home": "MARS"}, "order.json:1:home"),
    ({"options": [{"zone": "X", "class": "cpu", "from": 0, "to": 2}]}, "order.json:1:options[0]"),
    ({"options": [{"zone": CENTRE, "class": "X", "from": 0, "to": 2}]}, "order.json:1:options[0]"),
    (
        {"options": [{"zone": CENTRE, "class": "cpu", "from": 0, "to": 1}]},
        "order.json:1:options[0]",
    ),
]


@pytest.mark.parametrize(("fields", "place"), WRONG)
def test_what_does_not_fit_the_call_is_named_by_its_place(
    desk: Desk, folder: Path, fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        built(desk, folder, value="9.00 HKD", **fields)
    (found,) = refusal.value.fields
    assert found.endswith(place)
