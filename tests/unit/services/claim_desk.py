"""A desk with programmes in Hong Kong dollars, of which claims are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.services.desk import Desk, billed, open_desk

from entrepot.adapters.imports.rules import load_voucher_programmes
from entrepot.domain.vouchers.model import Programme
from entrepot.services import records as r
from entrepot.services.claim_judgement import Application
from entrepot.services.claims import apply_claim
from entrepot.services.ports_claims import Claim

LATER = "test.later"
"""Paid after a claim, 50 %."""
AT_ONCE = "test.at_once"
"""Deducted at the purchase, 50 %."""
COMMITTEE = "test.committee"
"""Decided by a committee, 50 %."""
IN_YUAN = "test.yuan"
"""Paid in another currency."""

HEAD = """\
schema: entrepot.vouchers/1
retrieved: 2026-11-21
rounding: floor_minor_unit_per_application
year: calendar_asia_shanghai
force_grades: [A, B, C]
stacking_default: none
programmes:
"""
PROGRAMME = """\
- id: {id}
  name: {{en: Voucher, zh-Hant: 券, zh-Hans: 券}}
  place: hong_kong
  family: {family}
  currency: {currency}
  stacks_with: []
  versions:
  - from: 2020-01-01
    to: null
    status: in_force
    recorded_at: 2026-11-21
    date_rule: {date_rule}
    base: {base}
    rate_kind: fixed
    rates:
    - {{when: {{}}, rate_bp: {rate_bp}}}
    cap_per_application: null
    cap_per_firm_year: {cap}
    fund_total: {fund}
    eligible:
    - {{fact: registered_in, op: eq, value: hong_kong, reason: not_registered}}
    payout: {payout}
    discretionary: {discretionary}
    grade: {grade}
    sources: ["written for this test"]
"""
DEFAULTS: dict[str, object] = {
    "id": LATER, "family": "test.compute", "currency": "HKD", "date_rule": "application_date",
    "base": "compute_cost", "rate_bp": 5000, "cap": 1000, "fund": 1000,
    "payout": "claim_then_redeem", "discretionary": "false", "grade": "A",
}  # fmt: skip

COUNTER = {"ENTREPOT_ACTOR": "counter"}


def programme(**changes: object) -> str:
    """Return the text of a programme; ``changes`` go over what it says."""
    return PROGRAMME.format(**DEFAULTS | changes)


def read_programmes(folder: Path, desk: Desk, *texts: str) -> tuple[Programme, ...]:
    """Read programmes as an operator's folder states them."""
    rules = folder / "facts" / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    (rules / "vouchers.yaml").write_text(HEAD + "".join(texts), "utf-8")
    return load_voucher_programmes(desk._shipped, folder / "facts", desk.rulebook)


def state(desk: Desk, folder: Path, *texts: str) -> None:
    """Let these programmes be in force at the desk from now on."""
    desk._parts["programmes"] = read_programmes(folder, desk, *texts)


def claim_desk(folder: Path, *texts: str) -> Desk:
    """Return a furnished desk of the branch at which the firm applies."""
    home = folder / "home"
    desk = Desk(home, COUNTER) if home.exists() else open_desk(home, COUNTER)
    state(desk, folder, *(texts or (programme(),)))
    return desk


class As:
    """The same exchange with another desk's name.

    Args:
        desk: the exchange.
        actor: who acts.
    """

    def __init__(self, desk: Any, actor: str = "authority") -> None:
        self._desk = desk
        self.actor = actor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


def boss(desk: Desk) -> Any:
    """Return the desk as the authority's officer sits at it."""
    return As(desk)


def claimed(desk: Desk, n: int = 1, programme_id: str = LATER) -> tuple[r.Invoice, Claim]:
    """Bill the ``n``-th job and apply for a voucher on it."""
    invoice = billed(desk, n)
    return invoice, ask(desk, invoice, programme_id)


def ask(desk: Any, invoice: r.Invoice, programme_id: str = LATER, **facts: object) -> Claim:
    """Apply for a voucher on an invoice."""
    asked = Application(invoice.number, programme_id, facts)
    return apply_claim(desk, asked, f"claim:{invoice.id}:{programme_id}")
