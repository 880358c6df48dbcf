"""The simulated bank: every behaviour keeps the standard, and a day between two folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.adapters.documents.test_payment_messages import CENTRE, DESK, ORDER, RATE

from entrepot.adapters.documents.bank_simulator.bank import SimulatedBank
from entrepot.adapters.documents.bank_simulator.behaviour import (
    Behaviour,
    Temper,
    behaviour_of,
    read_mix,
)
from entrepot.adapters.documents.bank_simulator.folder import STATE, BankDay
from entrepot.adapters.documents.iso20022.bank_side import Booking, write_camt053
from entrepot.adapters.documents.iso20022.notices import read_notices, read_statements
from entrepot.adapters.documents.iso20022.pain001 import read_pain001, write_pain001
from entrepot.adapters.documents.iso20022.schema import faults_of
from entrepot.adapters.documents.paper import PaperMaker
from entrepot.domain.contracts import settlement as s
from entrepot.domain.contracts.funding import Leg, Mode
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.domain.contracts.payment import orders_for
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services.bank_names import BEHAVIOURS, BankDayAsk

BANK = SimulatedBank()
XML = write_pain001(ORDER)


def batches(count: int, mode: Mode = Mode.PAY_AS_PAID) -> list[s.NettingBatch]:
    made: list[s.NettingBatch] = []
    for n in range(1, count + 1):
        owed, carried = Amount(1_000 * n, CNH), Amount(1_090 * n, HKD)
        member = s.Member(f"I-{n}", f"HK-2026-{n:06d}", owed, carried)
        fresh = s.NettingBatch(f"B-{n}", "demo", "2026-11-23", (member,), mode=mode)
        made.append(s.freeze(fresh, RATE, 20, 1_795_222_800))
    return made


def told(behaviour: str, today: str = "") -> list[Confirmation]:
    return [n for m in BANK.process(XML, behaviour, today) for n in read_notices(m.xml)]


def test_the_services_know_every_behaviour() -> None:
    assert set(BEHAVIOURS) == {str(one) for one in Behaviour}


@pytest.mark.parametrize("behaviour", list(Behaviour))
def test_every_answer_keeps_the_standard_and_is_the_same_again(behaviour: Behaviour) -> None:
    answers = BANK.process(XML, behaviour)
    assert [faults_of(answer.xml) for answer in answers] == [[]] * len(answers)
    assert BANK.process(XML, behaviour) == answers


@pytest.mark.parametrize(
    ("behaviour", "amounts"),
    [
        ("accept", [10_000]),
        ("duplicate", [10_000, 10_000]),
        ("twice", [10_000, 10_000]),
        ("short", [9_900]),
        ("over", [10_100]),
        ("split", [6_000, 4_000]),
        ("return", [10_000, -10_000]),
        ("unknown-reference", [10_000]),
        ("wrong-day", [10_000]),
    ],
)
def test_what_is_booked(behaviour: str, amounts: list[int]) -> None:
    notices = told(behaviour)
    assert [n.amount.minor for n in notices if n.amount] == amounts
    assert {n.counterparty for n in notices} == {CENTRE.holder}
    references = {n.bank_reference for n in notices}
    assert len(references) == (1 if behaviour == "duplicate" else len(notices))
    expected = "NOTPROVIDED" if behaviour == "unknown-reference" else ORDER.message_id
    assert {n.end_to_end_id for n in notices} == {expected}
    assert {n.booked_on for n in notices} == {
        "2026-11-24" if behaviour == "wrong-day" else "2026-11-23"
    }


def test_an_order_of_many_payments_reads_back_the_same_with_the_agreed_rate() -> None:
    order = orders_for([(one, CENTRE) for one in batches(12)], DESK, 1_795_222_800)
    text = write_pain001(order)
    assert faults_of(text) == []
    assert read_pain001(text) == order
    assert text.count(b"<CdtTrfTxInf>") == 12
    assert b"<NbOfTxs>12</NbOfTxs>" in text and b"<CtrlSum>780.00</CtrlSum>" in text
    assert b"<RateTp>AGRD</RateTp>" in text
    assert order.message_id.startswith("PO-") and len(order.message_id) <= 35
    assert order.payments[0].sells == Amount(1_094, HKD)


def test_the_agreed_rate_gives_the_cent_up_to_a_hundred_million() -> None:
    for minor, sells in ((1, 1), (3, 4), (9_999_999_999, 10_922_999_998), (7, 77)):
        payment = replace(ORDER.payments[0], amount=Amount(minor, CNH), sells=Amount(sells, HKD))
        order = replace(ORDER, payments=(payment,))
        assert read_pain001(write_pain001(order)) == order


def test_a_conversion_is_an_order_to_ourselves() -> None:
    (batch,) = batches(1, Mode.PREFUNDED)
    order = orders_for([(batch, CENTRE)], DESK, 0, Leg.FX)
    (payment,) = order.payments
    assert (payment.end_to_end_id, payment.creditor) == ("B-1-FX", DESK)
    (message,) = BANK.process(write_pain001(order), "over")
    (notice,) = read_notices(message.xml)
    assert notice.amount == Amount(-1_000, CNH)
    assert read_notices(BANK.process(write_pain001(order), "reject")[0].xml)[0].status == "rejected"


def test_orders_of_several_days_or_without_batch_are_not_one_file() -> None:
    one, two = batches(2)
    with pytest.raises(Invalid):
        orders_for([(one, CENTRE), (replace(two, value_date="2026-11-24"), CENTRE)], DESK, 0)


def test_a_statement_reads_back_and_adds_up() -> None:
    bookings = [
        Booking(Amount(500, CNH), True, "R1", "x", "2026-11-23", "名"),
        Booking(Amount(800, CNH), False, "R2", "B-1", "2026-11-23", ""),
    ]
    data = write_camt053("CNH", Amount(100, CNH), bookings, "S-1", "2026-11-23", 0)
    assert faults_of(data) == []
    (statement,) = read_statements(data)
    assert (statement.opening.minor, statement.closing.minor) == (100, -200)
    assert [n.amount.minor for n in statement.entries if n.amount] == [-500, 800]
    assert statement.entries == read_notices(data)
    with pytest.raises(Invalid) as refused:
        read_statements(data.replace(b">8.00<", b">8.01<"))
    assert refused.value.code == "bank.balance"
    with pytest.raises(Invalid):
        read_statements(BANK.process(XML)[0].xml)
    with pytest.raises(Invalid) as refused:
        read_statements(data.replace(b">OPBD<", b">ITAV<"))
    assert refused.value.code == "iso20022.balance"


@pytest.mark.parametrize("text", ["reject", "reject=x", "reject=600,short=500", "steal=1", "=1"])
def test_a_mix_without_meaning_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_mix(text)


def test_a_seed_treats_the_same_payment_alike_and_another_seed_another_way() -> None:
    mix = read_mix("reject=300,short=300")
    names = [f"B-{n}" for n in range(60)]
    drawn = [[Temper(mix=mix, seed=seed).of(name) for name in names] for seed in ("1", "1", "2")]
    assert drawn[0] == drawn[1] != drawn[2]
    assert set(drawn[0]) == {Behaviour.ACCEPT, Behaviour.REJECT, Behaviour.SHORT}


def folders(tmp_path: Path, name: str = "a") -> tuple[Path, Path]:
    orders, messages = tmp_path / f"orders-{name}", tmp_path / f"bank-{name}"
    orders.mkdir()
    messages.mkdir()
    (orders / "one.xml").write_bytes(XML)
    (orders / "note.xml").write_bytes(b"<a/>")
    return orders, messages


def run(
    orders: Path, messages: Path, behave: str, day: str, opening: int = 1_000_000
) -> list[Path]:
    temper = Temper(behaviour_of(behave))
    return BankDay(orders, messages, temper, day, {"HKD": opening, "CNH": 0}).run()


def statement(paths: list[Path], asset: str) -> tuple[int, int, list[int]]:
    path = next(path for path in paths if f"camt053-{asset}" in path.name)
    (found,) = read_statements(path.read_bytes())
    moved = [n.amount.minor for n in found.entries if n.amount]
    return found.opening.minor, found.closing.minor, moved


def test_a_day_between_two_folders_closes_with_both_statements(tmp_path: Path) -> None:
    orders, messages = folders(tmp_path)
    assert statement(run(orders, messages, "accept", "2026-11-20"), "HKD")[2] == []
    paths = run(orders, messages, "accept", "2026-11-23")
    assert statement(paths, "CNH") == (0, 0, [-10_000, 10_000])
    assert statement(paths, "HKD") == (1_000_000, 1_000_000 - 10_945, [10_945])
    assert len(run(orders, messages, "accept", "2026-11-24")) == 2
    assert all(faults_of(path.read_bytes()) == [] for path in paths)


def test_what_is_delayed_is_booked_on_the_next_day(tmp_path: Path) -> None:
    orders, messages = folders(tmp_path)
    first = run(orders, messages, "delay", "2026-11-23")
    assert [path.name[16:] for path in first] == [
        "pain002.xml",
        "camt053-CNH.xml",
        "camt053-HKD.xml",
    ]
    second = run(orders, messages, "delay", "2026-11-24")
    assert statement(second, "HKD")[2] == [10_945]


def test_a_payment_of_a_later_day_is_on_that_days_statement(tmp_path: Path) -> None:
    orders, messages = folders(tmp_path)
    assert statement(run(orders, messages, "wrong-day", "2026-11-23"), "CNH")[2] == []
    assert statement(run(orders, messages, "accept", "2026-11-24"), "CNH")[2] == [-10_000, 10_000]


def test_the_same_days_give_the_same_bytes(tmp_path: Path) -> None:
    written: list[list[tuple[str, bytes]]] = []
    for name in ("a", "b"):
        orders, messages = folders(tmp_path, name)
        made = run(orders, messages, "split", "2026-11-23")
        made += run(orders, messages, "split", "2026-11-24")
        written.append([(path.name, path.read_bytes()) for path in made])
    assert written[0] == written[1]


def test_a_bank_that_cannot_go_on_says_why(tmp_path: Path) -> None:
    orders, messages = folders(tmp_path)
    run(orders, messages, "accept", "2026-11-23")
    codes: list[str] = []
    for day in ("2026-11-23", "2026-11-22"):
        with pytest.raises(Invalid) as refused:
            run(orders, messages, "accept", day)
        codes.append(refused.value.code)
    (messages / STATE).write_text("{")
    with pytest.raises(Invalid) as refused:
        run(orders, messages, "accept", "2026-11-24")
    with pytest.raises(Invalid) as missing:
        run(tmp_path / "none", messages, "accept", "2026-11-24")
    assert [*codes, refused.value.code, missing.value.code] == [
        "bank.day", "bank.day", "bank.state", "bank.folder"
    ]  # fmt: skip


def test_the_door_to_documents_plays_a_day(tmp_path: Path) -> None:
    orders, messages = folders(tmp_path)
    ask = BankDayAsk(orders, messages, mix="reject=1000", day="2026-11-23")
    paths = PaperMaker("Desk").simulate_folder(ask)
    (notice,) = read_notices(paths[0].read_bytes())
    assert notice.status == BankStatus.REJECTED
