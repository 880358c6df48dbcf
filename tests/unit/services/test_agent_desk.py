"""The desk of agents: each is enrolled once, and proved at every word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.flow_tools import CENTRE
from tests.faults.agent_centre import Place
from tests.faults.agent_world import AgentDesk, open_agents
from tests.unit.services.agent_people import (
    around,
    newest,
    person,
    refusal,
    start,
)
from tests.unit.services.desk import NOW

from entrepot.faces.agent.enrol import enrol
from entrepot.faces.agent.talk import Around, Talk
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.services.agent_desk import handle
from entrepot.services.agent_enrol import TokenText, make_token, read_token
from entrepot.services.agent_message import Message, read_message, seal
from entrepot.services.agent_roll import roll, the_agent
from entrepot.services.ports_agent_desk import Envelope


@pytest.fixture
def desk(tmp_path: Path) -> AgentDesk:
    return open_agents(tmp_path / "home")


# Enrolment


def test_a_token_enrols_one_key_and_its_secret_lies_nowhere(desk: AgentDesk) -> None:
    text, token = make_token(desk, CENTRE)
    place, other = Place(1, desk.clock.now, {}), Place(2, desk.clock.now, {})
    noted = enrol(around(desk, place), text.text, "hall 1")
    assert (noted["centre_id"], noted["exchange_key"]) == (CENTRE, text.exchange_key)
    with pytest.raises(Conflict, match="used before"):
        enrol(around(desk, other), text.text, "hall 2")
    stored = (desk.home / "entrepot.db").read_bytes()
    wal = desk.home / "entrepot.db-wal"
    stored += wal.read_bytes() if wal.exists() else b""
    assert text.secret.encode() not in stored and token.digest.encode() in stored


def test_a_lost_answer_is_asked_for_again_even_after_the_token_is_over(desk: AgentDesk) -> None:
    text, _ = make_token(desk, CENTRE, 60)
    place = Place(1, desk.clock.now, {})
    first = enrol(around(desk, place), text.text, "hall 1")
    place.notes = b"{}"
    desk.hand_clock.at += 3_600
    assert enrol(around(desk, place), text.text, "hall 1")["agent_id"] == first["agent_id"]
    assert len(roll(desk)) == 1
    with pytest.raises(Conflict, match="holds agent"):
        enrol(around(desk, place), text.text, "hall 1")


def test_one_key_is_one_agent(desk: AgentDesk) -> None:
    place = Place(1, desk.clock.now, {})
    enrol(around(desk, place), make_token(desk, CENTRE)[0].text, "hall 1")
    place.notes = b"{}"
    with pytest.raises(Conflict, match="enrolled already"):
        enrol(around(desk, place), make_token(desk, CENTRE)[0].text, "again")


def test_a_token_that_is_over_or_made_up_enrols_nobody(desk: AgentDesk) -> None:
    text, _ = make_token(desk, CENTRE, 60)
    desk.hand_clock.at += 60
    place = Place(1, desk.clock.now, {})
    with pytest.raises(Refused, match="valid until 2026-11-21T03:01:00Z; it is"):
        enrol(around(desk, place), text.text, "late")
    made_up = replace(text, secret="x" * 43)
    with pytest.raises(Refused, match="knows no such token"):
        enrol(around(desk, place), made_up.text, "stranger")
    assert roll(desk) == []


@pytest.mark.parametrize("text", ["", "gz", "entrepot-agent:gz:00:s", "other:gz:" + "0" * 64])
def test_what_is_no_token_is_told(text: str) -> None:
    with pytest.raises(Invalid, match="no token"):
        read_token(text)


def test_only_a_centre_of_agents_gets_tokens(desk: AgentDesk) -> None:
    for seconds in (0, -1, 8 * 86_400):
        with pytest.raises(Invalid, match="cannot be valid"):
            make_token(desk, CENTRE, seconds)
    desk.sql("UPDATE centre SET backend = 'local'")
    with pytest.raises(Refused, match="not through agents"):
        make_token(desk, CENTRE)
    with pytest.raises(NotFound):
        make_token(desk, "nowhere")


def test_the_agent_refuses_another_exchange(desk: AgentDesk) -> None:
    text, _ = make_token(desk, CENTRE)
    false = TokenText(text.centre_id, "00" * 32, text.secret)
    with pytest.raises(Refused, match="not signed by the exchange"):
        enrol(around(desk, Place(1, desk.clock.now, {})), false.text, "hall 1")


def test_an_answer_to_another_message_is_not_believed(desk: AgentDesk) -> None:
    one = person(desk)
    old: list[Envelope] = []

    class Replaying:
        def send(self, envelope: Envelope) -> Envelope:
            old.append(handle(desk, envelope))
            return old[0]

    key = desk.exchange_key.public.hex()
    numbers = iter((1, 2))
    where = Around(one.place, Replaying(), desk.verify, desk.clock.now)
    talk = Talk(where, CENTRE, one.id, key, lambda: next(numbers))
    payload: dict[str, object] = {"runs": [], "reports": [], "free": 0}
    talk.ask("poll", payload)
    with pytest.raises(Refused, match="answers another message"):
        talk.ask("poll", payload)


# The desk


def test_both_times_are_told_when_the_clocks_differ(desk: AgentDesk) -> None:
    place = Place(1, desk.clock.now, {})
    text, _ = make_token(desk, CENTRE)
    with pytest.raises(Refused) as caught:
        enrol(around(desk, place, skew_s=-31), text.text, "hall 1")
    assert str(caught.value) == (
        "The agent's clock says 2026-11-21T02:59:29Z and the exchange's says "
        "2026-11-21T03:00:00Z: they differ by 31 s, and 30 s is the most."
    )
    assert enrol(around(desk, place, skew_s=-30), text.text, "hall 1")["agent_id"]


def test_every_message_is_proved(desk: AgentDesk) -> None:
    one, other = person(desk, 1), person(desk, 2)
    payload: dict[str, object] = {"runs": [], "reports": [], "free": 1}

    def said(seq: int, kind: str = "poll", at: int = NOW, agent: str = one.id) -> Message:
        return Message(kind, agent, seq, at, payload)

    mine, stranger = one.place.key, other.place.key
    assert refusal(desk, seal(said(1), stranger)) == "agent.signature"
    assert refusal(desk, seal(said(1, agent="AG-9"), mine)) == "agent.unknown"
    assert refusal(desk, seal(said(1, at=NOW + 31), mine)) == "agent.clock"
    assert refusal(desk, seal(said(1, at=NOW - 31), mine)) == "agent.clock"
    assert refusal(desk, seal(said(1, kind="rule"), mine)) == "agent.kind"
    assert refusal(desk, Envelope(b"{}", b"")) == "agent.message"
    assert the_agent(desk, one.id).agent.last_seq == 0
    good = seal(said(5), mine)
    assert "error" not in read_message(handle(desk, good).body).payload
    assert "error" not in read_message(handle(desk, good).body).payload  # doubled by the network
    assert refusal(desk, seal(said(5, at=NOW + 1), mine)) == "agent.replayed"
    assert refusal(desk, seal(said(4), mine)) == "agent.replayed"
    touched = Envelope(good.body.replace(b'"free":1', b'"free":9'), good.signature)
    assert refusal(desk, touched) == "agent.signature"


_BODY = (
    b'{"agent":"","kind":"poll","payload":{"x":%b},"schema":"entrepot.agent/1",'
    b'"sent_at":0,"seq":1,"to":""}'
)
BAD_BODIES = [
    b"",
    b"\xff",
    b"[" * 100_000,
    b"[]",
    b'{"agent":"","kind":"poll","payload":{},"schema":"other","sent_at":0,"seq":0,"to":""}',
    b'{"agent":1,"kind":"poll","payload":{},"schema":"entrepot.agent/1","sent_at":0,"seq":0,"to":""}',
    b'{"agent":"","kind":"poll","payload":[],"schema":"entrepot.agent/1","sent_at":0,"seq":0,"to":""}',
    b'{"agent":"","kind":"poll","payload":{},"schema":"entrepot.agent/1","sent_at":0,"seq":-1,"to":""}',
    b'{"agent":"","kind":"poll","payload":{"x":1.5},"schema":"entrepot.agent/1","sent_at":0,"seq":1,"to":""}',
    b'{"kind":"poll","agent":"","payload":{},"schema":"entrepot.agent/1","sent_at":0,"seq":1,"to":""}',
    b'{"agent":"","kind":"poll","payload":{},"schema":"entrepot.agent/1","sent_at":0,"seq":true,"to":""}',
    b" " * (9 << 20),
    _BODY % b'"\\ud800"',
    _BODY % b"NaN",
    _BODY % (b"9" * 5_000),
]  # fmt: skip


def test_a_message_that_is_none_gets_one_clear_answer(desk: AgentDesk) -> None:
    for body in BAD_BODIES:
        assert refusal(desk, Envelope(body, b"x" * 64)) == "agent.message", body[:80]


def test_no_pit_of_brackets_is_deep_enough_to_fall_into(desk: AgentDesk) -> None:
    for depth in range(600, 1_100, 20):
        body = _BODY % (b"[" * depth + b"]" * depth)
        assert refusal(desk, Envelope(body, b"x" * 64)) in ("agent.message", "agent.unknown")


BAD_ROWS: list[dict[str, object]] = [
    {"runs": None, "reports": [], "free": 0},
    {"runs": [], "reports": [], "free": -1},
    {"runs": [], "reports": [{"body": 1, "signature": ""}], "free": 0},
    {"runs": [1], "reports": [], "free": 0},
    {"runs": [{"id": "J"}] * 1_001, "reports": [], "free": 0},
]


BAD_STATES: list[dict[str, object]] = [
    {},
    {"phase": "gone"},
    {"phase": "running", "started_at": "soon"},
    {"phase": 5},
    {"phase": "failed", "reason": {"code": "x"}},
    {"phase": "failed", "reason": "broken"},
]


def test_bad_rows_of_a_sound_agent_are_refused(desk: AgentDesk) -> None:
    one = person(desk)
    for seq, payload in enumerate(BAD_ROWS, 1):
        answer = refusal(desk, seal(Message("poll", one.id, seq, NOW, payload), one.place.key))
        assert answer in ("agent.message", "agent.report")


def test_a_state_that_is_none_changes_nothing(desk: AgentDesk) -> None:
    one, job = person(desk), start(desk)
    one.poll()
    for seq, seen in enumerate(BAD_STATES, 9):
        row = {"id": newest(desk, job).id, "state": seen, "outputs": [], "log_left": False}
        payload: dict[str, object] = {"runs": [row], "reports": [], "free": 0}
        told = seal(Message("poll", one.id, seq, NOW, payload), one.place.key)
        assert refusal(desk, told) == "agent.state", seen
    assert newest(desk, job).state == "given"
