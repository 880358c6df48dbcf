"""Terms of a lease by its kind: what a pool sells, and what a lease was taken on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from entrepot.domain.catalogue.lease_rule import LeaseRule
from entrepot.domain.contracts.lease_kind import USUAL, KindTerms, LeaseKind, read_terms

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.ports_leases import PoolTerms

KIND = "kind"
"""Key of a candidate and of a lease's choice under which the terms of its kind stand."""

KEPT = "kept"
"""Key of a lease's choice: milli-device-seconds owed for devices given back before."""

HOUSE = (USUAL[LeaseKind.MANAGED_JOB],)


def kinds_of(terms: PoolTerms | None) -> tuple[KindTerms, ...]:
    """Return the kinds of lease that a pool sells; a managed job where it states none."""
    if terms is None or not terms.kinds:
        return HOUSE
    return tuple(read_terms(body) for body in terms.kinds)


def rules_of(kinds: Sequence[KindTerms], isolation: str) -> tuple[LeaseRule, ...]:
    """Return the kinds that an offer with this isolation is sold as, for the search."""
    return tuple(
        LeaseRule(one.kind.value, one.milli_min, one.milli_max, one.duration_s_max)
        for one in kinds
        if isolation in one.isolations
    )


def terms_for(kinds: Sequence[KindTerms], kind: str) -> KindTerms:
    """Return the terms of a kind that a pool sells."""
    return next((one for one in kinds if one.kind.value == kind), USUAL[LeaseKind.MANAGED_JOB])


def terms_in(lease: r.Lease) -> KindTerms:
    """Return the terms that a lease was taken on; those of before there were kinds are jobs."""
    body = lease.choice.get(KIND)
    if body is None:
        return USUAL[LeaseKind.MANAGED_JOB]
    return read_terms(cast("Mapping[str, object]", body))


def kept_in(lease: r.Lease) -> int:
    """Return the milli-device-seconds that a lease owes for devices given back before."""
    return cast(int, lease.choice.get(KEPT, 0))
