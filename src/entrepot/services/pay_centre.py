"""Pay centres from start to end: resume what is open, freeze, instruct, match, write statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from entrepot.domain.contracts.funding import Mode
from entrepot.domain.contracts.invoice import build_statement
from entrepot.domain.contracts.matching import Confirmation
from entrepot.domain.contracts.model import CentreStatement, StatementLine
from entrepot.domain.contracts.settlement import DONE, LIVE, Member
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.bank_names import NO_BANK
from entrepot.services.bank_word import confirm_batch, hear_bank
from entrepot.services.parties import branch_party, centre_party
from entrepot.services.ports import UnitOfWork
from entrepot.services.settle import freeze_batch
from entrepot.services.settle_order import instruct_bank, instruct_together
from entrepot.services.settle_records import netting_of, the_batch, unfinished
from entrepot.services.settle_release import approve_release, propose_release

_LEFT = "未清"
"""Mark of what another payment left open, on papers in Chinese."""

TURNS_MAX = 3
"""Orders of one batch, one after the other: RMB are bought, then they are paid, then nothing."""

Bank = Callable[[bytes], list[bytes]]
"""Hands a payment order to a bank and returns the files that it answers."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What came of one batch.

    Attributes:
        batch: as it stands.
        reason: why it failed; empty otherwise.
        waits_for: id of the proposal that a second person has to approve; empty otherwise.
        papers: payment order, bank files and statement, where they lie.
    """

    batch: r.Batch
    reason: str
    papers: tuple[Path, ...]
    waits_for: str = ""


def pay_centres(
    app: App, centre_ids: list[str], bank: Bank, *, key: str, mode: Mode | None = None
) -> list[Paid]:
    """Settle all that centres are owed.

    Args:
        app: the exchange.
        centre_ids: whom to pay; empty = every centre under contract.
        bank: where the payment order goes.
        key: idempotency key of this run.
        mode: how new batches are funded and paid; None = as the settings say.

    Returns:
        One result a batch, those left open by a killed run first.

    Raises:
        NotFound: no such centre.
        Refused: the branch's account is short of HKD.
    """
    done = [_carry(app, batch.id, bank) for batch in [*unfinished(app), *_without_statement(app)]]
    with app.store.reading() as uow:
        known = [centre.id for centre in uow.registry.centres()]
    for centre_id in centre_ids or known:
        batch = freeze_batch(app, centre_id, f"{key}:{centre_id}", mode)
        if batch is not None and batch.id not in {paid.batch.id for paid in done}:
            done.append(_carry(app, batch.id, bank))
    return done


def _without_statement(app: App) -> list[r.Batch]:
    """Return settled batches whose statement a killed process left unwritten."""
    with app.store.reading() as uow:
        settled = uow.settlements.batches(DONE)
    return [batch for batch in settled if not _statement_path(app, batch.id).exists()]


def _carry(app: App, batch_id: str, bank: Bank) -> Paid:
    papers: list[Path] = []
    try:
        waiting = propose_release(app, batch_id)
        if waiting is not None:
            return Paid(the_batch(app, batch_id), "", (), waiting.proposal.id)
        if the_batch(app, batch_id).state in LIVE:
            papers = _through_bank(app, batch_id, bank)
    except Conflict:
        # Another process may have been quicker; then what it did stands.
        if the_batch(app, batch_id).state in LIVE:
            raise
    return close_batch(app, batch_id, papers)


def close_batch(app: App, batch_id: str, papers: list[Path]) -> Paid:
    """Return what came of a batch, with its statement if the bank has paid any of it."""
    batch = the_batch(app, batch_id)
    if batch.state in DONE and not _statement_path(app, batch_id).exists():
        papers = [*papers, *write_statement(app, batch)]
    return Paid(batch, netting_of(batch).reason, tuple(papers))


def _through_bank(app: App, batch_id: str, bank: Bank) -> list[Path]:
    papers: list[Path] = []
    for _ in range(TURNS_MAX):
        order = instruct_bank(app, batch_id)
        answers = [answer for file in order.files for answer in bank(file.data)]
        papers += [Path(file.path) for file in order.files]
        for answer in answers:
            # Named after its content: what the bank said at first stays beside what it says later.
            name = f"bank/{batch_id}.{sha256_hex(answer)[:12]}.xml"
            papers.append(app.save(name, answer))
        after = confirm_batch(app, batch_id, app.documents.bank_notices(answers))
        if after.state != "funded":
            break
    return papers


def _statement_path(app: App, batch_id: str) -> Path:
    return app.home / "documents" / "statements" / f"{batch_id}.json"


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
    """Return the statement of a settled batch: what it paid, and what it left open."""
    body = netting_of(batch)
    assert body.values is not None
    with app.store.reading() as uow:
        centre = centre_party(uow, batch.centre_id)
        lines = [_line(uow, member) for member in body.members]
    left = body.values.total - body.booked.paid
    if left.minor:
        lines.append(StatementLine(f"{batch.id} {_LEFT}", "", 0, -left))
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


def _line(uow: UnitOfWork, member: Member) -> StatementLine:
    invoice = uow.deals.invoice(member.invoice)
    if invoice is None:
        return StatementLine(f"{member.invoice_number} {_LEFT}", "", 0, member.owed)
    usage = cast("dict[str, dict[str, dict[str, int]]]", invoice.body["document"])
    used = usage["head"]["usage"]["milli_device_seconds"]
    return StatementLine(invoice.number, invoice.lease_id, used, member.owed)


def simulated_bank(app: App, behaviour: str) -> Bank:
    """Return a bank that is simulated on this machine and says so in its files."""
    day = local_day(app.clock.now())
    return lambda order: app.documents.simulated_bank(order, behaviour, day)


def bank_of(app: App, name: str) -> Bank:
    """Return the simulated bank of a behaviour, or one that never answers: ``none``."""
    if name == NO_BANK:
        return lambda order: []
    return simulated_bank(app, name)


def release_batches(app: App, batch_ids: Sequence[str], bank: Bank, key: str) -> list[Paid]:
    """Release frozen batches as the second person, and send them together.

    Args:
        app: the exchange; its actor is the second person.
        batch_ids: frozen batches.
        bank: where the orders go.
        key: idempotency key.

    Returns:
        One result a batch.

    Raises:
        NotFound: no such batch, or nobody has proposed its release.
        Refused: the same person proposed it.
        Conflict: a batch is past that.
    """
    names = list(dict.fromkeys(batch_ids))
    for batch_id in names:
        approve_release(app, batch_id, f"{key}:{batch_id}")
    papers: list[Path] = []
    notices: list[Confirmation] = []
    for file in instruct_together(app, names):
        papers.append(Path(file.path))
        for answer in bank(file.data):
            papers.append(app.save(f"bank/{sha256_hex(answer)[:16]}.xml", answer))
            notices.extend(app.documents.bank_notices([answer]))
    if notices:
        hear_bank(app, notices)
    for batch_id in names:
        if the_batch(app, batch_id).state == "funded":
            papers.extend(_through_bank(app, batch_id, bank))
    return [close_batch(app, name, papers if name == names[0] else []) for name in names]
