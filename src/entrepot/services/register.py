"""Take firms and centres into the exchange, and money onto a firm's prepaid account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.compute import Rating
from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.definitions import CentreDefinition, FirmDefinition
from entrepot.services.firms import the_firm
from entrepot.services.offer_table import rating_row
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_leases import PoolTerms
from entrepot.services.postings import Entry, open_accounts, transfers_of


def register_firm(app: App, definition: FirmDefinition, key: str) -> r.Firm:
    """Keep a firm; its beneficial group is the one it names, else itself.

    Args:
        app: the exchange.
        definition: what the firm's file says.
        key: idempotency key.

    Returns:
        The firm as kept.
    """
    now = app.clock.now()
    firm_id = app.ids.new(ids.FIRM)

    def action(uow: UnitOfWork) -> dict[str, object]:
        firm = r.Firm(
            firm_id,
            definition.name,
            definition.address,
            definition.registration,
            definition.group or firm_id,
            definition.profile,
            now,
        )
        uow.registry.add_firm(firm)
        uow.ledger.ensure_account(f"prepaid:{firm_id}")
        return {"firm_id": firm_id}

    body: dict[str, object] = {"name": definition.name, "registration": definition.registration}
    answer = app.store.command(app.actor, "firm.register", key, body, now, action)
    return the_firm(app, str(answer["firm_id"]))


def deposit(app: App, firm_id: str, amount: Amount, reference: str, key: str) -> int:
    """Book money that reached the branch's bank for a firm: bank to prepaid.

    Args:
        amount: HKD, positive.
        reference: the bank's reference, booked once a firm; empty if it gave none.

    Returns:
        The firm's free balance afterwards, HKD cents.

    Raises:
        Invalid: not HKD, or not positive.
        NotFound: no such firm.
        Conflict: a payment of that firm under that reference is booked already.
    """
    if amount.asset != HKD or amount.minor <= 0:
        raise Invalid(
            "deposit.amount",
            N_("A deposit is a positive amount of HKD, not {amount}."),
            hint=N_("Write it as 1000 HKD."),
            amount=str(amount),
        )
    the_firm(app, firm_id)
    now = app.clock.now()
    transfer_id = app.ids.new(ids.TRANSFER)

    def action(uow: UnitOfWork) -> dict[str, object]:
        prepaid, cause = f"prepaid:{firm_id}", f"deposit:{firm_id}:{reference or transfer_id}"
        if uow.ledger.transfers_of_cause(cause):
            raise Conflict(
                "deposit.known",
                N_("A payment of {firm} with the bank reference {reference} is booked already."),
                hint=N_("Give the reference of the new payment."),
                firm=firm_id,
                reference=reference,
            )
        entry = Entry("bank", prepaid, amount.minor, HKD, "deposit")
        paid_in = transfers_of([entry], lambda: transfer_id, cause)
        open_accounts(uow.ledger, paid_in)
        uow.ledger.post(paid_in)
        return {"free_minor": uow.ledger.balance(prepaid).credit_free}

    body: dict[str, object] = {
        "firm_id": firm_id,
        "amount_minor": amount.minor,
        "reference": reference,
    }
    answer = app.store.command(app.actor, "firm.deposit", key, body, now, action)
    return int(str(answer["free_minor"]))


def register_centre(app: App, definition: CentreDefinition, key: str) -> r.Centre:
    """Keep a centre with its pools and offers, and make the key of its meters.

    Raises:
        Conflict: a centre of that id is registered.
    """
    now = app.clock.now()
    centre = r.Centre(
        definition.id,
        definition.names,
        definition.jurisdiction,
        definition.region,
        definition.city,
        definition.latitude_udeg,
        definition.longitude_udeg,
        definition.operator_hq,
        definition.backend,
        app.meter_key(definition.id),
        definition.account,
        definition.green_share_bp,
        definition.demonstration,
        definition.source,
        now,
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.registry.centre(centre.id) is not None:
            raise Conflict(
                "centre.known",
                N_("A centre {id} is registered already."),
                hint=N_("Choose another id, or look at it: entrepot centres show {id}"),
                id=centre.id,
            )
        uow.registry.add_centre(centre)
        pools = _pools(definition)
        for pool in pools.values():
            uow.registry.add_pool(pool)
        for stated in _terms(definition):
            uow.leases.add_terms(stated)
        uow.registry.add_offers(_offers(app, definition, pools))
        return {"centre_id": centre.id}

    body: dict[str, object] = {"centre_id": centre.id, "public_key": centre.public_key}
    app.store.command(app.actor, "centre.register", key, body, now, action)
    return centre


def _pools(definition: CentreDefinition) -> dict[str, r.Pool]:
    return {
        pool.name: r.Pool(
            f"{definition.id}/{pool.name}",
            definition.id,
            pool.device_id,
            pool.devices,
            pool.device_memory_mib,
            pool.vcpus,
            pool.memory_mib,
            pool.disk_mib,
            pool.power_w,
            pool.isolations,
            pool.export,
            pool.ratings,
        )
        for pool in definition.pools
    }


def _terms(definition: CentreDefinition) -> list[PoolTerms]:
    """Return what the pools state of leases and machines; those that state nothing are left out."""
    return [
        PoolTerms(f"{definition.id}/{pool.name}", pool.kinds, pool.nodes)
        for pool in definition.pools
        if pool.kinds or pool.nodes
    ]


def _offers(
    app: App, definition: CentreDefinition, pools: Mapping[str, r.Pool]
) -> list[r.PostedOffer]:
    return [
        r.PostedOffer(
            app.ids.new(ids.OFFER),
            definition.id,
            pools[offer.pool].id,
            f"{offer.price.numerator}/{offer.price.denominator}",
            offer.asset,
            offer.isolation,
            offer.interruptible,
            offer.milli_min,
            offer.milli_max,
            offer.from_day,
            offer.to_day,
            definition.source,
        )
        for offer in definition.offers
    ]


def rate_centre(app: App, centre_id: str, ratings: Sequence[Rating], key: str) -> list[r.Pool]:
    """Put measured ratings beside the peak ones of the centre's pools.

    The whole machine was measured; a device has its processors' share of it:
    rating · vcpus / processors.

    Args:
        app: the exchange.
        centre_id: a centre whose devices are this machine's processors.
        ratings: of the whole machine.
        key: idempotency key.

    Returns:
        The pools as rated now.

    Raises:
        NotFound: no such centre.
    """
    now = app.clock.now()

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.registry.centre(centre_id) is None:
            raise NotFound(
                "centre.unknown",
                N_("No centre {id} is registered here."),
                hint=N_("entrepot centres list shows those that are."),
                id=centre_id,
            )
        pools = [pool for pool in uow.registry.pools() if pool.centre_id == centre_id]
        for pool in pools:
            peaks = [dict(row) for row in pool.ratings if row["basis"] == "peak"]
            share = Fraction(min(pool.vcpus, app.processors), app.processors)
            measured = [rating_row(rating.times(share)) for rating in ratings]
            uow.registry.rate_pool(pool.id, measured + peaks)
        return {"pools": [pool.id for pool in pools]}

    body: dict[str, object] = {
        "centre_id": centre_id,
        "on": local_day(now).isoformat(),
        "ratings": digest([rating_row(rating) for rating in ratings]),
    }
    app.store.command(app.actor, "centre.rate", key, body, now, action)
    with app.store.reading() as uow:
        return [pool for pool in uow.registry.pools() if pool.centre_id == centre_id]
