"""``entrepot ledger balance`` and ``ledger rebuild``: what an account holds, now and at a time."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.days import moment_of
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.ledger_words import NATURES, account_data, amount_of
from entrepot.faces.cli.output import Column, done, emit, moment, number, pad, show_table
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.ledger.model import Transfer
    from entrepot.services.books import AccountLine
    from entrepot.services.rebuild import Rebuilt


@cli_command(
    "balance",
    help=N_(
        "Show one account: posted, held by open leases, free. With --at, as it stood at the end of "
        "that second, by replay of the transfers booked until then."
    ),
    examples=(
        "entrepot ledger balance bank",
        "entrepot ledger balance prepaid:F-01… --json",
        "entrepot ledger balance bank --at 2026-11-21T10:00",
    ),
)
@click.argument("code", metavar="CODE")
@click.option("--at", metavar="TIME", help=N_("A time, or a day for its end; Hong Kong time."))
@json_option
@pass_session
def balance(session: Session, code: str, at: str | None) -> None:
    """Show a balance."""
    from entrepot.services.books import account_line, open_holds_of

    t = moment_of("--at", at)
    line = account_line(session.app, code, t)
    holds = open_holds_of(session.app, code) if t is None else []
    data = {**account_data(line), "at": t, "holds": [asdict(hold) for hold in holds]}
    emit(session, data, lambda: _show_balance(line, holds, t))


@cli_command(
    "rebuild",
    help=N_(
        "Work out the balance of every account from its transfers, and put it right where the one "
        "kept differs. With --check nothing is changed, and a difference ends with exit code 3."
    ),
    examples=("entrepot ledger rebuild --check", "entrepot ledger rebuild"),
)
@click.option("--check", is_flag=True, help=N_("Only compare."))
@json_option
@pass_session
def rebuild(session: Session, check: bool) -> None:
    """Rebuild the balances."""
    from entrepot.services.rebuild import compare_balances, rebuild_balances

    app = session.app
    act = compare_balances if check else rebuild_balances
    found = wait_for(_(N_("Working out the balances")), lambda: act(app))
    data = {
        "accounts": found.accounts,
        "written": found.written,
        "differences": [
            {"account": code, "rebuilt": asdict(right), "kept": asdict(kept)}
            for code, right, kept in found.differences
        ],
    }
    emit(session, data, lambda: _show_rebuilt(found))
    if found.differences and not found.written:
        raise Refused(
            "ledger.differs",
            N_("Balances that are not those of their transfers: {count}; nothing was changed."),
            hint=N_("Put them right: entrepot ledger rebuild"),
            count=number(len(found.differences)),
        )


def _show_balance(line: AccountLine, holds: list[Transfer], at: int | None) -> None:
    print(f"{line.code}  {_(line.label)} ({_(NATURES[line.nature])})")
    if at is not None:
        print(_(N_("  as of {when}")).format(when=moment(at)))
    rows = [(N_("posted"), line.balance), (N_("held"), line.held), (N_("free"), line.free)]
    for label, minor in rows:
        if minor is not None:
            print(f"  {pad(_(label), 12)} {amount_of(minor, line.asset):>20}")
    for hold in holds:
        print(
            _(N_("  open hold of {amount} since {when}, for {cause}")).format(
                amount=amount_of(hold.amount, hold.asset), when=moment(hold.t), cause=hold.cause
            )
        )


def _show_rebuilt(found: Rebuilt) -> None:
    if not found.differences:
        text = N_("All {accounts} balances are those that their transfers give.")
        done(_(text).format(accounts=number(found.accounts)))
        return
    columns = [Column(_(N_("account")))]
    columns += [Column(_(t), True) for t in (N_("by its transfers"), N_("kept"))]
    rows = [
        [code, *(" / ".join(map(str, asdict(one).values())) for one in (right, kept))]
        for code, right, kept in found.differences
    ]
    show_table(columns, rows)
    if found.written:
        text = N_("Put right: {count} balances.")
        done(_(text).format(count=number(len(rows))))


COMMANDS = (balance, rebuild)
