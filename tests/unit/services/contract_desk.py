"""A desk with a firm on credit: contracts drafted by one person and signed by another."""

from __future__ import annotations

from datetime import date, datetime

from tests.unit.services.desk import Desk, HandClock
from tests.unit.services.persons import acting

from entrepot.domain.contracts.agreement import Billing, Terms, UserTerms
from entrepot.kernel.period import HONG_KONG
from entrepot.services import contracts as c
from entrepot.services.four_eyes import approve
from entrepot.services.ports_contracts import UserContract

LIMIT = 50_000


def credit_terms(desk: Desk, **changes: object) -> UserTerms:
    """Return terms of a firm on credit; ``changes`` go over the fields."""
    fields: dict[str, object] = {
        "firm": desk.firm.id,
        "branch": "HK",
        "currency": "HKD",
        "terms": Terms.CREDIT,
        "limit_minor": LIMIT,
        "payment_days": 30,
        "billing": Billing.PER_JOB,
        "plan": None,
        "from_day": "2026-11-01",
        "to_day": None,
        **changes,
    }
    return UserTerms(**fields)  # type: ignore[arg-type]


def on_credit(desk: Desk, key: str = "credit", **changes: object) -> UserContract:
    """Put the firm of a desk on credit."""
    draft = c.draft_contract(desk, credit_terms(desk, **changes), f"{key}:draft")
    signed = c.sign_contract(second(desk), draft.id, "paper", f"{key}:sign")
    assert isinstance(signed, UserContract)
    return signed


def second(desk: Desk) -> Desk:
    """Return the same home under another person."""
    return acting(desk, "second.person")


def approved(desk: Desk, proposal_id: str) -> dict[str, object]:
    """Let the second person approve; return what was done."""
    view = approve(second(desk), proposal_id, f"approve:{proposal_id}")
    assert view.ending is not None
    return dict(view.ending.result)


def stand_on(desk: Desk, day: str) -> None:
    """Move the clock to noon of a day in Hong Kong."""
    on = date.fromisoformat(day)
    at = datetime(on.year, on.month, on.day, 12, tzinfo=HONG_KONG).timestamp()
    clock = desk._parts["clock"]
    assert isinstance(clock, HandClock)
    clock.at = int(at)
