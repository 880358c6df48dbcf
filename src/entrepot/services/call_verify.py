"""Verify a call that has cleared, and export it so that anybody else can.

The certificate is held against the published folder by the checker that shares no code with the
solver, and the folder against what the firms and centres had sealed: every order in it is the one
that was committed to before the gate closed, every option one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import EntrepotError, Refused
from entrepot.kernel.text import N_
from entrepot.services.auction_verify import findings_of
from entrepot.services.call_body import plain_body
from entrepot.services.call_folder import COLUMNS, folder_of_call, read_folder
from entrepot.services.call_run import cleared_of
from entrepot.services.call_seal import open_sealed

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.services.app import App
    from entrepot.services.auction_folder import AuctionFolder
    from entrepot.services.ports_market import Call, Clearing, SealedOrder
    from entrepot.services.records import Body

CERTIFICATE = "certificate.json"
COMMITMENTS = "commitments.json"


@dataclass(frozen=True, slots=True)
class Verified:
    """A call that holds.

    Attributes:
        call: which; certificate: of it; orders: how many sealed orders were held against it.
        files: where it was exported to; none if it was not.
    """

    call: Call
    certificate: Body
    orders: int
    files: tuple[Path, ...]


def verify_call(app: App, call_id: str, out: Path | None = None) -> Verified:
    """Verify a call from what is kept of it.

    Args:
        app: the exchange.
        call_id: a call that has cleared.
        out: folder to export certificate, orders and commitments to; None = nowhere.

    Raises:
        NotFound: no such call.
        Conflict: it has not cleared.
        Refused: something does not hold; each finding is a field of the refusal.
        Fault: the folder cannot be written.
    """
    done = cleared_of(app, call_id)
    with app.store.reading() as uow:
        orders = uow.market.orders(call_id)
    folder = read_folder(done.clearing.folder)
    wrong = {
        finding.where: finding.render()
        for finding in findings_of(folder, done.clearing.certificate)
    }
    wrong |= dict(_sealed_findings(app, done.call, orders, folder))
    if wrong:
        first = next(iter(wrong))
        raise Refused(
            "auction.call_wrong",
            N_("The call does not hold ({count} findings; first {field}: {what})."),
            hint=N_("Prove the journal (entrepot audit verify) and restore the last backup."),
            fields=wrong,
            count=len(wrong),
            field=first,
            what=wrong[first],
        )
    files = export_call(app, out, done.clearing, folder, orders) if out else ()
    return Verified(done.call, done.clearing.certificate, len(orders), files)


def export_call(
    app: App,
    out: Path,
    clearing: Clearing,
    folder: AuctionFolder,
    orders: list[SealedOrder],
) -> tuple[Path, ...]:
    """Write a call's certificate, orders and commitments into a folder.

    Sealed bodies stay at home: they say what a firm runs and on which data.
    """
    files = app.write_auction(out, folder)
    said = canonical_json(dict(clearing.certificate))
    files.append(app.write_certificate(out / CERTIFICATE, said))
    rows = [
        {"order": o.id, "seq": o.seq, "side": o.side, "commitment": o.commitment, "state": o.state}
        for o in orders
    ]
    kept = canonical_json({"call": clearing.call_id, "orders": rows})
    files.append(app.write_certificate(out / COMMITMENTS, kept))
    return tuple(files)


def _sealed_findings(
    app: App, call: Call, orders: list[SealedOrder], folder: AuctionFolder
) -> Iterator[tuple[str, str]]:
    """Find orders that are not what was sealed, and rows of the folder that are no order's."""
    counted = [order for order in orders if order.body]
    for order in counted:
        try:
            said = plain_body(open_sealed(app, order, call.released_key))
        except EntrepotError as error:
            yield order.id, error.render()
            continue
        if canonical_json(said) != canonical_json(dict(order.body)):
            yield order.id, N_("The order is not what was sealed.")
    own = folder_of_call(call, counted)
    for table in ("asks", "options"):
        known = set(_rows(own, table))
        for row in _rows(folder, table):
            if row not in known:
                yield f"{table} {row[0]}", N_("Nobody has sealed this row.")


def _rows(folder: AuctionFolder, table: str) -> Iterator[tuple[str, ...]]:
    """Yield rows of a table; parties are numbered anew in each folder, and left out."""
    columns = folder.tables[table].columns
    names = [name for name in COLUMNS[table] if name != "party"]
    yield from zip(*(columns[name] for name in names), strict=True)
