"""A centre in words: ratings, distance, power, and a card with every source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _, tag
from entrepot.faces.cli.output import clean, number, percent
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.latency import Latency
    from entrepot.services.network_view import CentreView, RatingView
    from entrepot.services.ports_leases import PoolTerms
    from entrepot.services.provenance import Provenance

KINDS: Mapping[str, str] = {
    "ai": N_("AI centre"),
    "hpc": N_("supercomputer"),
    "cluster": N_("cluster"),
    "access_node": N_("access node"),
    "planned": N_("planned"),
    "aggregate": N_("total of a place"),
    "contract": N_("under contract"),
}

STANDINGS: Mapping[str, str] = {
    "in_service": "",
    "contract": "",
    "planned": N_("planned"),
    "claimed": N_("claimed"),
}


def name_of(names: Mapping[str, str], most: int = 0) -> str:
    """Return a name in the reader's language, cut to ``most`` signs if it is longer; 0 = whole."""
    name = names.get(tag()) or names["en"]
    return name if not most or len(name) <= most else name[: most - 1] + "…"


def place_text(view: CentreView) -> str:
    """Return where a centre stands."""
    parts = dict.fromkeys([view.jurisdiction, view.region, view.city])
    return " ".join(part for part in parts if part)


def p_text(mflops: int) -> str:
    """Write a speed in P, with as many digits as a small machine needs.

    >>> p_text(3_000_000_000_000), p_text(41_000)
    ('3,000', '0.000041')
    """
    digits = 6 if mflops < 10**7 else 3 if mflops < 10**9 else 0
    return number(Fraction(mflops, 10**9), digits)


def rating_text(view: RatingView, unit: str = "") -> str:
    """Write a rating with its precision, and a word where nobody should plan with it."""
    rating = view.rating
    silent = _(N_("(precision not stated)"))
    precision = rating.precision.value.upper() if rating.precision else silent
    words = [f"{view.devices} ×" if view.devices else "", p_text(rating.mflops), unit, precision]
    words += [_(rating.basis.value), _(STANDINGS.get(view.standing, view.standing))]
    words += ["" if view.plausible else _(N_("(implausible)"))]
    return " ".join(word for word in words if word)


def latency_text(found: Latency | None) -> str:
    """Write a round trip; ``~`` marks an estimate."""
    if found is None:
        return _(N_("not stated"))
    mark = "" if found.basis == "measured" else "~"
    return f"{mark}{number(Fraction(found.us, 1000), 1)} ms"


def grid_text(view: CentreView) -> str:
    """Write the emission factor of the grid."""
    grid = view.grid
    if grid is None or grid.g_per_kwh is None:
        return _(N_("not stated"))
    return number(Fraction(grid.g_per_kwh), 1)


def share_text(basis_points: int | None) -> str:
    """Write a contracted green share."""
    return _(N_("not stated")) if basis_points is None else percent(basis_points)


def said_text(said: Provenance | None) -> str:
    """Write who says it, when, and how well it is founded."""
    if said is None:
        return ""
    return clean(f"{said.source}; {said.date}; {said.grade.value}")


def card(view: CentreView) -> Iterator[str]:
    """Yield all that is known of a centre, line by line, each figure with its source."""
    yield f"{view.id}  {name_of(view.names)}"
    yield from _facts(view)
    yield _(N_("Ratings (never added):"))
    lines = list(rating_rows(view)) or [_(N_("not stated"))]
    yield from (f"  {line}" for line in lines)
    if view.notes:
        yield _(N_("Notes:"))
        for note in view.notes:
            yield f"  {clean(note.text)} [{said_text(note.provenance)}]"
    if view.contract:
        yield from _contract(view.contract, view.pools)
        for terms in view.pool_terms:
            yield from _pool_terms(terms)
    else:
        yield _(N_("No contract with this centre, so nothing can be leased there."))


def _facts(view: CentreView) -> Iterator[str]:
    stated = _(N_("not stated"))
    latency, grid, pue = view.latency, view.grid, view.pue
    rows = (
        (N_("kind"), _(KINDS.get(view.kind, view.kind))),
        (N_("place"), place_text(view)),
        (N_("operator's headquarters"), view.operator_hq or stated),
        (N_("round trip from Hong Kong"), _with(latency_text(latency), latency and latency.source)),
        (N_("grid, g CO2 a kWh"), _with(grid_text(view), grid and said_text(grid.provenance))),
        (N_("green power by contract"), share_text(view.green_share_bp)),
        (N_("PUE"), _with(str(pue.value), said_text(pue.provenance)) if pue else stated),
        (N_("source"), said_text(view.said) or (view.contract.source if view.contract else "")),
    )
    for label, text in rows:
        yield f"  {_(label)}: {clean(text)}"


def _with(text: str, source: str | None) -> str:
    return f"{text} [{source}]" if source else text


def rating_rows(view: CentreView) -> Iterator[str]:
    """Yield every rating of a centre with its kind, note and source."""
    for item in view.ratings:
        rating = item.rating
        kind = ", ".join(
            part.value if part else _(N_("not stated")) for part in (rating.density, rating.engine)
        )
        source = said_text(item.said) or clean(rating.source)
        note = f" {clean(item.note)}" if item.note else ""
        pool = f"{item.pool}: " if item.pool else ""
        yield f"{pool}{rating_text(item, 'P')} ({kind}){note} [{source}]"


def _pool_terms(terms: PoolTerms) -> Iterator[str]:
    from entrepot.domain.contracts.lease_kind import read_terms
    from entrepot.faces.cli.lease_words import kind_text

    for body in terms.kinds:
        yield f"  {terms.pool_id}: {kind_text(read_terms(body))}"
    if terms.nodes:
        told = _(N_("{pool}: {count} machines, from {first} to {last}"))
        names = [str(node["name"]) for node in terms.nodes]
        yield "  " + told.format(
            pool=terms.pool_id, count=len(names), first=names[0], last=names[-1]
        )


def _contract(centre: r.Centre, pools: tuple[r.Pool, ...]) -> Iterator[str]:
    yield _(N_("Under contract:"))
    if centre.demonstration:
        yield "  " + _(N_("a demonstration, not a real centre"))
    yield "  " + _(N_("backend {backend}, meter key {key}…")).format(
        backend=centre.backend, key=centre.public_key[:16]
    )
    for pool in pools:
        yield "  " + _(N_("{pool}: {devices} × {device}, isolation {isolations}")).format(
            pool=pool.id,
            devices=pool.devices,
            device=pool.device_id,
            isolations=", ".join(pool.isolations),
        )
