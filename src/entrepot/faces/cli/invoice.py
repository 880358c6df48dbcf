"""``entrepot invoice``: list invoices, show one, write it as PDF or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import SIMPLIFIED, TRADITIONAL, _, language
from entrepot.faces.cli.output import Column, done, emit, moment, money, number, pad, show_table
from entrepot.faces.cli.parts import parts_of
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r

if TYPE_CHECKING:
    from entrepot.domain.contracts.model import Invoice, Names
    from entrepot.services.app import App
    from entrepot.services.papers import Paper
    from entrepot.services.ports_contracts import MonthBill

EXAMPLE = "HK-2026-000001"


@cli_group(
    "invoice",
    help=N_("List invoices, show one, or write one as PDF or JSON."),
    examples=(
        "entrepot invoice list",
        f"entrepot invoice show {EXAMPLE}",
        f"entrepot invoice pdf {EXAMPLE} --lang zh-Hans",
    ),
)
def command() -> None:
    """Hold the commands of invoices."""


@command.command(
    "list",
    help=N_("List all invoices in order of number."),
    examples=("entrepot invoice list", "entrepot invoice list --json"),
)
@json_option
@pass_session
def list_(session: Session) -> None:
    """List invoices."""
    from entrepot.faces.cli.invoice_month import month_data

    with session.app.store.reading() as uow:
        records, months = uow.deals.invoices(), uow.receivables.months()
    data = [*(invoice_data(one) for one in records), *(month_data(one) for one in months)]
    emit(session, data, lambda: _show_list(records, months))


@command.command(
    "show",
    help=N_("Show one invoice line by line, after its digest was verified."),
    examples=(f"entrepot invoice show {EXAMPLE}", f"entrepot invoice show {EXAMPLE} --json"),
)
@click.argument("number_", metavar="NUMBER")
@json_option
@pass_session
def show(session: Session, number_: str) -> None:
    """Show an invoice."""
    from entrepot.faces.cli.invoice_month import show_month
    from entrepot.services.stored_invoice import the_invoice

    if show_month(session, number_):
        return
    record, paper = the_invoice(session.app, number_)
    data = {**invoice_data(record), "document": paper.as_dict()}
    emit(session, data, lambda: _show(record, paper))


@command.command(
    "pdf",
    help=N_(
        "Write an invoice as PDF in English and Chinese, in traditional characters, or with "
        "--lang zh-Hans in simplified ones. The same invoice gives the same bytes."
    ),
    examples=(
        f"entrepot invoice pdf {EXAMPLE}",
        f"entrepot invoice pdf {EXAMPLE} --lang zh-Hans --out bill.pdf",
    ),
)
@click.argument("number_", metavar="NUMBER")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help=N_("Where to write it.")
)
@json_option
@pass_session
def pdf(session: Session, number_: str, out: Path | None) -> None:
    """Write a PDF."""
    from entrepot.services.papers import the_paper

    paper = the_paper(session.app, number_)
    lang = "zh-Hans" if language() == SIMPLIFIED else "zh-Hant"
    path = _write(session.app, f"{paper.number}.{lang}.pdf", paper.pdf(lang), out)
    _written(session, paper, path)


@command.command(
    "json",
    help=N_("Print an invoice as the canonical JSON of which its digest is taken, or write it."),
    examples=(
        f"entrepot invoice json {EXAMPLE}",
        f"entrepot invoice json {EXAMPLE} --out bill.json",
    ),
)
@click.argument("number_", metavar="NUMBER")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help=N_("Where to write it.")
)
@json_option
@pass_session
def json_(session: Session, number_: str, out: Path | None) -> None:
    """Print or write JSON."""
    from entrepot.services.papers import the_paper

    paper = the_paper(session.app, number_)
    if out is None:
        print(paper.json.decode())
        return
    _written(session, paper, _write(session.app, "", paper.json, out))


def invoice_data(record: r.Invoice) -> dict[str, object]:
    """Return an invoice's record for ``--json``."""
    return {
        "number": record.number,
        "invoice_id": record.id,
        "firm_id": record.firm_id,
        "centre_id": record.centre_id,
        "lease_id": record.lease_id,
        "job_id": record.job_id,
        "issued_at": record.issued_at,
        "total_minor": record.total_minor,
        "centre_minor": record.centre_minor,
        "carrying_minor": record.carrying_minor,
        "batch_id": record.batch_id,
        "digest": record.digest,
    }


