"""Take lists of market prices into the exchange: whole or not at all, once each content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from entrepot.domain.catalogue.model import Offer
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.offer_table import market_id, offer_body
from entrepot.services.ports import UnitOfWork
from entrepot.services.readings import PriceList

Rows = Sequence[tuple[str, str, r.Body]]


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did.

    Attributes:
        read: offers of the file.
        added: offers that were new.
        left_out: sound rows that are no offer here.
        skipped: places and sentences of bad rows.
        repeated: True when this very list was taken in before; then nothing was written.
    """

    read: int
    added: int
    left_out: int
    skipped: tuple[tuple[str, str], ...]
    repeated: bool


def import_market(
    app: App, path: Path, form: str, provider: str, as_of: str, *, skip_bad: bool = False
) -> Import:
    """Read a file of list prices and keep them, in one journalled command.

    Args:
        app: the exchange.
        path: the file; form: ``entrepot``, ``skypilot`` or ``gpuhunt``.
        provider, as_of: who sells, and the ISO day of the list, where the form does not say.
        skip_bad: keep the good rows of a file with bad ones.

    Raises:
        NotFound: no such file.
        Invalid: bad rows without ``skip_bad``, or no offer at all.
        Conflict: the same list and day is known with other figures.
    """
    found = app.read_prices(path, form, provider, as_of, skip_bad=skip_bad)
    if not found.offers:
        raise _nothing(path, found)
    rows = [(market_id(offer), offer.source, offer_body(offer)) for offer in found.offers]
    added, repeated = _keep(app, rows)
    return Import(
        len(rows),
        0 if repeated else added,
        found.left_out,
        tuple((problem.where, problem.error.render()) for problem in found.problems),
        repeated,
    )


def _keep(app: App, rows: Rows) -> tuple[int, bool]:
    """Keep the rows; return how many are new, and whether this content was kept before."""
    mark = app.ids.new("K")
    content = digest([[name, dict(body)] for name, _source, body in rows])

    def action(uow: UnitOfWork) -> Mapping[str, object]:
        known = {name: body for name, _source, body in uow.registry.market_offers()}
        changed = [name for name, _source, body in rows if known.get(name, body) != dict(body)]
        if changed:
            raise _changed(changed)
        return {"added": uow.registry.add_market_offers(rows), "mark": mark}

    body: dict[str, object] = {"rows": len(rows), "digest": content}
    now = app.clock.now()
    answer = app.store.command(app.actor, "offers.import", f"market:{content}", body, now, action)
    return int(str(answer["added"])), answer["mark"] != mark


def _changed(names: Sequence[str]) -> Conflict:
    return Conflict(
        "offers.changed",
        N_("{count} offers are known with other figures of the same day, such as {name}."),
        hint=N_("State the day of this list: --as-of 2026-11-30."),
        count=len(names),
        name=names[0],
    )


def _nothing(path: Path, found: PriceList) -> Invalid:
    return Invalid(
        "offers.none",
        N_("{name} holds no offer: {left_out} rows were left out, {bad} are bad."),
        hint=N_("Check --format, and that rows have a price and whole devices."),
        name=path.name,
        left_out=found.left_out,
        bad=len(found.problems),
    )


def origin_of(app: App, offer: Offer) -> str:
    """Say where an offer comes from: ``posted``, ``imported`` or ``public``."""
    if offer.centre_id and offer.pool_id:
        return "posted"
    return "public" if offer.id in app.facts.public_offers else "imported"
