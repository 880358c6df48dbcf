"""Credit notes: a line of an invoice taken back, in whole or in part.

With P payable on the invoice, C its earlier credit notes, L the line and c its earlier ones::

    amount ≤ min(P − C, L − c)
    against the invoice = min(amount, open)        to the prepaid account = the rest

An invoice is never changed: the note is a document of its own, with a number of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from entrepot.domain.contracts.model import Names, Party
from entrepot.domain.contracts.plain import to_plain
from entrepot.domain.contracts.price_model import LineKind
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

ACCOUNTS = {LineKind.SPREAD: "spread_income", LineKind.TAX: "tax"}
"""Kind of line → account that was credited by it; all others are revenue."""


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note as its customer gets it.

    Attributes:
        id, number, branch: ``HK-CN-2026-000001``, gapless in branch and year.
        issuer, firm: as on the invoice.
        invoice: number of the invoice; line: number of the line on it.
        text, params: description of that line.
        amount: HKD credited.
        against_invoice: part that lowers what is open; to_prepaid: part that was paid already and
            goes to the prepaid account; their sum is ``amount``.
        reason: why.
        vouchers: programmes with a deduction on the invoice, whose claims are looked at again.
        issued_at: Unix second; journal_hash: head of the journal's chain when it was made.
    """

    id: str
    number: str
    branch: str
    issuer: Party
    firm: Party
    invoice: str
    line: int
    text: str
    params: tuple[tuple[str, str], ...]
    amount: Amount
    against_invoice: Amount
    to_prepaid: Amount
    reason: str
    vouchers: tuple[Names, ...]
    issued_at: int
    journal_hash: str

    def as_dict(self) -> dict[str, object]:
        """Return plain values; ``plain.from_plain(CreditNote, …)`` reads them back."""
        return cast(dict[str, object], to_plain(self))

    def as_json(self) -> bytes:
        """Return the canonical JSON, of which a hash can be taken."""
        return canonical_json(self.as_dict())


@dataclass(frozen=True, slots=True)
class Room:
    """What can still be credited.

    Attributes:
        payable, credited: of the invoice, HKD cents.
        line, line_credited: of the line.
        open: HKD cents of the invoice that are not paid.
        centre, centre_credited: CNH fen owed to the centre for the line, and taken back before.
    """

    payable: int
    credited: int
    line: int
    line_credited: int
    open: int
    centre: int = 0
    centre_credited: int = 0

    @property
    def most(self) -> int:
        """HKD cents that can be credited on the line."""
        return max(0, min(self.payable - self.credited, self.line - self.line_credited))


def split_credit(room: Room, minor: int, centre_minor: int = 0) -> tuple[int, int]:
    """Split a credit into (against the invoice, to the prepaid account), HKD cents.

    Args:
        room: what can still be credited.
        minor: HKD cents to credit.
        centre_minor: CNH fen that the centre bears of it.

    Raises:
        Refused: more than is left of the invoice, of the line, or of the debt to the centre.

    >>> split_credit(Room(1000, 0, 1000, 0, 300), 500)
    (300, 200)
    """
    if not 0 < minor <= room.most:
        raise Refused(
            "credit.room",
            N_("{amount} cannot be credited: {most} is left on that line and invoice."),
            hint=N_("Credit at most what is left."),
            amount=str(Amount(minor, HKD)),
            most=str(Amount(room.most, HKD)),
        )
    left = room.centre - room.centre_credited
    if not 0 <= centre_minor <= left:
        raise Refused(
            "credit.centre_room",
            N_("The centre cannot bear {minor} fen of it: it is owed {left} fen for that line."),
            hint=N_("Let the centre bear at most what it is owed for the line."),
            minor=centre_minor,
            left=left,
        )
    applied = min(minor, max(0, room.open))
    return applied, minor - applied
