"""What a home shows to anybody: centres, posted offers, and where its journal ends.

Nothing of firms, quotes, leases, jobs or invoices is read here, nor a centre's bank account.
Capacity is P at a named precision. A centre's peak is Σ device peak × devices over ratings of
one kind; a measurement and a claim made in public stand as they were stated and are never added.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import cast

from entrepot.kernel.compute import Basis, Rating
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.facts_model import CentreFact, Facts, StatedRating
from entrepot.services.offer_table import peaks, rating_of
from entrepot.services.provenance import Provenance
from entrepot.services.public_model import (
    Capacity,
    Claim,
    KnownCentre,
    PublicCentre,
    PublicCentres,
    PublicCheckpoint,
    PublicOffer,
    PublicPool,
)


def public_centres(app: App) -> PublicCentres:
    """Return the centres under contract, and those of the facts."""
    with app.store.reading() as uow:
        centres, pools = uow.registry.centres(), uow.registry.pools()
    contracted = tuple(
        _centre(app.facts, centre, [pool for pool in pools if pool.centre_id == centre.id])
        for centre in centres
    )
    return PublicCentres(contracted, tuple(map(_known, app.facts.centres.values())))


def public_offers(app: App) -> tuple[PublicOffer, ...]:
    """Return the posted offers in the order in which they were posted."""
    with app.store.reading() as uow:
        pools = {pool.id: pool for pool in uow.registry.pools()}
        offers = uow.registry.offers()
    return tuple(_offer(app.facts, offer, pools[offer.pool_id]) for offer in offers)


def public_checkpoint(app: App) -> PublicCheckpoint:
    """Return where the journal ends."""
    head = app.store.journal_head()
    seq, t = cast("int", head["seq"]), cast("int", head["t"])
    return PublicCheckpoint(str(head["home_id"]), seq, t, str(head["hash"]))


def capacity_sums(ratings: Sequence[Rating]) -> tuple[Capacity, ...]:
    """Add ratings of one kind; a rating with an unstated part stands alone.

    >>> from entrepot.kernel.compute import Density, Engine, Precision
    >>> half = (Precision.FP16, Density.DENSE, Engine.MATRIX, Basis.PEAK, "sheet")
    >>> vague = Rating(10**9, None, None, None, Basis.PEAK, "press")
    >>> many = [Rating(10**9, *half), vague, Rating(2 * 10**9, *half), vague]
    >>> [(c.p, c.precision) for c in capacity_sums(many)]
    [('3', 'fp16'), ('1', None), ('1', None)]
    """
    sums: list[Rating] = []
    for rating in ratings:
        like = next((i for i, known in enumerate(sums) if known.like(rating)), None)
        if like is None:
            sums.append(rating)
        else:
            sums[like] = sums[like] + rating
    return tuple(map(capacity_of, sums))


def capacity_of(rating: Rating) -> Capacity:
    """Return a rating as it is shown."""
    return Capacity(
        _exact(rating.p),
        rating.precision.value if rating.precision else None,
        rating.density.value if rating.density else None,
        rating.engine.value if rating.engine else None,
        rating.basis.value,
        rating.source,
    )


def _exact(value: Fraction) -> str:
    """Return a fraction as decimal text if it has one, else as numerator/denominator.

    >>> _exact(Fraction(5, 2)), _exact(Fraction(1, 3)), _exact(Fraction(3000))
    ('2.5', '1/3', '3000')
    """
    for digits in range(13):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            whole, part = divmod(scaled.numerator, 10**digits)
            return f"{whole}.{part:0{digits}d}" if digits else str(whole)
    return f"{value.numerator}/{value.denominator}"


def _centre(facts: Facts, centre: r.Centre, pools: Sequence[r.Pool]) -> PublicCentre:
    ratings = [rating.times(pool.devices) for pool in pools for rating in _peaks(facts, pool)]
    return PublicCentre(
        centre.id,
        dict(centre.names),
        centre.jurisdiction,
        centre.region,
        centre.city,
        centre.operator_hq,
        centre.green_share_bp,
        centre.demonstration,
        centre.public_key,
        tuple(_pool(facts, pool) for pool in pools),
        capacity_sums(ratings),
        centre.source,
    )


def _peaks(facts: Facts, pool: r.Pool) -> list[Rating]:
    """Return the peaks of one device: the centre's own statement, else the data sheet's."""
    stated = [rating_of(row) for row in pool.ratings]
    own = [rating for rating in stated if rating.basis == Basis.PEAK]
    return own or list(peaks(facts.devices.get(pool.device_id)))


def _pool(facts: Facts, pool: r.Pool) -> PublicPool:
    measured = [rating_of(row) for row in pool.ratings if row["basis"] == Basis.MEASURED.value]
    return PublicPool(
        pool.device_id,
        _device_name(facts, pool.device_id),
        pool.devices,
        pool.device_memory_mib,
        pool.isolations,
        tuple(map(capacity_of, measured)),
    )


def _offer(facts: Facts, offer: r.PostedOffer, pool: r.Pool) -> PublicOffer:
    return PublicOffer(
        offer.id,
        offer.centre_id,
        pool.device_id,
        _device_name(facts, pool.device_id),
        offer.isolation,
        offer.interruptible,
        _exact(Fraction(offer.price) / 100),
        offer.asset,
        offer.milli_min,
        offer.milli_max,
        offer.from_day,
        offer.to_day,
        offer.source,
    )


def _device_name(facts: Facts, device_id: str) -> str:
    device = facts.devices.get(device_id)
    return device.name if device else device_id


def _known(fact: CentreFact) -> KnownCentre:
    return KnownCentre(
        fact.id,
        dict(fact.names),
        fact.kind,
        fact.jurisdiction,
        fact.region,
        fact.city,
        tuple(map(_claim, fact.ratings)),
        _cite(fact.provenance),
        fact.provenance.date,
        fact.provenance.grade.value,
    )


def _claim(stated: StatedRating) -> Claim:
    return Claim(
        capacity_of(stated.rating),
        stated.origin,
        stated.standing,
        stated.plausible,
        stated.note,
        stated.provenance.date,
        stated.provenance.grade.value,
    )


def _cite(provenance: Provenance) -> str:
    return provenance.source
