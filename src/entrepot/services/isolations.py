"""Statements of isolation on record: how a centre keeps a firm's data apart, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.gate.isolation import Standing, kept_apart
from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.ports_gate_records import Isolation

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork


def isolations_for(uow: UnitOfWork, firm: r.Firm, lease_id: str = "") -> tuple[Isolation, ...]:
    """Return the statements that count for a firm, or for one lease of it.

    Args:
        uow: a transaction.
        firm: whose data.
        lease_id: statements for this lease count too; empty = those for every lease alone.
    """
    found = uow.gate_records.isolations(firm.id)
    return tuple(one for one in found if one.lease_id in ("", lease_id))


def stands_at(statements: Sequence[Isolation], centre_id: str, day: date) -> bool:
    """Say whether a statement of a centre stands on a day."""
    here = (standing_of(one) for one in statements if one.centre_id == centre_id)
    return kept_apart(here, day)


def standing_of(isolation: Isolation) -> Standing:
    """Return when a statement stands."""
    return Standing(
        date.fromisoformat(isolation.from_day), _day(isolation.until_day), _day(isolation.ended_on)
    )


def the_isolation(uow: UnitOfWork, firm: r.Firm, isolation_id: str) -> Isolation:
    """Return a statement of a firm.

    Raises:
        NotFound: none of that id is on record for the firm.
    """
    found = uow.gate_records.isolation(isolation_id)
    if found is None or found.firm_id != firm.id:
        raise NotFound(
            "isolation.unknown",
            N_("No statement of isolation {id} is on record for {firm}."),
            hint=N_("entrepot gate isolation list shows those that are."),
            id=isolation_id[:60],
            firm=firm.id,
        )
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
