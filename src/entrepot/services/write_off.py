"""Write off what a firm will not pay, by two persons; the firm stays without new leases.

``bad_debt`` takes what is open; a payment that comes after all gives it back there.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.contracts.dunning import Stage, stage_of
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.credit_line import adjust_line
from entrepot.services.four_eyes import ProposalView, propose
from entrepot.services.four_eyes_acts import Act
from entrepot.services.open_items import OpenItem, open_item
from entrepot.services.payments import see_invoiced
from entrepot.services.ports_contracts import WriteOff
from entrepot.services.postings import Entry, open_accounts, transfers_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal
    from entrepot.services.records import Body

KIND = "write_off"


def propose_write_off(app: App, number: str, reason: str, key: str) -> ProposalView:
    """Propose to write off what is open on an invoice, as the first of two persons.

    Raises:
        NotFound: no such invoice.
        Refused: it is not suspended yet.
    """
    return propose(app, KIND, number, {"reason": reason.strip()[:200]}, key)


def _basis(app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    return digest([subject, body, _suspended(app, uow, subject).open])


def _suspended(app: App, uow: UnitOfWork, number: str) -> OpenItem:
    one = open_item(uow, number)
    see_invoiced(uow, one)
    due_on = date.fromisoformat(one.item.due_on or "")
    stage = stage_of(due_on, one.open, local_day(app.clock.now()))
    if stage != Stage.SUSPENDED:
        raise Refused(
            "write_off.early",
            N_("Invoice {number} is not suspended, so it is not written off."),
            hint=N_("See where it stands: entrepot invoice overdue --all"),
            number=one.item.number,
        )
    return one


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    one = _suspended(app, uow, proposal.subject)
    item, minor = one.item, one.open
    now = app.clock.now()
    uow.receivables.add_write_off(WriteOff(item.document_id, item.firm_id, minor, now, proposal.id))
    entry = Entry("bad_debt", f"receivable:{item.firm_id}", minor, HKD, "write_off")
    cause = f"write_off:{item.document_id}"
    made = transfers_of([entry], lambda: app.ids.new(ids.TRANSFER), cause)
    open_accounts(uow.ledger, made)
    uow.ledger.post(made)
    adjust_line(app, uow, item.firm_id, cause)
    return {"number": item.number, "minor": minor}


ACT = Act(N_("write-off"), _basis, _apply)
