"""Credit notes by two persons: one proposes what is taken back, another one approves, it is booked.

A note reverses its part of the charge and, where it is said so, of the debt to the centre. What is
open on the invoice falls; what was paid already goes to the firm's prepaid account::

    revenue        → receivable:F      the amount
    receivable:F   → prepaid:F         what was paid of it already
    payable:C      → fx_clearing_cnh   what the centre bears, netted by its next settlement
    fx_clearing_hkd → cost_of_compute  the same in HKD, at the rate of the bill
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.credit_note import ACCOUNTS, CreditNote, split_credit
from entrepot.domain.contracts.number import CREDIT_NOTE
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.bill_terms import next_number
from entrepot.services.credit_line import adjust_line
from entrepot.services.credit_room import Credited, credited_line
from entrepot.services.four_eyes import ProposalView, propose
from entrepot.services.four_eyes_acts import Act, act_body
from entrepot.services.parties import branch_party, firm_party
from entrepot.services.ports_contracts import KeptCredit
from entrepot.services.ports_settlement import Debt
from entrepot.services.postings import Entry, open_accounts, transfers_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal
    from entrepot.services.records import Body

KIND = "credit_note"
REASON_LENGTH_MAX = 200


def propose_credit(
    app: App, number: str, line: int, amount: Amount, reason: str, key: str, centre: Amount
) -> ProposalView:
    """Propose a credit note as the first of two persons.

    Args:
        app: the exchange.
        number: of the invoice; line: number of the line on it.
        amount: HKD to credit.
        reason: why, for the firm to read.
        key: idempotency key.
        centre: CNH of it that the centre bears; nought if it bears none.

    Raises:
        Invalid: no amounts of HKD and CNH, or no reason.
        NotFound: no such invoice or line.
        Refused: more than is left of the invoice, the line or the debt; a job bill.
    """
    if amount.asset != HKD or centre.asset != CNH:
        raise Invalid(
            "credit.asset",
            N_("A credit note is in HKD, what the centre bears of it in CNH."),
            hint=N_("As in --amount '12.50 HKD' --centre-amount '10 CNH'."),
        )
    body: Body = {
        "line": line,
        "minor": amount.minor,
        "centre_minor": centre.minor,
        "reason": reason.strip(),
    }
    return propose(app, KIND, number, body, key)


def _basis(app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    reason = str(body["reason"])
    if not 0 < len(reason) <= REASON_LENGTH_MAX or not reason.isprintable():
        raise Invalid(
            "credit.reason",
            N_("A credit note gives its reason in 1 to {most} printable characters."),
            hint=N_("Say why: --reason …"),
            fields={"--reason": "1 to 200 characters"},
            most=REASON_LENGTH_MAX,
        )
    found = credited_line(uow, subject, cast(int, body["line"]))
    split_credit(found.room, cast(int, body["minor"]), cast(int, body["centre_minor"]))
    room = found.room
    # What is paid may change between the two persons; what is credited may not.
    return digest([subject, body, room.payable, room.credited, room.line_credited])


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    body = act_body(proposal)
    minor, fen = cast(int, body["minor"]), cast(int, body["centre_minor"])
    found = credited_line(uow, proposal.subject, cast(int, body["line"]))
    applied, returned = split_credit(found.room, minor, fen)
    made = (app.ids.new(ids.CREDIT_NOTE), minor, applied, returned)
    note = _paper(app, uow, found, made, str(body["reason"]))
    kept = _kept(app, found, note, fen, proposal.id)
    uow.receivables.add_credit(kept)
    _book(app, uow, found, kept)
    if kept.centre_minor and kept.centre_id:
        debt = (app.ids.new(ids.DEBT), kept.centre_id, kept.number, "credit", kept.issued_at)
        uow.settling.add_debt(Debt(*debt, -kept.centre_minor, -kept.carrying_minor, None))
    adjust_line(app, uow, kept.firm_id, f"credit_note:{kept.id}")
    claims = [claim.id for claim in uow.claims.of_line(found.bill_line.cause)]
    return {"number": kept.number, "claims": claims}


def _paper(
    app: App, uow: UnitOfWork, found: Credited, made: tuple[str, int, int, int], reason: str
) -> CreditNote:
    made_id, minor, applied, returned = made
    now = app.clock.now()
    line = found.bill_line
    return CreditNote(
        made_id,
        next_number(app, uow, CREDIT_NOTE, now)[3],
        app.settings.branch,
        branch_party(app),
        firm_party(uow, found.item.item.firm_id),
        found.item.item.number,
        found.line,
        line.text,
        line.params,
        Amount(minor, HKD),
        Amount(applied, HKD),
        Amount(returned, HKD),
        reason,
        tuple(voucher.names for voucher in found.vouchers),
        now,
        uow.journal_head(),
    )


def _kept(app: App, found: Credited, note: CreditNote, fen: int, proposal_id: str) -> KeptCredit:
    branch, year, seq = note.number.rsplit("-", 2)
    document = note.as_dict()
    record = found.record
    return KeptCredit(
        id=note.id,
        number=note.number,
        branch=branch,
        year=int(year),
        seq=int(seq),
        firm_id=found.item.item.firm_id,
        document_id=found.item.item.document_id,
        invoice_id=record.id if record else None,
        line=found.line,
        bill_line=found.bill_line.number,
        amount_minor=note.amount.minor,
        applied_minor=note.against_invoice.minor,
        centre_id=record.centre_id if record and fen else None,
        centre_minor=fen,
        carrying_minor=found.carrying_of(fen),
        issued_at=note.issued_at,
        proposal_id=proposal_id,
        body={"document": document},
        digest=digest(document),
    )


def _book(app: App, uow: UnitOfWork, found: Credited, kept: KeptCredit) -> None:
    receivable = f"receivable:{kept.firm_id}"
    income = ACCOUNTS.get(found.bill_line.kind, "revenue")
    returned = kept.amount_minor - kept.applied_minor
    entries = [
        Entry(income, receivable, kept.amount_minor, HKD, "credit_note"),
        Entry(receivable, f"prepaid:{kept.firm_id}", returned, HKD, "credit_returned"),
    ]
    if kept.centre_id:
        debt = (f"payable:{kept.centre_id}", "fx_clearing_cnh", kept.centre_minor, CNH)
        cost = ("fx_clearing_hkd", "cost_of_compute", kept.carrying_minor, HKD)
        entries += [Entry(*debt, "credit_note"), Entry(*cost, "credit_cost")]
    made = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), f"credit_note:{kept.id}")
    open_accounts(uow.ledger, made)
    uow.ledger.post(made)


ACT = Act(N_("credit note"), _basis, _apply)
