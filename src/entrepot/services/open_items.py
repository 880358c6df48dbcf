"""What is open on each document by which a firm owes: payable less what settled it.

open = payable − taken from the hold − payments − credits against it − written off
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.errors import NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.ports_contracts import Receivable

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A document with how it stands; HKD cents.

    Attributes:
        item: the document.
        paid: by payments; credited: by credit notes, against it; credited_all: by credit notes,
            what went to the prepaid account included; written_off: given up, less recovered.
        month_id: month's invoice that gathered it, for a job bill.
    """

    item: Receivable
    paid: int = 0
    credited: int = 0
    credited_all: int = 0
    written_off: int = 0
    month_id: str | None = None

    @property
    def open(self) -> int:
        """What is still to be paid of it; 0 for a job bill that a month's invoice gathered."""
        if self.month_id is not None:
            return 0
        settled = self.item.prepaid_minor + self.paid + self.credited + self.written_off
        return self.item.payable_minor - settled


def open_items(uow: UnitOfWork, firm_id: str | None = None) -> list[OpenItem]:
    """Return all documents with how they stand, in order of issue."""
    items = uow.receivables.all(firm_id)
    book = uow.receivables
    paid = _sums((one.document_id, one.applied_minor) for one in book.receipts(firm_id=firm_id))
    notes = book.credits(firm_id=firm_id)
    credited = _sums((one.document_id, one.applied_minor) for one in notes)
    credited_all = _sums((one.document_id, one.amount_minor) for one in notes)
    months = dict(book.gathered(firm_id=firm_id))
    given_up = _given_up(uow, firm_id)
    return [
        OpenItem(
            item,
            paid.get(item.document_id, 0),
            credited.get(item.document_id, 0),
            credited_all.get(item.document_id, 0),
            given_up.get(item.document_id, 0),
            months.get(item.document_id),
        )
        for item in items
    ]


def open_item(uow: UnitOfWork, number_or_id: str) -> OpenItem:
    """Return how one document stands.

    Raises:
        NotFound: no such document, or one of before there were contracts, which is paid.
    """
    item = uow.receivables.find(number_or_id)
    if item is None:
        raise _unknown(number_or_id, [one.number for one in uow.receivables.all()])
    key = item.document_id
    notes = uow.receivables.credits(key)
    return OpenItem(
        item,
        sum(one.applied_minor for one in uow.receivables.receipts(key)),
        sum(one.applied_minor for one in notes),
        sum(one.amount_minor for one in notes),
        _given_up(uow, item.firm_id).get(key, 0),
        uow.receivables.month_of(key),
    )


def open_of_firm(uow: UnitOfWork, firm_id: str, *, on_credit: bool = False) -> int:
    """Return HKD cents that a firm owes in all, or only by documents on credit."""
    found = open_items(uow, firm_id)
    return sum(one.open for one in found if not on_credit or one.item.terms == "credit")


def _given_up(uow: UnitOfWork, firm_id: str | None) -> dict[str, int]:
    rows = uow.receivables.write_offs(firm_id)
    return {row.document_id: row.minor for row in rows}


def paid_of_bill(uow: UnitOfWork, bill_id: str) -> int | None:
    """Return HKD cents of a job's bill that the firm has paid, by itself or with its month.

    None for a bill of before there were contracts, which its hold has paid.
    """
    if uow.receivables.find(bill_id) is None:
        return None
    one = open_item(uow, bill_id)
    whole = one.item.payable_minor
    if one.month_id is not None:
        return whole if open_item(uow, one.month_id).open == 0 else one.item.prepaid_minor
    return whole - one.open


def recovered_of(uow: UnitOfWork, document_id: str) -> int:
    """Return HKD cents that were paid after all of what was written off."""
    return sum(one.recovered_minor for one in uow.receivables.receipts(document_id))


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, minor in pairs:
        found[key] = found.get(key, 0) + minor
    return found


def _unknown(number: str, known: Sequence[str]) -> NotFound:
    guess = did_you_mean(number, list(known))
    return NotFound(
        "invoice.unknown",
        N_("There is no invoice {number}."),
        hint=N_("Did you mean {guess}?") if guess else N_("See: entrepot invoice list"),
        number=number[:60],
        guess=guess or "",
    )
