"""How ``entrepot contracts`` shows contracts and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, moment, money, pad, show_table
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.contract_records import Contract
    from entrepot.services.contract_trace import Link
    from entrepot.services.ports_contracts import PurchaseContract, UserContract

STATES = {"draft": N_("draft"), "active": N_("active"), "ended": N_("ended")}
TERMS = {"prepaid": N_("prepaid"), "credit": N_("credit")}
BILLING = {"per_job": N_("an invoice a job"), "monthly": N_("an invoice a month")}


def show_contracts(users: Sequence[UserContract], purchases: Sequence[PurchaseContract]) -> None:
    """Print contracts, those with firms first."""
    titles = (N_("contract"), N_("with"), N_("terms"), N_("from"), N_("to"), N_("state"))
    rows = [
        [c.id, c.firm_id, _user_terms(c), c.from_day, _to(c), _state(c)] for c in users
    ] + [
        [c.id, c.centre_id, _(N_("RMB, {days} days")).format(days=c.payment_days), c.from_day,
         _to(c), _state(c)]
        for c in purchases
    ]  # fmt: skip
    columns = [Column(_(title), whole=n == 0) for n, title in enumerate(titles)]
    show_table(columns, rows, empty=_(N_("No contract yet; the first lease makes two.")))


def _user_terms(contract: UserContract) -> str:
    words = f"{_(TERMS[contract.terms])}, {_(BILLING[contract.billing])}"
    if contract.limit_minor:
        words += f", {money(Amount(contract.limit_minor, HKD))}"
    return words


def _to(contract: Contract) -> str:
    return contract.ended_on or contract.to_day or "–"


def _state(contract: Contract) -> str:
    house = " " + _(N_("(of the house)")) if contract.standing else ""
    return _(STATES[contract.state]) + house


def show_contract(contract: Contract, leases: int) -> None:
    """Print a contract with its terms and its signature."""
    from entrepot.services.ports_contracts import UserContract

    print(f"{contract.id}  {_state(contract)}")
    lines = [(N_("days"), f"{contract.from_day} → {_to(contract)}")]
    if isinstance(contract, UserContract):
        lines += [(N_("firm"), contract.firm_id), (N_("terms"), _user_terms(contract))]
        lines += [(N_("plan"), contract.plan)] if contract.plan else []
    else:
        lines.append((N_("centre"), contract.centre_id))
        kept = ", ".join(f"{c['device']}: {c['device_hours']} h" for c in contract.commitments)
        lines += [(N_("commitment"), kept)] if kept else []
    lines.append((N_("payment days"), str(contract.payment_days)))
    if contract.signed_at is not None:
        signed = f"{contract.signed_by}, {moment(contract.signed_at)} {contract.reference}"
        lines.append((N_("signed by"), signed.rstrip()))
    lines += [(N_("digest"), contract.digest), (N_("leases"), str(leases))]
    for label, text in lines:
        print(f"  {pad(_(label), 14)} {text}")


def _leased(link: Link) -> str:
    from entrepot.domain.contracts.lease_kind import KIND_WORDS, LeaseKind
    from entrepot.faces.cli.lease_words import ISOLATIONS

    kind, apart = _(KIND_WORDS[LeaseKind(link.kind)]), _(ISOLATIONS[link.isolation])
    text = _(N_("{kind}, {milli} milli-devices, {apart}"))
    return text.format(kind=kind, milli=link.milli_devices, apart=apart)


def show_links(links: Sequence[Link]) -> None:
    """Print leases with both of their sides."""
    if not links:
        print(_(N_("No lease hangs on it yet.")))
    for link in links:
        print(f"{link.lease_id}  {link.job_id or '–'}  {_leased(link)}")
        firm = f"{link.firm_id}  {link.user_contract}  {link.invoice or '–'}"
        centre = f"{link.centre_id}  {link.purchase_contract}  {link.batch_id or '–'}"
        sides = (
            (N_("firm"), firm, money(Amount(link.user_minor, HKD))),
            (N_("centre"), centre, money(Amount(link.centre_minor, CNH))),
        )
        for label, text, amount in sides:
            print(f"  {pad(_(label), 8)} {text}  {amount}")
        for line in link.lines:
            both = (
                f"{money(Amount(line.user_minor, HKD))} ↔ {money(Amount(line.centre_minor, CNH))}"
            )
            print(f"    {link.bill} / {line.line}  {both}")
        for note in link.credits:
            print(_(N_("    credited by {number}")).format(number=note))
