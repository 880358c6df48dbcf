"""``entrepot ledger``: accounts, statements, the trial balance, deposits, and the proof."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.days import day_of
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.ledger_words import NATURES, account_data, amount_of
from entrepot.faces.cli.output import (
    Column,
    day,
    done,
    emit,
    moment,
    money,
    number,
    show_table,
)
from entrepot.faces.cli.parts import parts_of
from entrepot.faces.cli.proof import tell_problems
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.money import HKD, Amount, asset_of, parse_amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.ledger.trial import TrialRow
    from entrepot.services.books import AccountLine, Proof, Statement


@cli_group(
    "ledger",
    help=N_("Show the accounts, book a deposit, and prove that the books balance."),
    examples=(
        "entrepot ledger accounts",
        "entrepot ledger statement bank",
        "entrepot ledger check",
        "entrepot ledger deposit F-01… 1000 HKD --reference TT-4711",
    ),
)
def command() -> None:
    """Hold the commands of the books."""


@command.command(
    "accounts",
    help=N_("List all accounts with their balances, each on the side on which it grows."),
    examples=("entrepot ledger accounts", "entrepot ledger accounts --json"),
)
@json_option
@pass_session
def accounts(session: Session) -> None:
    """List accounts."""
    from entrepot.services.books import account_lines

    lines = account_lines(session.app)
    emit(session, [account_data(line) for line in lines], lambda: _show_accounts(lines))


@command.command(
    "statement",
    help=N_("Print the lines of an account with the balance after each."),
    examples=(
        "entrepot ledger statement prepaid:F-01…",
        "entrepot ledger statement bank --from 2026-11-01 --to 2026-11-30",
    ),
)
@click.argument("code", metavar="CODE")
@click.option("--from", "from_day", metavar="DAY", help=N_("First day, YYYY-MM-DD."))
@click.option("--to", "to_day", metavar="DAY", help=N_("Last day, included."))
@json_option
@pass_session
def statement(session: Session, code: str, from_day: str | None, to_day: str | None) -> None:
    """Print a statement."""
    from entrepot.services.books import statement_of

    found = statement_of(session.app, code, day_of("--from", from_day), day_of("--to", to_day))
    data = {**asdict(found), "account": account_data(found.account)}
    emit(session, data, lambda: _show_statement(found))


@command.command(
    "trial",
    help=N_("Print the trial balance: in each currency debits equal credits."),
    examples=("entrepot ledger trial", "entrepot ledger trial --asset HKD"),
)
@click.option("--asset", metavar="CODE", help=N_("Only this currency: HKD, CNH …"))
@json_option
@pass_session
def trial_(session: Session, asset: str | None) -> None:
    """Print the trial balance."""
    from entrepot.services.books import trial, trial_totals

    rows = trial(session.app, asset_of(asset).code if asset else None)
    totals = trial_totals(rows)
    data = {
        "rows": [asdict(row) for row in rows],
        "totals": {code: {"debit": d, "credit": c} for code, (d, c) in totals.items()},
    }
    emit(session, data, lambda: _show_trial(rows, totals))


@command.command(
    "check",
    help=N_(
        "Prove the books: the hash chain over every row, all balances by replay, all bounds, the "
        "journal's word for every batch, and every hold, bill, device and payment against them."
    ),
    examples=("entrepot ledger check", "entrepot ledger check --json"),
)
@json_option
@pass_session
def check(session: Session) -> None:
    """Prove the books."""
    from entrepot.services.books import prove_books

    app = session.app
    proof = wait_for(_(N_("Proving the books")), lambda: prove_books(app))
    data = {"proven": not proof.problems, "problems": proof.problems, **proof.counts}
    if proof.problems:
        tell_problems(session, data, proof.problems, "ledger.unproven", UNPROVEN)
    emit(session, data, lambda: _show_proof(proof))


UNPROVEN = N_("The books do not prove: problems found: {count}.")


@command.command(
    "deposit",
    help=N_(
        "Book money that reached the bank for a firm: it can spend it at once. A payment with the "
        "bank's reference is booked once, however often the command is called."
    ),
    examples=("entrepot ledger deposit F-01… 1000 HKD --reference TT-4711",),
)
@click.argument("firm", metavar="F-…")
@click.argument("amount", metavar="N HKD", nargs=-1, required=True)
@click.option("--reference", default="", help=N_("The bank's reference of the payment."))
@json_option
@pass_session
def deposit(session: Session, firm: str, amount: tuple[str, ...], reference: str) -> None:
    """Book a deposit."""
    from entrepot.services import register

    app = session.app
    paid = parse_amount(" ".join(amount))
    key = f"deposit:{firm}:{reference}" if reference else app.ids.new("K")
    free = register.deposit(app, firm, paid, reference, key)
    data = {
        "firm_id": firm,
        "amount_minor": paid.minor,
        "reference": reference,
        "free_minor": free,
    }

    def render() -> None:
        done(_(N_("{amount} booked for {firm}.")).format(amount=money(paid), firm=firm))
        print(_(N_("  free after it: {amount}")).format(amount=money(Amount(free, HKD))))

    emit(session, data, render)


def _show_accounts(lines: list[AccountLine]) -> None:
    if not lines:
        print(_(N_("No account yet: the first deposit opens two.")))
        return
    columns = [Column(_(t)) for t in (N_("account"), N_("what it is"), N_("nature"))]
    columns += [Column(_(t), True) for t in (N_("balance"), N_("held"))]
    rows = [
        [
            line.code,
            _(line.label) + (_(N_(" (closed)")) if line.closed else ""),
            _(NATURES[line.nature]),
            amount_of(line.balance, line.asset),
            amount_of(line.held, line.asset) if line.held else "–",
        ]
        for line in lines
    ]
    show_table(columns, rows)


def _show_statement(found: Statement) -> None:
    account = found.account
    print(
        _(N_("{code}  {label}, {first} to {last}")).format(
            code=account.code,
            label=_(account.label),
            first=day(found.from_day),
            last=day(found.to_day),
        )
    )
    columns = [Column("#", True), *(Column(_(t)) for t in (N_("booked"), N_("for"), N_("with")))]
    columns += [Column(_(t), True) for t in (N_("debit"), N_("credit"), N_("balance"))]
    rows = [["", "", _(N_("brought forward")), "", "", "", _plain(found.opening)]]
    rows += [
        [
            number(line.seq),
            moment(line.t),
            line.cause or line.posting,
            line.other,
            _plain(line.debit) if line.debit else "",
            _plain(line.credit) if line.credit else "",
            _plain(line.balance),
        ]
        for line in found.lines
    ]
    show_table(columns, rows)
    closing = amount_of(found.closing, account.asset)
    print(_(N_("Carried forward: {amount}")).format(amount=closing))


def _plain(minor: int) -> str:
    return str(Amount(minor, HKD)).partition(" ")[2]


def _show_trial(rows: list[TrialRow], totals: dict[str, tuple[int, int]]) -> None:
    columns = [Column(_(N_("account"))), Column(_(N_("what it is"))), Column("")]
    columns += [Column(_(t), True) for t in (N_("debit"), N_("credit"), N_("held"))]
    cells = [
        [row.code, _(row.label), row.asset, *map(_or_blank, (row.debit, row.credit, row.held))]
        for row in rows
    ]
    cells += [
        [_(N_("sum")), "", code, _plain(debit), _plain(credit), ""]
        for code, (debit, credit) in totals.items()
    ]
    show_table(columns, cells)


def _or_blank(minor: int) -> str:
    return _plain(minor) if minor else ""


def _show_proof(proof: Proof) -> None:
    text = N_(
        "The books are proven: {accounts} accounts, {transfers} transfers, {batches} batches, "
        "{holds} open holds."
    )
    done(_(text).format(**{name: number(count) for name, count in proof.counts.items()}))


for _part in parts_of("ledger_balance", "ledger_post", "ledger_reports", "ledger_export"):
    command.add_command(_part)
