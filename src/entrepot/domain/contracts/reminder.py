"""A reminder: the letter that asks a firm to pay an invoice that is past its due day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from entrepot.domain.contracts.model import Party
from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.money import Amount


@dataclass(frozen=True, slots=True)
class Reminder:
    """A letter.

    Attributes:
        number: of the invoice; level: 1, 2 or 3.
        issuer, firm: who asks, who is asked.
        invoice_issued_at, written_at: Unix seconds.
        due_on: ISO day on which the invoice was due; days_late: since then.
        payable, settled, open: HKD: of the invoice, paid or credited of it, still to be paid.
        suspended_on: ISO day from which the firm takes no new lease.
    """

    number: str
    level: int
    issuer: Party
    firm: Party
    invoice_issued_at: int
    written_at: int
    due_on: str
    days_late: int
    payable: Amount
    settled: Amount
    open: Amount
    suspended_on: str

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(Reminder, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))

    def as_json(self) -> bytes:
        """Return the canonical JSON, of which a hash can be taken."""
        return canonical_json(self.as_dict())
