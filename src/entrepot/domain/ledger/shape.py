"""What a transfer has to look like, whatever the books hold."""

from __future__ import annotations

from entrepot.domain.ledger import refusals
from entrepot.domain.ledger.model import COMPONENT_MAX, Phase, Refusal, Transfer
from entrepot.kernel.text import N_

ID_LENGTH_MAX = 64


def shape(transfer: Transfer) -> Refusal | None:
    """Return why a transfer has no meaning, or None if it has one.

    >>> shape(Transfer("T1", "bank", "bank", 1, "HKD")).code
    'ledger.malformed'
    """
    if not 0 < len(transfer.id) <= ID_LENGTH_MAX:
        return refusals.malformed(transfer, N_("A transfer's id has 1 to 64 letters."))
    if type(transfer.amount) is not int or not 0 < transfer.amount <= COMPONENT_MAX:
        return refusals.malformed(transfer, N_("Transfer {id} needs a whole amount above zero."))
    if transfer.debit == transfer.credit:
        return refusals.malformed(transfer, N_("Transfer {id} debits and credits one account."))
    if bool(transfer.pending_id) != transfer.phase.resolves:
        return refusals.malformed(
            transfer, N_("Transfer {id} must name a hold if it resolves one, and only then.")
        )
    timeout_s = transfer.timeout_s
    if not 0 <= timeout_s <= COMPONENT_MAX or (timeout_s and transfer.phase is not Phase.PENDING):
        return refusals.malformed(transfer, N_("Only a hold has a timeout, of zero or more."))
    return None
