"""Contracts: who is bound to whom, how a lease takes money, and both sides line by line."""

from __future__ import annotations

import pytest
from tests.unit.services.contract_desk import LIMIT, credit_terms, on_credit, second, stand_on
from tests.unit.services.desk import CAPITAL, CENTRE, Desk, balance, billed, leased

from entrepot.domain.contracts.agreement import Billing, PurchaseTerms, Terms, UserTerms
from entrepot.kernel.errors import Conflict, EntrepotError, NotFound, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.services import contracts as c
from entrepot.services.check import check_books
from entrepot.services.contract_trace import trace
from entrepot.services.lease import release_lease
from entrepot.services.payments import pay_invoice


def held(desk: Desk, code: str) -> int:
    with desk.store.reading() as uow:
        return uow.ledger.balance(code).debits_pending


def line_left(desk: Desk) -> int:
    with desk.store.reading() as uow:
        return uow.ledger.balance(f"credit_line:{desk.firm.id}").credit_free


def test_the_first_lease_stands_under_contracts_of_the_house(desk: Desk) -> None:
    leased(desk, 1)
    billed(desk, 2)
    users, purchases = c.all_contracts(desk)
    assert [(one.terms, one.billing, one.standing, one.state) for one in users] == [
        ("prepaid", "per_job", True, "active")
    ]
    assert [(one.centre_id, one.currency, one.standing) for one in purchases] == [
        (CENTRE, "CNH", True)
    ]
    assert check_books(desk) == []


def test_a_lease_on_credit_holds_the_credit_line_and_its_bill_stays_open(desk: Desk) -> None:
    contract = on_credit(desk)
    firm = desk.firm.id
    assert line_left(desk) == LIMIT
    lease = leased(desk, 1)
    assert held(desk, f"credit_line:{firm}") == lease.hold_minor
    assert held(desk, f"prepaid:{firm}") == 0
    invoice = billed(desk, 2)
    owed = invoice.total_minor
    assert balance(desk, f"receivable:{firm}") == owed
    assert line_left(desk) == LIMIT - owed - lease.hold_minor
    document = invoice.body["document"]
    assert isinstance(document, dict)
    assert document["paid_from_prepaid"]["minor"] == 0
    assert (document["head"]["contract"], document["head"]["due_on"]) == (contract.id, "2026-12-21")
    assert check_books(desk) == []
    release_lease(desk, lease.id, reason="test", key="release")
    pay_invoice(desk, invoice.number, Amount(owed, HKD), "TT-1", "pay")
    assert balance(desk, f"receivable:{firm}") == 0
    assert line_left(desk) == LIMIT
    assert balance(desk, "bank") == CAPITAL + owed
    assert check_books(desk) == []


def test_credit_is_never_oversold_even_by_a_cent(desk: Desk) -> None:
    lease = leased(desk, 1)
    release_lease(desk, lease.id, reason="test", key="release")
    on_credit(desk, limit_minor=2 * lease.hold_minor - 1)
    leased(desk, 2)
    with pytest.raises(Refused, match="is left of the firm's credit"):
        leased(desk, 3)
    assert line_left(desk) == lease.hold_minor - 1
    assert check_books(desk) == []


def test_a_lower_limit_waits_for_open_leases(desk: Desk) -> None:
    first = on_credit(desk)
    lease = leased(desk, 1)
    c.end_contract(desk, first.id, "end")
    assert line_left(desk) == 0
    assert held(desk, f"credit_line:{desk.firm.id}") == lease.hold_minor
    assert check_books(desk) == []
    release_lease(desk, lease.id, reason="test", key="release")
    with pytest.raises(Refused, match="No contract"):
        leased(desk, 2)