def named(names: Names) -> str:
    """Return a name in the reader's language; in English where none is stated."""
    chinese = {TRADITIONAL: names.zh_hant, SIMPLIFIED: names.zh_hans}
    return chinese.get(language(), "") or names.en


def _write(app: App, name: str, data: bytes, out: Path | None) -> Path:
    from entrepot.services.stored_invoice import write_paper

    return app.save(f"invoices/{name}", data) if out is None else write_paper(out, data)


def _written(session: Session, paper: Paper, path: Path) -> None:
    with session.app.store.reading() as uow:
        record = uow.deals.invoice(paper.number)
    known = invoice_data(record) if record else {"number": paper.number, "digest": paper.digest}
    data = {**known, "path": path}
    emit(session, data, lambda: done(_(N_("Written: {path}")).format(path=path)))


def _show_list(records: list[r.Invoice], months: list[MonthBill]) -> None:
    if not records and not months:
        print(_(N_("No invoice yet.")))
        return
    titles = (N_("invoice"), N_("issued"), N_("job"), N_("centre"), N_("settled by"))
    columns = [*(Column(_(title)) for title in titles), Column(_(N_("total")), True)]
    rows = [
        [
            record.number,
            moment(record.issued_at),
            record.job_id,
            record.centre_id,
            record.batch_id or "–",
            money(Amount(record.total_minor, HKD)),
        ]
        for record in records
    ]
    rows += [
        [
            bill.number,
            moment(bill.issued_at),
            bill.month,
            "–",
            "–",
            money(Amount(bill.total_minor, HKD)),
        ]
        for bill in months
    ]
    show_table(columns, rows)


def _show(record: r.Invoice, paper: Invoice) -> None:
    head = paper.head
    print(_(N_("Invoice {number}, {when}")).format(number=head.number, when=moment(head.issued_at)))
    parties = (
        (N_("from"), named(head.issuer.names)),
        (N_("to"), named(head.firm.names)),
        (N_("centre"), named(head.centre.names)),
        (
            N_("job"),
            f"{head.job}  {state_word(head.outcome.state.value)}  {head.outcome.sentence}".rstrip(),
        ),
        (N_("lease"), head.lease),
        (N_("settled by"), record.batch_id or "–"),
    )
    for label, text in parties:
        print(f"  {pad(_(label), 12)} {text}")
    columns = [Column("#", True), Column(_(N_("charge"))), Column("HKD", True)]
    rows = [[str(x.number), x.render(_), number(x.amount.major, 2)] for x in paper.lines]
    rows += [["", named(v.names), number(-v.amount.major, 2)] for v in paper.vouchers]
    show_table(columns, rows)
    sums = (
        (N_("total"), paper.total),
        (N_("payable"), paper.payable),
        (N_("paid from the prepaid account"), paper.paid_from_prepaid),
        (N_("still due"), paper.due),
    )
    for label, amount in sums:
        print(f"  {pad(_(label), 32)} {money(amount):>14}")
    for duty in head.duties:
        print(_(N_("  duty accepted: {title}")).format(title=_(duty.text)))
    done(_(N_("Its digest is the one that was issued: {digest}")).format(digest=record.digest))


for _part in parts_of(
    "invoice_focus", "invoice_month", "invoice_pay", "invoice_credit", "invoice_dunning"
):
    command.add_command(_part)
