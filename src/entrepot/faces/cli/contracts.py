"""``entrepot contracts``: with firms and centres, who is bound to whom, statements to centres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.approvals import KEY
from entrepot.faces.cli.contracts_show import show_contract, show_contracts, show_links
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, show_table
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, parse_amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.contracts.agreement import Commitment, PurchaseTerms, UserTerms
    from entrepot.services.contract_records import Contract


@cli_group(
    "contracts",
    help=N_(
        "Contracts with firms in HKD and with centres in RMB, back to back: every lease is bound "
        "to one of each. Who has signed none stands under one of the house."
    ),
    examples=(
        "entrepot contracts list",
        'entrepot contracts new --firm F-01… --terms credit --limit "5000 HKD" --days 30',
        "entrepot contracts trace HK-2026-000001",
    ),
)
def command() -> None:
    """Hold the commands of contracts."""


@command.command(
    "new",
    help=N_(
        "Draft a contract with a firm or a centre. It binds nobody before it is signed; a credit "
        "line is signed by another person than the one who drafted it."
    ),
    examples=(
        "entrepot contracts new --firm F-01… --from 2026-12-01",
        'entrepot contracts new --firm F-01… --terms credit --limit "5000 HKD" --days 30 '
        "--billing monthly --from 2026-12-01",
        "entrepot contracts new --centre gz --days 10 --commit h100:7200 --from 2026-12-01",
    ),
)
@click.option("--firm", metavar="F-…", help=N_("The firm, for a contract in HKD."))
@click.option("--centre", metavar="ID", help=N_("The centre, for a contract in RMB."))
@click.option(
    "--terms",
    type=click.Choice(["prepaid", "credit"]),
    default="prepaid",
    help=N_("How the firm pays: prepaid, or on credit."),
)
@click.option("--limit", metavar="AMOUNT", help=N_("Most on credit, open and held: '5000 HKD'."))
@click.option("--days", type=int, help=N_("Days from the invoice to its due day."))
@click.option(
    "--billing",
    type=click.Choice(["per_job", "monthly"]),
    default="per_job",
    help=N_("An invoice a job, or a month."),
)
@click.option("--plan", metavar="ID", help=N_("Price plan of the contract."))
@click.option(
    "--commit", multiple=True, metavar="DEVICE:HOURS", help=N_("Device-hours a month of a centre.")
)
@click.option("--from", "from_day", metavar="DAY", help=N_("First day; today if it is left out."))
@click.option("--to", "to_day", metavar="DAY", help=N_("First day without it; none = until ended."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def new(session: Session, key: str | None, **asked: object) -> None:
    """Draft a contract."""
    from entrepot.services.contracts import draft_contract

    app = session.app
    made = draft_contract(app, _terms(session, asked), key or app.ids.new("K"))
    text = N_("{id} is a draft. It binds once it is signed: entrepot contracts sign {id}")
    emit(session, contract_data(made), lambda: done(_(text).format(id=made.id)))


@command.command(
    "list",
    help=N_("List all contracts, those with firms first."),
    examples=("entrepot contracts list", "entrepot contracts list --json"),
)
@json_option
@pass_session
def list_(session: Session) -> None:
    """List contracts."""
    from entrepot.services.contracts import all_contracts

    users, purchases = all_contracts(session.app)
    data = [contract_data(one) for one in (*users, *purchases)]
    emit(session, data, lambda: show_contracts(users, purchases))


@command.command(
    "show",
    help=N_("Show a contract with its terms, its signature and how many leases it has."),
    examples=("entrepot contracts show UC-01…", "entrepot contracts show PC-01… --json"),
)
@click.argument("contract", metavar="CONTRACT")
@json_option
@pass_session
def show(session: Session, contract: str) -> None:
    """Show a contract."""
    from entrepot.services.contract_trace import trace
    from entrepot.services.contracts import the_contract

    found = the_contract(session.app, contract)
    leases = len(trace(session.app, contract))
    data = {**contract_data(found), "leases": leases}
    emit(session, data, lambda: show_contract(found, leases))


@command.command(
    "sign",
    help=N_(
        "Sign a draft: its terms hold from its first day and never change. The contract of the "
        "house gives way to it."
    ),
    examples=(
        "entrepot contracts sign PC-01… --reference GZ-2026-17",
        "ENTREPOT_ACTOR=second.person entrepot contracts sign UC-01… --reference HK-2026-4",
    ),
)
@click.argument("contract", metavar="CONTRACT")
@click.option("--reference", default="", help=N_("Reference of the signed paper."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def sign(session: Session, contract: str, reference: str, key: str | None) -> None:
    """Sign a draft."""
    from entrepot.services.contracts import sign_contract

    made = sign_contract(session.app, contract, reference, key or session.app.ids.new("K"))
    text = _(N_("{id} is signed: {digest}")).format(id=made.id, digest=made.digest)
    emit(session, contract_data(made), lambda: done(text))


@command.command(
    "end",
    help=N_("End a contract today, or drop a draft; what was done under it stays."),
    examples=("entrepot contracts end UC-01…",),
)
@click.argument("contract", metavar="CONTRACT")
@click.option("--key", help=KEY)
@json_option
@pass_session
def end(session: Session, contract: str, key: str | None) -> None:
    """End a contract."""
    from entrepot.services.contracts import end_contract

    made = end_contract(session.app, contract, key or session.app.ids.new("K"))
    text = _(N_("{id} has ended on {day}.")).format(id=made.id, day=made.ended_on)
    emit(session, contract_data(made), lambda: done(text))


@command.command(
    "trace",
    help=N_(
        "Trace a contract, lease, job, batch or document both ways: what the firm pays under "
        "which contract, and what the centre gets for it under which."
    ),
    examples=(
        "entrepot contracts trace HK-2026-000001",
        "entrepot contracts trace PC-01… --json",
    ),
)
@click.argument("name", metavar="NAME")
@json_option
@pass_session
def trace_(session: Session, name: str) -> None:
    """Trace both ways."""
    from entrepot.services.contract_trace import trace

    links = trace(session.app, name)
    emit(session, links, lambda: show_links(links))


@command.command(
    "statement",
    help=N_(
        "Write the statements of a month to centres, in RMB: what was owed, what came, what was "
        "paid. The month has to be over; a statement is issued once."
    ),
    examples=(
        "entrepot contracts statement 2026-11",
        "entrepot contracts statement 2026-11 --centre gz --json",
    ),
)
@click.argument("month", metavar="MONTH")
@click.option("--centre", metavar="ID", help=N_("Only this centre."))
@json_option
@pass_session
def statement(session: Session, month: str, centre: str | None) -> None:
    """Issue statements."""
    from entrepot.services.centre_statement import issue_statements

    made = issue_statements(session.app, month, centre)
    data = [{"number": one.row.number, "centre_id": one.row.centre_id, "month": month,
             "digest": one.row.digest, "opening": one.paper.opening,
             "closing": one.paper.closing, "papers": one.files} for one in made]  # fmt: skip

    def render() -> None:
        titles = (N_("statement"), N_("centre"))
        columns = [Column(_(title), whole=True) for title in titles]
        columns += [Column(_(title), True) for title in (N_("opening"), N_("closing"))]
        rows = [
            [one.row.number, one.row.centre_id, money(one.paper.opening), money(one.paper.closing)]
            for one in made
        ]
        show_table(columns, rows, empty=_(N_("No centre has an account yet.")))

    emit(session, data, render)


def _terms(session: Session, asked: dict[str, object]) -> UserTerms | PurchaseTerms:
    from entrepot.domain.contracts import agreement as a
    from entrepot.kernel.period import local_day

    firm, centre = asked["firm"], asked["centre"]
    if bool(firm) == bool(centre):
        raise Invalid(
            "contract.party",
            N_("A contract is with one firm or with one centre."),
            hint=N_("Name it: --firm F-01… or --centre ID."),
            fields={"--firm": "one of both", "--centre": "one of both"},
        )
    start = str(asked["from_day"] or local_day(session.app.clock.now()).isoformat())
    end = str(asked["to_day"]) if asked["to_day"] else None
    days, branch = int(str(asked["days"] or 0)), session.app.settings.branch
    if centre:
        commits = asked["commit"]
        assert isinstance(commits, tuple)
        kept = _commitments([str(one) for one in commits])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return a.PurchaseTerms(str(centre), branch, "CNH", days, kept, start, end)
    limit = parse_amount(str(asked["limit"])) if asked["limit"] else Amount(0, HKD)
    if limit.asset != HKD:
        raise Invalid(
            "contract.limit",
            N_("A credit limit is in HKD, not {amount}."),
            hint=N_("Write it as --limit '5000 HKD'."),
            amount=str(limit),
        )
    how = a.Terms(str(asked["terms"])), limit.minor, days, a.Billing(str(asked["billing"]))
    plan = str(asked["plan"]) if asked["plan"] else None
    return a.UserTerms(str(firm), branch, "HKD", *how, plan, start, end)


def _commitments(texts: Sequence[str]) -> tuple[Commitment, ...]:
    from entrepot.domain.contracts.agreement import Commitment

    found: list[Commitment] = []
    for text in texts:
        device, colon, hours = text.rpartition(":")
        if not colon or not hours.isascii() or not hours.isdigit() or len(hours) > len("99999999"):
            raise Invalid(
                "contract.commit",
                N_("A commitment is a device and its hours a month, as h100:7200, not {text}."),
                hint=N_("Write --commit DEVICE:HOURS, once a device."),
                fields={"--commit": text},
                text=text,
            )
        found.append(Commitment(device, int(hours)))
    return tuple(sorted(found, key=lambda one: one.device))


def contract_data(contract: Contract) -> dict[str, object]:
    """Return a contract for ``--json``."""
    from dataclasses import asdict

    return asdict(contract)
