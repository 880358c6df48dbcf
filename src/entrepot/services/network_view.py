"""The network as a reader sees it: every centre known, with ratings, distance, power and contract.

Ratings are shown as they were stated, one by one. They are never added: most do not say at which
precision they hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from entrepot.kernel.compute import Rating
from entrepot.kernel.errors import NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.fact_book import plain_fact
from entrepot.services.facts_model import CentreFact, ZoneFact
from entrepot.services.latency import Latency, between
from entrepot.services.offer_table import HOME_PLACE, peaks, rating_of
from entrepot.services.places import place_of
from entrepot.services.ports_leases import PoolTerms
from entrepot.services.provenance import Note, Provenance, Stated

CONTRACT = "contract"
"""Kind of a centre that no fact describes and that is under contract."""

_CLAUSE = re.compile(r"(?<=[;.:]) ")
_IN_USE = re.compile(r"\b(?:use|used|utilised|utilisation)\b")
_SHARE = re.compile(r"\d ?%")


@dataclass(frozen=True, slots=True)
class RatingView:
    """A rating as somebody stated it.

    Attributes:
        rating: the figure; of one device where ``devices`` is set.
        devices: devices of the pool; None = a figure of the whole centre.
        pool: name of the pool, empty for a whole centre.
        standing: ``in_service``, ``planned``, ``claimed`` or ``contract``.
        plausible: False = nobody should plan with it.
        note: what belongs to the figure; None = nothing.
        said: source, date, grade; None = ``rating.source`` says it.
    """

    rating: Rating
    devices: int | None
    pool: str
    standing: str
    plausible: bool
    note: str | None
    said: Provenance | None


@dataclass(frozen=True, slots=True)
class CentreView:
    """All that is known of a centre.

    Attributes:
        id, names, kind, jurisdiction, region, city: as in the facts or the contract.
        operator_hq: ISO 3166-1; None = not stated.
        ratings: one by one, as stated.
        use: what was said on how much of it is in use.
        notes: everything else that was said.
        latency: round trip from Hong Kong; None = not stated.
        grid: the power grid where it stands; None = not stated.
        green_share_bp: contracted green power, basis points; pue: usage effectiveness.
        said: source of the row.
        contract: record of the contract; None = no contract, so nothing can be leased there.
        pools: devices under contract; pool_terms: what they state of leases and machines.
    """

    id: str
    names: Mapping[str, str]
    kind: str
    jurisdiction: str
    region: str
    city: str
    operator_hq: str | None
    ratings: tuple[RatingView, ...]
    use: tuple[Note, ...]
    notes: tuple[Note, ...]
    latency: Latency | None
    grid: ZoneFact | None
    green_share_bp: int | None
    pue: Stated | None
    said: Provenance | None
    contract: r.Centre | None
    pools: tuple[r.Pool, ...]
    pool_terms: tuple[PoolTerms, ...] = ()

    @property
    def headline(self) -> RatingView | None:
        """The rating for a short list: in service before planned, plausible first, newest."""
        order = {CONTRACT: 0, "in_service": 1, "planned": 2, "claimed": 3}
        newest = sorted(self.ratings, key=lambda v: v.said.date if v.said else "", reverse=True)
        best = sorted(newest, key=lambda v: (order.get(v.standing, 4), not v.plausible))
        return best[0] if best else None

    def as_dict(self) -> dict[str, object]:
        """Return plain values; P as decimal text."""
        body = cast("dict[str, object]", plain_fact(self))
        latency, grid = self.latency, self.grid
        body["ratings"] = [_rating_dict(view) for view in self.ratings]
        body["latency"] = None if latency is None else plain_fact(latency)
        body["grid_g_per_kwh"] = None if grid is None else plain_fact(grid.g_per_kwh)
        body["under_contract"] = self.contract is not None
        return body


def _rating_dict(view: RatingView) -> dict[str, object]:
    body = cast("dict[str, object]", plain_fact(view))
    return body | {"p": f"{view.rating.mflops // 10**9}.{view.rating.mflops % 10**9:09d}"}


def centre_views(app: App) -> list[CentreView]:
    """Return every centre, those under contract first, then the others in the facts' order."""
    centres, pools, terms = _contracts(app)
    under = [_view(app, app.facts.centres.get(c.id), c, pools, terms) for c in centres]
    known = {centre.id for centre in centres}
    return under + [
        _view(app, fact, None, ()) for fact in app.facts.centres.values() if fact.id not in known
    ]


