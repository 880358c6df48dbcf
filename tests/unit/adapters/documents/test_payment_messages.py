"""Orders and notices: schema, sums, every way a bank may answer."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.adapters.documents.bank_simulator.bank import Behaviour, SimulatedBank
from entrepot.adapters.documents.iso20022.notices import read_notices
from entrepot.adapters.documents.iso20022.pain001 import read_pain001, write_pain001
from entrepot.adapters.documents.iso20022.schema import faults_of
from entrepot.domain.contracts import settlement as s
from entrepot.domain.contracts.matching import BankStatus, Verdict, match
from entrepot.domain.contracts.payment import BankAccount, Payment, PaymentOrder, order_for
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate

DESK = BankAccount("Demo desk", "000-000-0-000000-0", bic="DEMOHKHHXXX", country="HK")
CENTRE = BankAccount(
    "示範算力中心（廣州）", "0000000000000000001", cnaps="000000000013", country="CN"
)
RATE = ExchangeRate(CNH, HKD, Fraction("1.0923"), "test", "2026-11-20")
BATCH_ID = "B-01KAJ2VB5Q7Z0Y9X8W7V6T5S4R"
BANK = SimulatedBank()


def frozen_batch() -> s.NettingBatch:
    batch = s.NettingBatch(BATCH_ID, "demo", "2026-11-23")
    for n in (1, 2):
        member = s.Member(f"I-{n}", f"HK-2026-{n:06d}", Amount(5_000, CNH), Amount(5_400, HKD))
        batch = s.add_member(batch, member)
    return s.freeze(batch, RATE, 20, 1_795_222_800)


ORDER = order_for(frozen_batch(), DESK, CENTRE, 1_795_222_800)
XML = write_pain001(ORDER)


def test_an_order_keeps_its_schema_and_reads_back_the_same():
    assert faults_of(XML) == []
    assert read_pain001(XML) == ORDER
    assert write_pain001(ORDER) == XML
    text = XML.decode()
    for stated in (
        "<NbOfTxs>1</NbOfTxs>",
        "<CtrlSum>100.00</CtrlSum>",
        '<InstdAmt Ccy="CNY">100.00</InstdAmt>',
        "<Cd>CNAPS</Cd>",
        "示範算力中心（廣州）",
        f"<EndToEndId>{BATCH_ID}</EndToEndId>",
    ):
        assert stated in text
    assert "IBAN" not in text


def test_count_and_sum_are_those_of_the_payments():
    second = replace(ORDER.payments[0], end_to_end_id="B-2", amount=Amount(1, CNH))
    both = replace(ORDER, payments=(*ORDER.payments, second))
    text = write_pain001(both).decode()
    assert text.count("<NbOfTxs>2</NbOfTxs>") == 2
    assert text.count("<CtrlSum>100.01</CtrlSum>") == 2


def test_the_schema_bites():
    """The planted bug: a missing element and a name too long are found."""
    assert faults_of(XML.replace(b"<PmtMtd>TRF</PmtMtd>", b"")) != []
    long = replace(ORDER, message_id="B" * 36)
    with pytest.raises(Invalid) as refusal:
        write_pain001(long)
    assert refusal.value.code == "iso20022.schema"
    assert any("MsgId" in path for path in refusal.value.fields)


@pytest.mark.parametrize(
    ("behaviour", "kinds", "verdict"),
    [
        ("accept", ["camt054"], Verdict.MATCHED),
        ("reject", ["pain002"], Verdict.REJECTED),
        ("duplicate", ["camt054", "camt054"], Verdict.MATCHED),
        ("short", ["camt054"], Verdict.SHORT),
        ("delay", ["pain002"], Verdict.PENDING),
    ],
)
def test_the_simulated_bank_answers_as_told(behaviour: str, kinds: list[str], verdict: Verdict):
    answers = BANK.process(XML, behaviour)
    assert [answer.kind for answer in answers] == kinds
    assert BANK.process(XML, behaviour) == answers
    assert all(faults_of(answer.xml) == [] for answer in answers)
    notices = [notice for answer in answers for notice in read_notices(answer.xml)]
    found = match(BATCH_ID, ORDER.payments[0].amount, notices)
    assert found.verdict == verdict
    assert len(found.repeated) == (behaviour == "duplicate")
    if behaviour != "delay":
        assert b"Simulated bank" in answers[0].xml
    if behaviour == "short":
        assert found.difference == Amount(-100, CNH)
    if behaviour == "reject":
        assert found.reason.startswith("AC01")


def test_a_delayed_payment_is_booked_when_asked_again():
    waiting = [BANK.process(XML, Behaviour.DELAY)[0], BANK.process(XML, Behaviour.ACCEPT)[0]]
    notices = [notice for answer in waiting for notice in read_notices(answer.xml)]
    assert match(BATCH_ID, Amount(10_000, CNH), notices).verdict == Verdict.MATCHED


def test_the_bank_refuses_an_order_whose_sum_was_changed():
    with pytest.raises(Invalid) as refusal:
        BANK.process(XML.replace(b"<CtrlSum>100.00<", b"<CtrlSum>100.01<"))
    assert refusal.value.code == "iso20022.control_sum"


def test_money_that_comes_back_counts_against_the_payment():
    booked = BANK.process(XML)[0].xml
    back = booked.replace(b"DBIT", b"CRDT").replace(b"SIM-", b"RTN-")
    notices = [*read_notices(booked), *read_notices(back)]
    found = match(BATCH_ID, Amount(10_000, CNH), notices)
    assert (found.verdict, found.paid.minor) == (Verdict.SHORT, 0)


def test_an_older_camt_is_read_by_its_names():
    old = BANK.process(XML)[0].xml.replace(b"camt.054.001.08", b"camt.054.001.02")
    old = old.replace(b"<Cd>BOOK</Cd>", b"BOOK")
    (notice,) = read_notices(old)
    assert (notice.status, notice.amount) == (BankStatus.BOOKED, Amount(10_000, CNH))
    bare = old.replace(b"AcctSvcrRef>", b"Other>").replace(b"NtryRef>", b"Else>")
    assert read_notices(bare) == read_notices(bare)
    assert read_notices(bare)[0].bank_reference.startswith("none-")


def test_a_group_rejected_as_a_whole_is_ours_by_the_id_of_the_file():
    report = BANK.process(XML, "reject")[0].xml.decode()
    start, end = report.index("<OrgnlPmtInfAndSts>"), report.index("</CstmrPmtStsRpt>")
    report = report[:start] + report[end:]
    report = report.replace("</OrgnlMsgNmId>", "</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>")
    (notice,) = read_notices(report.encode())
    assert (notice.end_to_end_id, notice.status) == (BATCH_ID, BankStatus.REJECTED)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"CNY", b"JPY", "iso20022.currency"),
        (b"camt.054.001.08", b"camt.052.001.08", "iso20022.version"),
        (b"camt.054.001.08", b"camt.054.001.77", "iso20022.version"),
        (b"<CdtDbtInd>DBIT</CdtDbtInd>", b"", "iso20022.schema"),
        (b"100.00", b"100.001", "money.digits"),
        (b"<Document", b"<!DOCTYPE a><Document", "iso20022.xml"),
    ],
)
def test_a_bad_notice_is_one_clear_sentence(old: bytes, new: bytes, code: str):
    booked = BANK.process(XML)[0].xml
    assert old in booked
    with pytest.raises(Invalid) as refusal:
        read_notices(booked.replace(old, new))
    assert refusal.value.code == code


def test_a_statement_is_read_like_a_notice():
    booked = BANK.process(XML)[0].xml.decode()
    balance = (
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>0</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"
    )
    text = booked.replace("camt.054", "camt.053").replace("BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt")
    text = text.replace("Ntfctn>", "Stmt>").replace("<Ntry>", f"{balance}<Ntry>")
    assert read_notices(text.encode()) == read_notices(booked.encode())


def test_a_booking_is_never_before_its_day():
    assert (
        read_notices(BANK.process(XML, "accept", "2026-11-20")[0].xml)[0].booked_on == "2026-11-23"
    )
    assert (
        read_notices(BANK.process(XML, "accept", "2026-11-25")[0].xml)[0].booked_on == "2026-11-25"
    )
    with pytest.raises(Invalid) as refusal:
        BANK.process(XML, "vanish")
    assert refusal.value.code == "bank.behaviour"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_spoilt_notice_is_read_or_refused_and_never_breaks(data: st.DataObject):
    booked = BANK.process(XML)[0].xml.replace(b"camt.054.001.08", b"camt.054.001.02")
    at = data.draw(st.integers(0, len(booked) - 1))
    length = data.draw(st.integers(0, 40))
    patch = data.draw(st.binary(max_size=8) | st.just(b"<x/>"))
    spoilt = booked[:at] + patch + booked[at + length :]
    try:
        notices = read_notices(spoilt)
    except Invalid:
        return
    assert isinstance(notices, tuple)


def test_only_a_frozen_batch_is_paid_and_each_attempt_has_its_reference():
    with pytest.raises(Conflict):
        order_for(s.NettingBatch("B-1", "demo", "2026-11-23"), DESK, CENTRE, 0)
    again = s.reopen(s.fail(s.instruct(frozen_batch()), "AC01"))
    second = order_for(s.freeze(again, RATE, 0, 1), DESK, CENTRE, 0)
    assert second.payments[0].end_to_end_id == f"{BATCH_ID}-2"
    assert len(second.message_id) <= 35


@pytest.mark.parametrize(
    "change",
    [{"holder": " "}, {"number": ""}, {"bic": "12"}, {"cnaps": "12"}, {"bic": "", "cnaps": ""}],
)
def test_an_incomplete_account_is_refused(change: dict[str, str]):
    with pytest.raises(Invalid):
        replace(DESK, **change)


def test_an_order_needs_a_payment_and_a_date():
    with pytest.raises(Invalid):
        write_pain001(replace(ORDER, payments=()))
    with pytest.raises(Invalid):
        write_pain001(replace(ORDER, execute_on="soon"))
    strange = Payment("B-1", Amount(1, CNH), CENTRE, "")
    with pytest.raises(Invalid):
        write_pain001(PaymentOrder("B-1", 0, "2026-11-23", DESK, (strange,)))
