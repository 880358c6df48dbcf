"""Pay centres from start to end: resume what is open, freeze, instruct, match, write statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.invoice import build_statement
from entrepot.domain.contracts.model import CentreStatement, StatementLine
from entrepot.domain.contracts.plain import from_plain
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.bill import branch_party, centre_party
from entrepot.services.settle import (
    confirm_batch,
    freeze_batch,
    instruct_bank,
    the_batch,
    unfinished,
)

OPEN = ("frozen", "instructed")

Bank = Callable[[bytes], list[bytes]]
"""Hands a payment order to a bank and returns the files that it answers."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What came of one batch.

    Attributes:
        batch: as it stands.
        reason: why it failed; empty otherwise.
        papers: payment order, bank files and statement, where they lie.
    """

    batch: r.Batch
    reason: str
    papers: tuple[Path, ...]


def pay_centres(app: App, centre_ids: list[str], bank: Bank, *, key: str) -> list[Paid]:
    """Settle all that centres are owed.

    Args:
        app: the exchange.
        centre_ids: whom to pay; empty = every centre under contract.
        bank: where the payment order goes.
        key: idempotency key of this run.

    Returns:
        One result a batch, those left open by a killed run first.

    Raises:
        NotFound: no such centre.
        Refused: the branch's account is short, or the bank moved another amount.
    """
    done = [_carry(app, batch.id, bank) for batch in [*unfinished(app), *_without_statement(app)]]
    with app.store.reading() as uow:
        known = [centre.id for centre in uow.registry.centres()]
    for centre_id in centre_ids or known:
        batch = freeze_batch(app, centre_id, f"{key}:{centre_id}")
        if batch is not None and batch.id not in {paid.batch.id for paid in done}:
            done.append(_carry(app, batch.id, bank))
    return done


def _without_statement(app: App) -> list[r.Batch]:
    """Return settled batches whose statement a killed process left unwritten."""
    with app.store.reading() as uow:
        settled = uow.settlements.batches(("settled",))
    papers = app.home / "documents" / "statements"
    return [batch for batch in settled if not (papers / f"{batch.id}.json").exists()]


def _carry(app: App, batch_id: str, bank: Bank) -> Paid:
    papers: list[Path] = []
    try:
        if the_batch(app, batch_id).state in OPEN:
            papers = _through_bank(app, batch_id, bank)
    except Conflict:
        # Another process may have been quicker; then what it did stands.
        if the_batch(app, batch_id).state in OPEN:
            raise
    batch = the_batch(app, batch_id)
    reason = from_plain(net.NettingBatch, dict(batch.body)).reason
    if batch.state == "settled":
        papers.extend(write_statement(app, batch))
    return Paid(batch, reason, tuple(papers))


def _through_bank(app: App, batch_id: str, bank: Bank) -> list[Path]:
    order = instruct_bank(app, batch_id)
    papers = [Path(order.path)]
    if order.batch.state == "instructed":
        files = bank(order.file)
        for file in files:
            # Named after its content: what the bank said at first stays beside what it says later.
            name = f"bank/{batch_id}.{sha256_hex(file)[:12]}.xml"
            papers.append(app.save(name, file))
        confirm_batch(app, batch_id, app.documents.bank_notices(files))
    return papers


def write_statement(app: App, batch: r.Batch) -> list[Path]:
    """Write the centre's statement in RMB as PDF (Chinese and English), and last as JSON."""
    paper = statement_of(app, batch)
    name = f"statements/{batch.id}"
    return [
        *(
            app.save(f"{name}.{lang}.pdf", app.documents.statement_pdf(paper, lang))
            for lang in ("zh-Hans", "zh-Hant")
        ),
        app.save(f"{name}.json", paper.as_json()),
    ]


def statement_of(app: App, batch: r.Batch) -> CentreStatement:
    """Return the statement of a settled batch; the same batch, the same statement."""
    body = from_plain(net.NettingBatch, dict(batch.body))
    assert body.values is not None
    lines: list[StatementLine] = []
    with app.store.reading() as uow:
        centre = centre_party(uow, batch.centre_id)
        for member in body.members:
            invoice = uow.deals.invoice(member.invoice)
            assert invoice is not None
            usage = cast("dict[str, dict[str, dict[str, int]]]", invoice.body["document"])
            used = usage["head"]["usage"]["milli_device_seconds"]
            lines.append(StatementLine(invoice.number, invoice.lease_id, used, member.owed))
    return build_statement(
        f"ST-{batch.id[2:]}",
        branch_party(app),
        centre,
        batch.id,
        batch.value_date,
        batch.created_at,
        lines,
        body.values.fx,
        batch.bank_reference,
        batch.journal_hash,
    )


def simulated_bank(app: App, behaviour: str) -> Bank:
    """Return a bank that is simulated on this machine and says so in its files."""
    day = local_day(app.clock.now())
    return lambda order: app.documents.simulated_bank(order, behaviour, day)
