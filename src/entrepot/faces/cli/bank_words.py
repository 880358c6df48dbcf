"""Words for what the bank has said; the codes stay in ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import money
from entrepot.kernel.money import ASSETS, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_settlement import BankEntry

STATUSES: Mapping[str, str] = {
    "booked": N_("booked"),
    "pending": N_("waits at the bank"),
    "rejected": N_("refused by the bank"),
}
NOTES: Mapping[str, str] = {
    "": "",
    "not_instructed": N_("names a batch that was not sent"),
    "contradiction": N_("told before with another amount"),
    "too_much_back": N_("more came back than went out"),
    "wrong_day": N_("booked on another day than the value date"),
    "announced_return": N_("refused after it was paid: the money is to come back"),
    "other_hkd": N_("HKD taken at another rate than agreed"),
    "bought_beyond": N_("more RMB bought than ordered"),
    "by_hand": N_("matched by hand"),
}


def note_word(code: str) -> str:
    """Return what is out of the ordinary about a booking, in the reader's language."""
    return _(NOTES[code]) if NOTES.get(code) else code


def entry_data(entry: BankEntry) -> dict[str, object]:
    """Return a word of the bank for ``--json``; what left the account is positive."""
    return {
        "entry_id": entry.id,
        "end_to_end_id": entry.end_to_end_id,
        "asset": entry.asset,
        "minor": entry.minor,
        "status": entry.status,
        "bank_reference": entry.bank_reference,
        "booked_on": entry.booked_on,
        "counterparty": entry.counterparty,
        "info": entry.info,
        "batch_id": entry.batch_id,
        "leg": entry.leg,
        "note": entry.note,
        "matched_by": entry.matched_by,
    }


def amount_of(entry: BankEntry) -> str:
    """Return what a booking moved: money that came in has a plus."""
    if not entry.minor:
        return "–"
    text = money(Amount(abs(entry.minor), ASSETS[entry.asset]))
    return f"+{text}" if entry.minor < 0 else text


def entry_line(entry: BankEntry) -> str:
    """Return a word of the bank on one line."""
    parts = (
        entry.booked_on or "–",
        _(STATUSES[entry.status]),
        amount_of(entry),
        entry.bank_reference or entry.info,
        note_word(entry.note),
    )
    return "  ".join(part for part in parts if part)
