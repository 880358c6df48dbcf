"""Operations of whoever proves: the journal and the books."""

from __future__ import annotations

from typing import Any, cast

from entrepot.client import shapes_house as s
from entrepot.client.shapes import PageOf
from entrepot.faces.api import owners
from entrepot.faces.api.operation import Call, Operation
from entrepot.faces.api.paging import Page, page_of
from entrepot.faces.api.refusals import absent
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.journal import prove_journal, the_entry

_AUDIT = "Journal and proofs"


def list_entries(call: Call[Any, Page]) -> PageOf[s.EntryOut]:
    """List the journal in the order of number."""
    with call.app.store.reading() as uow:

        def lister(_reach: object, after: str, limit: int) -> list[r.Body]:
            return uow.pages.entries(int(after) if after.isdecimal() else 0, limit)

        return page_of(call, "journal.list", lister, lambda one: str(one["seq"]), _entry)


def read_entry(call: Call[Any, Any]) -> s.EntryOut:
    """Show an entry of the journal."""
    seq = call.path["seq"]
    if not seq.isdecimal() or len(seq) > 15:
        raise absent()
    return _entry(the_entry(call.app, int(seq)))


def _entry(entry: r.Body) -> s.EntryOut:
    return s.EntryOut(**cast("dict[str, Any]", dict(entry)))


def proof_of_journal(call: Call[Any, Any]) -> s.ProofOut:
    """Prove the journal."""
    found = prove_journal(call.app)
    return s.ProofOut(not found.problems, list(found.problems), dict(found.head))


def proof_of_ledger(call: Call[Any, Any]) -> s.ProofOut:
    """Prove the books."""
    problems = check_books(call.app)
    return s.ProofOut(not problems, list(problems))


OPERATIONS = (
    Operation(
        "journal.list", "GET", "/api/v1/journal", "List the journal, oldest first", _AUDIT,
        list_entries, s.EntryOut, "journal.read", owners.house("journal"), query=Page, listed=True,
    ),
    Operation(
        "journal.read", "GET", "/api/v1/journal/{seq}", "Show an entry of the journal", _AUDIT,
        read_entry, s.EntryOut, "journal.read", owners.house("journal"),
    ),
    Operation(
        "journal.prove", "GET", "/api/v1/proofs/journal", "Prove the journal", _AUDIT,
        proof_of_journal, s.ProofOut, "journal.verify", owners.house("journal"), timeout_s=120,
    ),
    Operation(
        "ledger.prove", "GET", "/api/v1/proofs/ledger", "Prove the books", _AUDIT,
        proof_of_ledger, s.ProofOut, "ledger.read", owners.house("ledger"), timeout_s=120,
    ),
)  # fmt: skip
"""Journal and proofs."""
