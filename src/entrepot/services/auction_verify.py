"""Verify a certificate of an auction with the checker that shares no code with the solver."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.auction_folder import AuctionFolder

if TYPE_CHECKING:
    from entrepot.domain.auction_check.model import Finding


def verify_auction(app: App, certificate: Path, orders: Path) -> Mapping[str, object]:
    """Verify a certificate against the folder of its orders; return it.

    Args:
        app: the exchange; no home is needed.
        certificate: the file.
        orders: the folder.

    Raises:
        NotFound, Invalid: a file is not there or cannot be read.
        Refused: the certificate does not hold; every finding is a field of the refusal.
    """
    body = app.read_certificate(certificate)
    wrong = findings_of(app.read_auction(orders), body)
    if wrong:
        fields: dict[str, str] = {}
        for finding in wrong:
            said = fields.get(finding.where)
            fields[finding.where] = f"{said} {finding.render()}" if said else finding.render()
        raise Refused(
            "auction.certificate",
            N_("The certificate does not hold ({count} findings; first {field}: {what})."),
            hint=N_("Ask whoever ran the auction for the certificate of these orders."),
            fields=fields,
            count=len(wrong),
            field=wrong[0].where,
            what=wrong[0].render(),
        )
    return body


def findings_of(folder: AuctionFolder, body: Mapping[str, object]) -> list[Finding]:
    """Return what is wrong with a certificate; nothing if it holds.

    Raises:
        Invalid: the orders cannot be read.
    """
    from entrepot.domain.auction_check.check import check
    from entrepot.domain.auction_check.read_call import read_call

    tables = {name: table.columns for name, table in folder.tables.items()}
    call = read_call(folder.slots, folder.slot_s, folder.zones, folder.classes, tables)
    return check(call, body)
