"""Reservation against caps and funds, as arithmetic on counters.

A counter holds what has been granted under one scope. An amount a is reserved if, for every
limit of the version, counter + a ≤ limit; then all counters rise by a, else none does. The
database does the same with one conditional update a counter, in the booking's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.domain.vouchers.model import Ceiling, Version

Counters = Mapping[str, int]
"""Scope → what is granted under it; an absent one is 0."""


@dataclass(frozen=True, slots=True)
class LimitKey:
    """One limit and the counter that it limits.

    Attributes:
        name: key of the rule file.
        scope: key of the counter; limits of one version never share one.
        limit_minor: the most that the counter may reach: minor units, or projects.
        counts_projects: the counter rises by one a claim, not by the amount.
    """

    name: str
    scope: str
    limit_minor: int
    counts_projects: bool = False

    def step(self, amount_minor: int) -> int:
        """Return by how much a claim of ``amount_minor`` moves the counter."""
        return 1 if self.counts_projects else amount_minor


@dataclass(frozen=True, slots=True)
class Exhausted:
    """A reservation that does not fit.

    Attributes:
        name: limit that has too little left.
        left_minor: what is left under it.
    """

    name: str
    left_minor: int


def limit_keys(
    version: Version,
    programme: str,
    group_id: str,
    year: int,
    *,
    soft_cap_waived: bool = False,
) -> list[LimitKey]:
    """Return the limits that a claim must be reserved against.

    The cap per application needs no counter. ``years_max`` is judged from the fact
    ``years_already_paid``. A firm is counted by its control group.

    Args:
        version: version that the claim goes by.
        programme: id of the programme; counters live on from version to version.
        group_id: control group of the firm.
        year: calendar year, Asia/Shanghai.
        soft_cap_waived: a named decision waives the soft cap.

    Returns:
        One key a counter, the tightest limit of each, in order of scope.
    """
    firm = f"voucher/{programme}/group/{group_id}"
    fund = f"voucher/{programme}/fund"
    scopes = {
        Ceiling.FIRM_YEAR: f"{firm}/{year}",
        Ceiling.SOFT_FIRM_YEAR: f"{firm}/{year}",
        Ceiling.FIRM_LIFETIME: f"{firm}/lifetime",
        Ceiling.IN_FORCE: f"{firm}/in-force",
        Ceiling.FUND_YEAR: f"{fund}/{year}",
        Ceiling.FUND_TOTAL: f"{fund}/total",
    }
    if soft_cap_waived:
        del scopes[Ceiling.SOFT_FIRM_YEAR]
    tightest: dict[str, LimitKey] = {}
    for name, scope in scopes.items():
        limit = version.ceilings.get(name)
        if limit is not None and (scope not in tightest or limit < tightest[scope].limit_minor):
            tightest[scope] = LimitKey(name.value, scope, limit)
    if version.projects_max is not None:
        scope = f"{firm}/projects"
        tightest[scope] = LimitKey("projects_max", scope, version.projects_max, True)
    return [tightest[scope] for scope in sorted(tightest)]


def reserve(
    counters: Counters, keys: Sequence[LimitKey], amount_minor: int
) -> dict[str, int] | Exhausted:
    """Raise every counter by the amount, or name the first limit that has too little left.

    Args:
        counters: what is granted now.
        keys: limits of the claim.
        amount_minor: claim, minor units, > 0.

    Returns:
        All counters after the reservation, or the limit in the way; never a part.

    Raises:
        ValueError: the amount is not positive.

    >>> key = LimitKey("fund_total", "fund", 100)
    >>> reserve({"fund": 40}, [key], 60), reserve({"fund": 41}, [key], 60)
    ({'fund': 100}, Exhausted(name='fund_total', left_minor=59))
    """
    if amount_minor <= 0:
        raise ValueError("a reservation is positive")
    after = dict(counters)
    for key in keys:
        used = counters.get(key.scope, 0)
        if used + key.step(amount_minor) > key.limit_minor:
            return Exhausted(key.name, max(0, key.limit_minor - used))
        after[key.scope] = used + key.step(amount_minor)
    return after


def release(counters: Counters, keys: Sequence[LimitKey], amount_minor: int) -> dict[str, int]:
    """Lower the counters by what a cancelled claim held.

    Raises:
        ValueError: a counter holds less than that.
    """
    after = dict(counters)
    for key in keys:
        after[key.scope] = counters.get(key.scope, 0) - key.step(amount_minor)
        if after[key.scope] < 0:
            raise ValueError(f"{key.scope} would fall below zero")
    return after


def may_reserve(entitlement: Entitlement) -> bool:
    """Say whether an amount may be reserved without the authority's word.

    It must pay, stand on a grade with force, and be limited by a stated ceiling besides the
    fund.
    """
    version = entitlement.version
    unsure = "confirm_before_reservation" in entitlement.flags
    return entitlement.status is Status.PAYS and version is not None and not unsure