def test_a_credit_line_needs_two_persons_and_days_of_its_own(desk: Desk) -> None:
    draft = c.draft_contract(desk, credit_terms(desk), "draft")
    with pytest.raises(Refused, match="another person"):
        c.sign_contract(desk, draft.id, "", "alone")
    assert c.the_contract(desk, draft.id).state == "draft"
    signed = c.sign_contract(second(desk), draft.id, "paper", "both")
    assert (signed.state, signed.signed_by, signed.digest) == (
        "active",
        "second.person",
        draft.digest,
    )
    with pytest.raises(Conflict, match="no draft"):
        c.sign_contract(second(desk), draft.id, "paper", "twice")
    other = c.draft_contract(desk, credit_terms(desk, from_day="2027-01-01"), "other")
    with pytest.raises(Conflict, match="covers some"):
        c.sign_contract(second(desk), other.id, "", "overlap")


def test_a_contract_of_tomorrow_gives_no_credit_today(desk: Desk) -> None:
    on_credit(desk, from_day="2026-11-22")
    lease = leased(desk, 1)
    assert held(desk, f"prepaid:{desk.firm.id}") == lease.hold_minor
    stand_on(desk, "2026-11-21")


def test_terms_that_contradict_each_other_are_refused() -> None:
    for wrong in (
        {"limit_minor": 0},
        {"terms": Terms.PREPAID},
        {"currency": "USD"},
        {"payment_days": 1_000},
        {"to_day": "2026-11-01"},
        {"from_day": "soon"},
    ):
        fields = {
            "firm": "F",
            "branch": "HK",
            "currency": "HKD",
            "terms": Terms.CREDIT,
            "limit_minor": 1,
            "payment_days": 30,
            "billing": Billing.PER_JOB,
            "plan": None,
            "from_day": "2026-11-01",
            "to_day": None,
        }
        UserTerms(**fields)  # type: ignore[arg-type]
        with pytest.raises(EntrepotError):
            UserTerms(**{**fields, **wrong})  # type: ignore[arg-type]
    with pytest.raises(EntrepotError):
        PurchaseTerms("gz", "HK", "HKD", 0, (), "2026-11-01", None)


def test_every_line_is_traced_from_the_firm_to_the_centre_and_back(desk: Desk) -> None:
    invoice = billed(desk, 1)
    billed(desk, 2)
    (link,) = trace(desk, invoice.number)
    assert (link.lease_id, link.bill) == (invoice.lease_id, invoice.number)
    assert sum(line.user_minor for line in link.lines) == invoice.total_minor
    assert sum(line.centre_minor for line in link.lines) == invoice.centre_minor
    assert sum(line.carrying_minor for line in link.lines) == invoice.carrying_minor
    for name in (invoice.lease_id, invoice.job_id, invoice.id):
        assert trace(desk, name) == [link]
    for name in (link.user_contract, link.purchase_contract):
        assert len(trace(desk, name)) == 2
    with pytest.raises(NotFound):
        trace(desk, "HK-2026-009999")


def test_a_purchase_contract_with_a_centre_replaces_that_of_the_house(desk: Desk) -> None:
    leased(desk, 1)
    terms = PurchaseTerms(CENTRE, "HK", "CNH", 10, (), "2026-11-01", None)
    draft = c.draft_contract(desk, terms, "draft")
    c.sign_contract(desk, draft.id, "GZ-17", "sign")
    lease = leased(desk, 2)
    assert trace(desk, lease.id)[0].purchase_contract == draft.id
    c.end_contract(desk, draft.id, "end")
    with pytest.raises(Conflict):
        c.end_contract(desk, draft.id, "end again")


def test_the_check_finds_credit_that_was_given_without_a_contract(desk: Desk) -> None:
    """Planted bug: a line above the limit, and an open bill that the books do not know."""
    on_credit(desk)
    invoice = billed(desk, 1)
    assert check_books(desk) == []
    desk.sql("DROP TRIGGER receivable_item_no_update")
    desk.sql(
        "UPDATE receivable_item SET payable_minor = payable_minor + 1 WHERE document_id = :id",
        id=invoice.id,
    )
    assert any("open documents" in problem for problem in check_books(desk))
