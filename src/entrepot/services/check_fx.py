"""Hold rates, revaluations and acts of two persons against themselves and the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.fx.model import Side, read_pair, snapshot_id
from entrepot.domain.ledger.revaluation import Position
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import ExchangeRate
from entrepot.services.four_eyes_acts import MODULES, act_body
from entrepot.services.fx_import import KIND
from entrepot.services.ports_fx import Revaluation

if TYPE_CHECKING:
    from entrepot.domain.fx.model import FxQuote
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal

UNREALISED = "fx_unrealised"
Stated = tuple[str, str, str]


def fx_problems(uow: UnitOfWork) -> list[str]:
    """Return one sentence a problem: snapshots, fixings, revaluations, approvals."""
    wrong = _snapshots(uow)
    # Held against snapshots that are damaged, revaluations would prove nothing.
    return wrong or [*_fixings(uow), *_revaluations(uow), *_approvals(uow)]


def _snapshots(uow: UnitOfWork) -> list[str]:
    """The id of a snapshot follows from what it says."""
    return [
        f"the snapshot of a rate {one.id} is not what its id says"
        for one in uow.fx.snapshots()
        if _id_of(one) != one.id
    ]


def _id_of(quote: FxQuote) -> str:
    try:
        rate = ExchangeRate(
            *read_pair(quote.pair), Fraction(quote.rate), quote.source, quote.fixed_on
        )
        return snapshot_id(rate, Side(quote.side))
    except (EntrepotError, ValueError, ZeroDivisionError):
        return ""


def _fixings(uow: UnitOfWork) -> list[str]:
    """A fixing stands under the proposal by which two persons took it in."""
    approved: dict[str, set[Stated]] = {}
    for found in uow.four_eyes.proposals(KIND):
        if found.approved_by is not None:
            rows = cast("Sequence[Mapping[str, str]]", act_body(found)["fixings"])
            approved[found.id] = {(row["pair"], row["day"], row["rate"]) for row in rows}
    return [
        f"fixing {one.pair} of {one.day} was not approved as it stands"
        for one in uow.fx.fixings()
        if (one.pair, one.day, one.rate) not in approved.get(one.proposal_id, set())
    ]


def _revaluations(uow: UnitOfWork) -> list[str]:
    """The postings of a revaluation are those of its figures, and its figures of its rate."""
    problems: list[str] = []
    for one in uow.fx.revaluations():
        quote = uow.fx.snapshot(one.fx_quote_id)
        position = Position(one.position_minor, one.carrying_minor)
        if quote is None or position.at(Fraction(quote.rate)) != one.at_mid_minor:
            problems.append(f"the revaluation of {one.on_day} is not what its rate makes of it")
        if _booked(uow, one, "") != one.unrealised_minor:
            problems.append(f"the revaluation of {one.on_day} is not what the books hold for it")
        undone = -one.unrealised_minor if one.reversed_at is not None else 0
        if _booked(uow, one, ":reversal") != undone:
            problems.append(f"the revaluation of {one.on_day} is not undone as it was booked")
    return problems


def _booked(uow: UnitOfWork, one: Revaluation, end: str) -> int:
    found = uow.ledger.transfers_of_cause(f"revaluation:{one.on_day}{end}")
    debits = sum(t.amount for t in found if t.debit == UNREALISED)
    return debits - sum(t.amount for t in found if t.credit == UNREALISED)


def _approvals(uow: UnitOfWork) -> list[str]:
    """What was approved was approved by another person, and ended so."""
    problems: list[str] = []
    endings = uow.four_eyes.endings()
    for found in uow.four_eyes.all_proposals(tuple(MODULES)):
        ending = endings.get(found.id)
        approved = ending is not None and ending.state == "approved"
        if approved != (found.approved_by is not None):
            problems.append(f"proposal {found.id} is approved and is not")
        elif approved and _same(found):
            problems.append(f"proposal {found.id} was approved by who made it")
    return problems


def _same(found: Proposal) -> bool:
    one, other = found.proposed_by.strip().casefold(), (found.approved_by or "").strip().casefold()
    return one == other
