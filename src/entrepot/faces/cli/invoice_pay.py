"""``entrepot invoice pay``: book what a firm has paid of an invoice."""

from __future__ import annotations

import click

from entrepot.faces.cli.approvals import KEY
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit, money
from entrepot.kernel.money import HKD, Amount, parse_amount
from entrepot.kernel.text import N_


@cli_command(
    "pay",
    help=N_(
        "Book a firm's payment of an invoice. Less than is open leaves the rest due; more goes to "
        "the firm's prepaid account. Without --amount all that is open is paid."
    ),
    examples=(
        'entrepot invoice pay HK-2026-000001 --amount "120.50 HKD" --reference TT-4711',
        "entrepot invoice pay HK-2026-000001 --reference PREPAID-1 --from-prepaid",
    ),
)
@click.argument("number_", metavar="NUMBER")
@click.option("--amount", metavar="AMOUNT", help=N_("What came in, as '120.50 HKD'."))
@click.option("--reference", required=True, help=N_("The bank's reference, booked once a firm."))
@click.option("--from-prepaid", is_flag=True, help=N_("Take it from the firm's prepaid account."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def pay(
    session: Session,
    number_: str,
    amount: str | None,
    reference: str,
    from_prepaid: bool,
    key: str | None,
) -> None:
    """Book a payment."""
    from entrepot.services.open_items import open_item
    from entrepot.services.payments import BANK, PREPAID, pay_invoice

    app = session.app
    with app.store.reading() as uow:
        wanted = Amount(open_item(uow, number_).open, HKD)
    paid = parse_amount(amount) if amount else wanted
    source = PREPAID if from_prepaid else BANK
    receipt = pay_invoice(app, number_, paid, reference, key or app.ids.new("K"), source)
    with app.store.reading() as uow:
        left = Amount(open_item(uow, number_).open, HKD)
    text = N_("{paid} is booked on {number}; {left} is still open.")
    words = _(text).format(
        paid=money(Amount(receipt.applied_minor, HKD)), number=number_, left=money(left)
    )

    def render() -> None:
        done(words)
        if receipt.recovered_minor:
            more = money(Amount(receipt.recovered_minor, HKD))
            print("  " + _(N_("{more} of what was written off came back.")).format(more=more))
        if receipt.excess_minor:
            more = money(Amount(receipt.excess_minor, HKD))
            print("  " + _(N_("{more} went to the prepaid account.")).format(more=more))

    from dataclasses import asdict

    emit(session, {**asdict(receipt), "open_minor": left.minor}, render)


COMMANDS = (pay,)
