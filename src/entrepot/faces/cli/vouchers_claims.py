"""``entrepot vouchers claim`` … ``fund``: a claim from its application to its payment, or back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import emit
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.kernel.money import Amount
    from entrepot.services.ports_claims import Claim

KEY = N_("Idempotency key; the same key has one effect.")


def _key(session: Session, key: str | None) -> str:
    return key or session.app.ids.new("K")


def _amount(words: str | None) -> Amount | None:
    from entrepot.kernel.money import parse_amount

    return None if words is None else parse_amount(words)


def _tell(session: Session, claim: Claim) -> None:
    from entrepot.faces.cli.vouchers_claims_show import claim_data, show_claim

    emit(session, claim_data(claim), lambda: show_claim(claim))


@cli_command(
    "claim",
    help=N_(
        "Apply for a voucher on a paid invoice. What the lease reserved goes over to the claim; "
        "else the programme is judged on what was paid, and the amount is reserved. "
        "A line is claimed once a family."
    ),
    examples=(
        "entrepot vouchers claim HK-2026-000001 --programme hk.aiss",
        "entrepot vouchers claim HK-2026-000001 --programme hk.aiss --facts facts.yaml",
    ),
)
@click.argument("invoice", metavar="INVOICE")
@click.option("--programme", required=True, metavar="ID", help=N_("Under which it is claimed."))
@click.option(
    "--facts",
    metavar="FACTS.yaml",
    type=click.Path(path_type=Path),
    help=N_("File of facts that neither the firm nor the device states."),
)
@click.option("--key", help=KEY)
@json_option
@pass_session
def claim_(
    session: Session, invoice: str, programme: str, facts: Path | None, key: str | None
) -> None:
    """Apply for a voucher."""
    from entrepot.services.claim_judgement import Application
    from entrepot.services.claims import apply_claim

    asked = Application(invoice, programme, _facts(session, facts))
    _tell(session, apply_claim(session.app, asked, _key(session, key)))


def _facts(session: Session, path: Path | None) -> Mapping[str, object]:
    from entrepot.kernel.errors import Invalid

    if path is None:
        return {}
    cases = session.app.read_cases(path)
    if len(cases) != 1:
        raise Invalid(
            "claim.facts",
            N_("The file {path} holds {count} cases; a claim takes the facts of one."),
            hint=N_("Write the facts of one purchase, name: value, one a line."),
            path=str(path),
            count=len(cases),
        )
    inner = cases[0].get("facts", cases[0])
    return cast("Mapping[str, object]", inner)


@cli_command(
    "claims",
    help=N_("List all claims, or show one with its whole record."),
    examples=("entrepot vouchers claims", "entrepot vouchers claims C-01… --json"),
)
@click.argument("claim", metavar="[C-…]", required=False)
@json_option
@pass_session
def claims(session: Session, claim: str | None) -> None:
    """List claims."""
    from entrepot.faces.cli.vouchers_claims_show import claim_data, show_claims
    from entrepot.services.claims import all_claims, the_claim

    if claim is not None:
        _tell(session, the_claim(session.app, claim))
        return
    found = all_claims(session.app)
    data = {"claims": [claim_data(one) for one in found]}
    emit(session, data, lambda: show_claims(found))


@cli_command(
    "approve",
    help=N_(
        "Grant a claim, whole or in part. The desk that applied cannot approve: set "
        "ENTREPOT_ACTOR to the name of the desk that decides."
    ),
    examples=(
        "ENTREPOT_ACTOR=authority entrepot vouchers approve C-01…",
        'ENTREPOT_ACTOR=authority entrepot vouchers approve C-01… --amount "500 HKD"',
    ),
)
@click.argument("claim", metavar="C-…")
@click.option("--amount", metavar='"N HKD"', help=N_("What is granted; all if it is left out."))
@day_option("--until", help=N_("First day on which it cannot be redeemed; not stated without."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def approve(
    session: Session, claim: str, amount: str | None, until: date | None, key: str | None
) -> None:
    """Grant a claim."""
    from entrepot.services.claim_steps import approve_claim

    granted = approve_claim(
        session.app, claim, _key(session, key), amount=_amount(amount), expires_on=until
    )
    _tell(session, granted)


@cli_command(
    "refuse",
    help=N_("Refuse a claim before its approval; cap and fund have its amount again."),
    examples=('ENTREPOT_ACTOR=authority entrepot vouchers refuse C-01… --reason "no contract"',),
)
@click.argument("claim", metavar="C-…")
@click.option("--reason", required=True, help=N_("Why; it is kept with the claim."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def refuse(session: Session, claim: str, reason: str, key: str | None) -> None:
    """Refuse a claim."""
    from entrepot.services.claim_steps import refuse_claim

    _tell(session, refuse_claim(session.app, claim, reason, _key(session, key)))


@cli_command(
    "redeem",
    help=N_(
        "Redeem an approved claim: every usage report is verified again, and the invoice must "
        "be paid. The programme then owes the amount."
    ),
    examples=("entrepot vouchers redeem C-01…",),
)
@click.argument("claim", metavar="C-…")
@click.option("--key", help=KEY)
@json_option
@pass_session
def redeem(session: Session, claim: str, key: str | None) -> None:
    """Redeem a claim."""
    from entrepot.services.claim_steps import redeem_claim

    _tell(session, redeem_claim(session.app, claim, _key(session, key)))


@cli_command(
    "pay",
    help=N_(
        "Book the programme's payment of a redeemed claim. What the firm claimed after its "
        "purchase is passed on to its prepaid account."
    ),
    examples=('entrepot vouchers pay C-01… --amount "553 HKD" --reference TT-4711',),
)
@click.argument("claim", metavar="C-…")
@click.option("--amount", required=True, metavar='"N HKD"', help=N_("What arrived at the bank."))
@click.option("--reference", required=True, help=N_("Reference of the payment."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def pay(session: Session, claim: str, amount: str, reference: str, key: str | None) -> None:
    """Book a payment."""
    from entrepot.kernel.money import parse_amount
    from entrepot.services.claim_steps import pay_claim

    paid = pay_claim(session.app, claim, parse_amount(amount), reference, _key(session, key))
    _tell(session, paid)


@cli_command(
    "expire",
    help=N_(
        "Let approved claims expire whose last day to redeem is over: the one named, or all. "
        "Cap and fund have their amounts again."
    ),
    examples=("entrepot vouchers expire", "entrepot vouchers expire C-01…"),
)
@click.argument("claim", metavar="[C-…]", required=False)
@json_option
@pass_session
def expire(session: Session, claim: str | None) -> None:
    """Let claims expire."""
    from entrepot.faces.cli.vouchers_claims_show import claim_data, show_claims
    from entrepot.services.claim_steps import expire_all, expire_claim

    over = [expire_claim(session.app, claim)] if claim else expire_all(session.app)
    data = {"claims": [claim_data(one) for one in over]}
    emit(session, data, lambda: show_claims(over))


@cli_command(
    "clawback",
    help=N_(
        "Take a granted claim back: its postings are reversed, cap and fund have its amount "
        "again, and the firm owes what it has had."
    ),
    examples=('entrepot vouchers clawback C-01… --reason "resold"',),
)
@click.argument("claim", metavar="C-…")
@click.option("--reason", required=True, help=N_("Why; it is kept with the claim."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def clawback(session: Session, claim: str, reason: str, key: str | None) -> None:
    """Take a claim back."""
    from entrepot.services.claim_steps import claw_back

    _tell(session, claw_back(session.app, claim, reason, _key(session, key)))


@cli_command(
    "collect",
    help=N_("Take what a firm owes for vouchers from its prepaid account, as far as it is free."),
    examples=("entrepot vouchers collect", "entrepot vouchers collect --firm F-01…"),
)
@click.option("--firm", metavar="F-…", help=N_("Firm that owes; needed if there are several."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def collect(session: Session, firm: str | None, key: str | None) -> None:
    """Collect what is owed."""
    from entrepot.faces.cli.output import done, money
    from entrepot.kernel.money import HKD, Amount
    from entrepot.services.claim_steps import collect_owed
    from entrepot.services.firms import the_firm

    owing = the_firm(session.app, firm)
    taken = collect_owed(session.app, owing.id, _key(session, key))
    text = _(N_("{amount} taken from {firm}.")).format(
        amount=money(Amount(taken, HKD)), firm=owing.id
    )
    emit(session, {"firm": owing.id, "taken_minor": taken}, lambda: done(text))


@cli_command(
    "fund",
    help=N_(
        "Show what a programme's fund has reserved, approved and paid, what is left, and how "
        "fast it is spent. What the text does not state is not stated."
    ),
    examples=("entrepot vouchers fund", "entrepot vouchers fund cn.shenzhen.training_voucher"),
)
@click.argument("programme", metavar="[PROGRAMME]", required=False)
@json_option
@pass_session
def fund(session: Session, programme: str | None) -> None:
    """Show funds."""
    from entrepot.faces.cli.vouchers_claims_show import show_funds
    from entrepot.services.fund_view import all_funds, fund_of

    found = [fund_of(session.app, programme)] if programme else all_funds(session.app)
    data: Any = found[0] if programme else {"funds": found}
    emit(session, data, lambda: show_funds(found))


COMMANDS = (claim_, claims, approve, refuse, redeem, pay, expire, clawback, collect, fund)
"""What hangs below the group of vouchers, in the order of a claim's life."""
