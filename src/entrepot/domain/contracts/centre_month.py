"""Statement of a month to a centre, in RMB: its account with the exchange, line by line.

It is the ledger account ``payable:<centre>`` read for people::

    closing = opening + new − paid + returned − credited + other
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from entrepot.domain.contracts.model import Party
from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.money import CNH, Amount


class Entry(StrEnum):
    """What a line of the account is."""

    NEW = "new"
    PAID = "paid"
    RETURNED = "returned"
    CREDITED = "credited"
    OTHER = "other"


_KINDS = {
    "debt": Entry.NEW,
    "payout": Entry.PAID,
    "payout_return": Entry.RETURNED,
    "credit_note": Entry.CREDITED,
}


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One line.

    Attributes:
        day: ISO day of booking in Hong Kong; kind: what it is.
        reference: invoice, batch or note behind it.
        amount: CNH; negative lowers what the centre is owed.
    """

    day: str
    kind: Entry
    reference: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class CentreMonth:
    """A centre's month; the equation stands at the head of this module.

    Attributes:
        number: ``HK-ST-2026-000001``, gapless in branch and year.
        issuer, centre: who owes, who is owed.
        month: ``2026-11``; account: code in the ledger.
        issued_at: Unix second.
        opening, closing: CNH owed before the first and after the last line.
        entries: in order of booking; opening + Σ = closing.
        journal_hash: head of the journal's chain.
    """

    number: str
    issuer: Party
    centre: Party
    month: str
    account: str
    issued_at: int
    opening: Amount
    entries: tuple[AccountEntry, ...]
    closing: Amount
    journal_hash: str

    def sum_of(self, kind: Entry) -> Amount:
        """Return the sum of all lines of a kind."""
        return Amount(sum(x.amount.minor for x in self.entries if x.kind == kind), CNH)

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(CentreMonth, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))

    def as_json(self) -> bytes:
        """Return the canonical JSON, of which a hash can be taken."""
        return canonical_json(self.as_dict())


def entry_kind(posting: str) -> Entry:
    """Return what a kind of posting on the account is for the centre.

    >>> entry_kind("payout").value, entry_kind("correction").value
    ('paid', 'other')
    """
    return _KINDS.get(posting, Entry.OTHER)


def closing_of(opening: Amount, entries: Sequence[AccountEntry]) -> Amount:
    """Return what is owed after the last line."""
    return Amount(opening.minor + sum(entry.amount.minor for entry in entries), CNH)
