"""The reasons for which the ledger says no, each with its sentence and a way out."""

from __future__ import annotations

from entrepot.domain.ledger.model import Account, Refusal, Transfer
from entrepot.kernel.text import N_

_REPORT = N_("This is a fault of the calling program; report it with the transfer's id.")


def id_used(transfer: Transfer) -> Refusal:
    """Refuse an id that stands in the books with another body."""
    return Refusal(
        "ledger.id_used",
        N_("Transfer {id} is already booked with other contents."),
        N_("Send the same contents again, or take a new id."),
        "conflict",
        {"id": transfer.id},
    )


def group_used(transfer: Transfer) -> Refusal:
    """Refuse a link group that was booked before with other members, or comes in pieces."""
    return Refusal(
        "ledger.group_used",
        N_("Link group {group} is already booked with other members."),
        N_("Send all members of a group together, once."),
        "conflict",
        {"group": transfer.link_group},
    )


def linked(transfer: Transfer, culprit: Transfer) -> Refusal:
    """Refuse a transfer since another of its group was refused."""
    return Refusal(
        "ledger.linked",
        N_("Transfer {id} was not booked, since {culprit} of the same group was refused."),
        N_("Mend the refused transfer and send the group again."),
        "refused",
        {"id": transfer.id, "culprit": culprit.id},
    )


def malformed(transfer: Transfer, what: str) -> Refusal:
    """Refuse a transfer that has no meaning; ``what`` is a sentence marked by ``N_``."""
    return Refusal("ledger.malformed", what, _REPORT, "invalid", {"id": transfer.id})


def no_account(code: str) -> Refusal:
    """Refuse an account that was never opened."""
    return Refusal(
        "ledger.no_account",
        N_("The ledger has no account {account}."),
        N_("Open the account first, or correct its code."),
        "invalid",
        {"account": code},
    )


def closed(account: Account) -> Refusal:
    """Refuse a transfer on a closed account."""
    return Refusal(
        "ledger.closed",
        N_("Account {account} is closed."),
        N_("Use an open account of the same owner."),
        "refused",
        {"account": account.code},
    )


def asset(transfer: Transfer, account: Account) -> Refusal:
    """Refuse a transfer across assets."""
    return Refusal(
        "ledger.asset",
        N_("Account {account} counts {asset}, and the transfer moves {moved}."),
        N_("Cross currencies by a linked pair through the two clearing accounts."),
        "invalid",
        {"account": account.code, "asset": account.asset, "moved": transfer.asset},
    )


def funds(account: Account, free: int, amount: int) -> Refusal:
    """Refuse a transfer that would break the bound of an account."""
    return Refusal(
        "ledger.funds",
        N_("Account {account} has {free} {asset} cents free, and {amount} are needed."),
        N_("Pay in more, or release a hold."),
        "refused",
        {"account": account.code, "free": free, "asset": account.asset, "amount": amount},
    )


def overflow(account: Account) -> Refusal:
    """Refuse a total beyond 64 bits."""
    return Refusal(
        "ledger.overflow",
        N_("Account {account} would exceed the largest total the ledger counts."),
        N_("Close the account and open a successor."),
        "refused",
        {"account": account.code},
    )


def no_hold(transfer: Transfer) -> Refusal:
    """Refuse to resolve what is no hold."""
    return Refusal(
        "ledger.no_hold",
        N_("There is no hold {hold}."),
        N_("Name the transfer that made the hold, by its id."),
        "invalid",
        {"hold": transfer.pending_id},
    )


def resolved(transfer: Transfer, by: str) -> Refusal:
    """Refuse to resolve a hold twice."""
    return Refusal(
        "ledger.resolved",
        N_("Hold {hold} was already resolved by {by}."),
        N_("Nothing is left to do; a correction is a new transfer."),
        "conflict",
        {"hold": transfer.pending_id, "by": by},
    )


def differs(transfer: Transfer) -> Refusal:
    """Refuse to resolve a hold between other accounts, or of another asset."""
    return Refusal(
        "ledger.hold_differs",
        N_("Transfer {id} does not name the accounts, asset and amount of hold {hold}."),
        _REPORT,
        "invalid",
        {"id": transfer.id, "hold": transfer.pending_id},
    )


def exceeds(transfer: Transfer, hold: Transfer) -> Refusal:
    """Refuse to post more than was held."""
    return Refusal(
        "ledger.exceeds_hold",
        N_("Hold {hold} is for {held} cents, and {amount} cannot be posted from it."),
        N_("Post at most what is held, and charge the rest by its own transfer."),
        "refused",
        {"hold": hold.id, "held": hold.amount, "amount": transfer.amount},
    )


def expired(hold: Transfer) -> Refusal:
    """Refuse to post a hold after its deadline."""
    return Refusal(
        "ledger.expired",
        N_("Hold {hold} has expired."),
        N_("Make a new hold."),
        "refused",
        {"hold": hold.id},
    )


def not_due(hold: Transfer) -> Refusal:
    """Refuse to expire a hold before its deadline."""
    return Refusal(
        "ledger.not_due",
        N_("Hold {hold} has not expired yet."),
        N_("Void it to release it now."),
        "refused",
        {"hold": hold.id},
    )
