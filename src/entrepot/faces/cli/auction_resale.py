"""``entrepot auction resell`` and ``notices``: slots sold again, and leases that gave way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.auction_life_words import hkd, order_data, show_placed
from entrepot.faces.cli.days import moment_of
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, emit, moment, number, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entrepot.services.ports_elastic import Notice

KINDS = {"elastic": N_("gave way"), "resale": N_("sold again")}


@cli_command(
    "resell",
    help=N_(
        "Offer slots of a lease of the auction in a later call, at a reserve price for a device "
        "and hour. A slot that is sold is given up, also where nobody buys all of its devices; "
        "--whole asks for the reserve of all. The centre is still paid once, and what the slot "
        "brings, less a fee of 1 %, is yours when it is delivered."
    ),
    examples=(
        'entrepot auction resell AC-01… L-01… --reserve "80 HKD"',
        'entrepot auction resell AC-01… L-01… --reserve "80 HKD" --slot 2026-12-01T20:00 --json',
    ),
)
@click.argument("call_id", metavar="CALL")
@click.argument("lease_id", metavar="LEASE")
@click.option("--reserve", required=True, help=N_("Least price of a device and hour, HKD."))
@click.option("--slot", "slots", multiple=True, metavar="TIME", help=N_("Start of a slot."))
@click.option("--whole", is_flag=True, help=N_("Sell a slot for all its devices, or keep it."))
@click.option("--key", help=N_("Idempotency key; the same key gives the same answer."))
@json_option
@pass_session
def resell(
    session: Session,
    call_id: str,
    lease_id: str,
    reserve: str,
    slots: tuple[str, ...],
    whole: bool,
    key: str | None,
) -> None:
    """Offer slots again."""
    from entrepot.kernel.money import parse_amount
    from entrepot.services.resale_offer import resell as place

    app = session.app
    hours = [at for text in slots if (at := moment_of("--slot", text)) is not None]
    least = parse_amount(reserve)
    made = key or app.ids.new("K")
    asks = place(app, call_id, lease_id, least, hours, made, whole=whole)

    def render() -> None:
        for ask in asks:
            show_placed(ask, None)

    emit(session, {"lease_id": lease_id, "asks": [order_data(ask) for ask in asks]}, render)


@cli_command(
    "notices",
    help=N_(
        "List leases that gave way to higher value in a later call, and slots that were sold "
        "again: from when on, what others pay, what was given back and credited."
    ),
    examples=("entrepot auction notices", "entrepot auction notices --lease L-01… --json"),
)
@click.option("--lease", "lease_id", default="", help=N_("Of one lease."))
@click.option("--call", "call_id", default="", help=N_("Of one call."))
@click.option("--firm", "firm_id", default="", help=N_("Of one firm."))
@json_option
@pass_session
def notices(session: Session, lease_id: str, call_id: str, firm_id: str) -> None:
    """List notices."""
    from entrepot.services.elastic_yield import notice_data

    with session.app.store.reading() as uow:
        found = uow.elastic.notices(call_id=call_id, lease_id=lease_id, firm_id=firm_id)
    emit(session, [notice_data(one) for one in found], lambda: show_notices(found))


def show_notices(found: Sequence[Notice]) -> None:
    """Print notices as a table."""
    titles = (N_("slots"), N_("others pay"), N_("given back"), N_("credit"), N_("fee"))
    columns = [
        Column(_(N_("lease")), whole=True),
        *(Column(_(title)) for title in (N_("what"), N_("notice"), N_("ends"))),
        *(Column(_(title), number=True) for title in titles),
    ]
    rows = [
        [
            *(one.lease_id, _(KINDS[one.kind]), moment(one.given_at), moment(one.ends_at)),
            *(number(one.slots), hkd(one.brought_minor), hkd(one.refund_minor)),
            *(hkd(one.credit_minor), hkd(one.fee_minor)),
        ]
        for one in found
    ]
    show_table(columns, rows, empty=_(N_("No lease gave way, and no slot was sold again.")))


COMMANDS = (resell, notices)
