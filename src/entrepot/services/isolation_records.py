"""Put statements of isolation on record, with the digest of the evidence, and end them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.gate.isolation import KeyHolder, Separation
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.isolations import the_isolation
from entrepot.services.ports_gate_records import Isolation
from entrepot.services.record_checks import check_texts

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewIsolation:
    """A statement to be recorded.

    Attributes:
        centre_id: where the data are; lease_id: for this lease only, empty = for every lease.
        separation: how they are kept apart; key_holder: of encrypted storage, else None.
        stated_by: who vouches for it; evidence: file or folder that shows it.
        from_day: first day; until: first day without, None = open.
    """

    centre_id: str
    separation: Separation
    key_holder: KeyHolder | None
    stated_by: str
    evidence: Path
    from_day: date
    until: date | None = None
    lease_id: str = ""


def add_isolation(
    app: App, firm: r.Firm, new: NewIsolation, key: str, told: Callable[[int, int], None]
) -> Isolation:
    """Record that a firm's data are kept apart at a centre.

    Args:
        app: the exchange.
        firm: whose data.
        new: what is recorded.
        key: idempotency key.
        told: called with (bytes read, bytes in all) while the evidence is read.

    Raises:
        Invalid: an empty text, days the wrong way round, or a key holder that does not fit.
        NotFound: no such centre under contract, lease of the firm there, or file.
    """
    check_texts({"by": new.stated_by})
    _check_days(new)
    _check_key_holder(new)
    now = app.clock.now()
    isolation = Isolation(
        app.ids.new(ids.ISOLATION),
        firm.id,
        new.centre_id,
        new.lease_id,
        new.separation.value,
        new.key_holder.value if new.key_holder else "",
        new.stated_by,
        app.digest_of(new.evidence, told).sha256,
        new.from_day.isoformat(),
        new.until.isoformat() if new.until else "",
        local_day(now).isoformat(),
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        _check_place(uow, isolation)
        uow.gate_records.add_isolation(isolation)
        return {"isolation_id": isolation.id}

    body = {name: v for name, v in asdict(isolation).items() if name not in ("id", "recorded_on")}
    answer = app.store.command(app.actor, "isolation.add", key, body, now, action)
    with app.store.reading() as uow:
        return the_isolation(uow, firm, str(answer["isolation_id"]))


def end_isolation(
    app: App, firm: r.Firm, isolation_id: str, reason: str, key: str, on: date | None = None
) -> Isolation:
    """End a statement: from a day on the data are kept apart by it no more.

    Args:
        app: the exchange; its actor ends it.
        firm: whose data.
        isolation_id: ``IS-…``.
        reason: in words, for the journal.
        key: idempotency key.
        on: first day without; None = today.

    Raises:
        NotFound: no such statement.
        Invalid: no reason, or a day to come.
        Conflict: it is ended already.
    """
    check_texts({"reason": reason})
    now = app.clock.now()
    today = local_day(now)
    day = on or today
    if day > today:
        raise Invalid(
            "isolation.future",
            N_("A statement is ended once it is over, and {day} is still to come."),
            hint=N_("State a last day from the beginning with --until."),
            fields={"on": "not after today"},
            day=day.isoformat(),
        )

    def action(uow: UnitOfWork) -> dict[str, object]:
        the_isolation(uow, firm, isolation_id)
        if not uow.gate_records.end_isolation(isolation_id, day.isoformat(), app.actor, reason):
            raise Conflict(
                "isolation.ended",
                N_("Statement {id} is ended already."),
                hint=N_("Record a new one: entrepot gate isolation add"),
                id=isolation_id,
            )
        return {"isolation_id": isolation_id, "on": day.isoformat()}

    body: dict[str, object] = {
        "isolation_id": isolation_id,
        "reason": reason,
        "on": day.isoformat(),
    }
    app.store.command(app.actor, "isolation.end", key, body, now, action)
    with app.store.reading() as uow:
        return the_isolation(uow, firm, isolation_id)


def _check_days(new: NewIsolation) -> None:
    if new.until is not None and new.until <= new.from_day:
        raise Invalid(
            "isolation.days",
            N_("A statement that ends on {until} does not begin on {start}."),
            hint=N_("--until is the first day without; it lies after --from."),
            fields={"until": "after from"},
            until=new.until.isoformat(),
            start=new.from_day.isoformat(),
        )


def _check_key_holder(new: NewIsolation) -> None:
    encrypted = new.separation is Separation.ENCRYPTED_STORAGE
    if encrypted != (new.key_holder is not None):
        raise Invalid(
            "isolation.key",
            N_("Encrypted storage has a holder of its key, and nothing else has."),
            hint=N_("Give --key-holder with --how encrypted_storage: {known}."),
            fields={"key-holder": "with encrypted_storage only"},
            known=", ".join(KeyHolder),
        )


def _check_place(uow: UnitOfWork, isolation: Isolation) -> None:
    centres = [centre.id for centre in uow.registry.centres()]
    if isolation.centre_id not in centres:
        near = did_you_mean(isolation.centre_id, centres)
        raise NotFound(
            "isolation.centre",
            N_("No centre {id} is under contract."),
            hint=N_("Did you mean {near}?") if near else N_("List them: entrepot centres list"),
            id=isolation.centre_id[:60],
            near=near or "",
        )
    lease = uow.deals.lease(isolation.lease_id) if isolation.lease_id else None
    if isolation.lease_id and (
        lease is None
        or (lease.firm_id, lease.centre_id) != (isolation.firm_id, isolation.centre_id)
    ):
        raise NotFound(
            "isolation.lease",
            N_("{firm} has no lease {id} at {centre}."),
            hint=N_("entrepot jobs lists leases and jobs."),
            firm=isolation.firm_id,
            id=isolation.lease_id[:60],
            centre=isolation.centre_id,
        )