def centre_view(app: App, centre_id: str) -> CentreView:
    """Return one centre.

    Raises:
        NotFound: nobody has named it, and it is not under contract.
    """
    views = {view.id: view for view in centre_views(app)}
    if centre_id not in views:
        guess = did_you_mean(centre_id, list(views))
        raise NotFound(
            "centre.unknown",
            N_("No centre {id} is known."),
            hint=N_("Did you mean {guess}?") if guess else N_("entrepot centres list shows all."),
            id=centre_id[:80],
            guess=guess or "",
        )
    return views[centre_id]


def _contracts(app: App) -> tuple[list[r.Centre], list[r.Pool], list[PoolTerms]]:
    """Return centres, pools and their terms under contract; none where there is no home yet."""
    try:
        with app.store.reading() as uow:
            terms = list(uow.leases.all_terms().values())
            return uow.registry.centres(), uow.registry.pools(), terms
    except NotFound as error:
        if error.code != "home.missing":
            raise
        return [], [], []


def _view(
    app: App,
    fact: CentreFact | None,
    centre: r.Centre | None,
    pools: Sequence[r.Pool],
    terms: Sequence[PoolTerms] = (),
) -> CentreView:
    known = centre or fact
    assert known is not None
    mine = tuple(p for p in pools if centre is not None and p.centre_id == centre.id)
    place = fact.place if fact else place_of(app, known.city, known.region)
    point = (known.latitude_udeg, known.longitude_udeg)
    spot = None if None in point else cast("tuple[int, int]", point)
    return CentreView(
        id=known.id,
        names=known.names,
        kind=fact.kind if fact else CONTRACT,
        jurisdiction=known.jurisdiction,
        region=known.region,
        city=known.city,
        operator_hq=known.operator_hq,
        ratings=_pool_ratings(app, mine) + _stated_ratings(fact),
        use=_use(fact),
        notes=fact.notes if fact else (),
        latency=between(app.facts, HOME_PLACE, place, spot),
        grid=app.facts.zones.get(known.region),
        green_share_bp=known.green_share_bp,
        pue=fact.pue if fact else None,
        said=fact.provenance if fact else None,
        contract=centre,
        pools=mine,
        pool_terms=tuple(one for one in terms if one.pool_id in {pool.id for pool in mine}),
    )


def _pool_ratings(app: App, pools: Sequence[r.Pool]) -> tuple[RatingView, ...]:
    return tuple(
        RatingView(rating, pool.devices, pool.id, CONTRACT, True, None, None)
        for pool in pools
        for rating in (
            *(rating_of(row) for row in pool.ratings),
            *peaks(app.facts.devices.get(pool.device_id)),
        )
    )


def _stated_ratings(fact: CentreFact | None) -> tuple[RatingView, ...]:
    stated = fact.ratings if fact else ()
    return tuple(
        RatingView(s.rating, None, "", s.standing, s.plausible, s.note, s.provenance)
        for s in stated
    )


def _use(fact: CentreFact | None) -> tuple[Note, ...]:
    """Return the clauses that say how much of a centre is in use."""
    if fact is None:
        return ()
    said = [Note(s.note, s.origin, s.provenance) for s in fact.ratings if s.note]
    return tuple(
        Note(clause.strip(" ;"), note.origin, note.provenance)
        for note in (*said, *fact.notes)
        for clause in _CLAUSE.split(note.text)
        if _IN_USE.search(clause) and _SHARE.search(clause)
    )
