"""The life of a claim: which state follows which, who may decide, and what may be granted.

    entitled → reserved → applied → approved → evidenced → redeemed → paid

or refused, expired or clawed back on the way. An amount that no stated ceiling limits is applied
for without a reservation; the approval reserves it, since only the authority may confirm it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.text import N_


class Stage(StrEnum):
    """Where a claim stands."""

    ENTITLED = "entitled"
    RESERVED = "reserved"
    APPLIED = "applied"
    APPROVED = "approved"
    EVIDENCED = "evidenced"
    REDEEMED = "redeemed"
    PAID = "paid"
    REFUSED = "refused"
    EXPIRED = "expired"
    CLAWED_BACK = "clawed_back"


class Move(StrEnum):
    """What takes a claim from one stage to the next."""

    RESERVE = "reserve"
    APPLY = "apply"
    APPROVE = "approve"
    EVIDENCE = "evidence"
    REDEEM = "redeem"
    PAY = "pay"
    REFUSE = "refuse"
    EXPIRE = "expire"
    CLAW_BACK = "claw_back"


MOVES: Mapping[tuple[Stage, Move], Stage] = {
    (Stage.ENTITLED, Move.RESERVE): Stage.RESERVED,
    (Stage.ENTITLED, Move.APPLY): Stage.APPLIED,
    (Stage.RESERVED, Move.APPLY): Stage.APPLIED,
    (Stage.APPLIED, Move.APPROVE): Stage.APPROVED,
    (Stage.APPLIED, Move.REFUSE): Stage.REFUSED,
    (Stage.APPROVED, Move.EVIDENCE): Stage.EVIDENCED,
    (Stage.APPROVED, Move.EXPIRE): Stage.EXPIRED,
    (Stage.APPROVED, Move.CLAW_BACK): Stage.CLAWED_BACK,
    (Stage.EVIDENCED, Move.REDEEM): Stage.REDEEMED,
    (Stage.REDEEMED, Move.PAY): Stage.PAID,
    (Stage.REDEEMED, Move.CLAW_BACK): Stage.CLAWED_BACK,
    (Stage.PAID, Move.CLAW_BACK): Stage.CLAWED_BACK,
}
"""(stage, move) → next stage; what is not here is refused."""

OVER = frozenset({Stage.REFUSED, Stage.EXPIRED, Stage.CLAWED_BACK})
"""Stages in which a claim holds nothing of a cap or a fund any more, and from which none leads."""


def next_stage(claim_id: str, stage: str, *moves: Move) -> Stage:
    """Return where a claim comes by some moves, one after the other.

    Args:
        claim_id: claim, for the sentence.
        stage: where it stands.
        moves: in order.

    Raises:
        Conflict: a move does not lead on from where the claim stands.

    >>> next_stage("C-1", "approved", Move.EVIDENCE, Move.REDEEM).value
    'redeemed'
    """
    at = Stage(stage)
    for move in moves:
        if (at, move) not in MOVES:
            raise Conflict(
                "claim.stage",
                N_("Claim {id} is {stage}, so it cannot be moved by: {move}."),
                hint=N_("entrepot vouchers claims lists where each claim stands."),
                id=claim_id,
                stage=at.value,
                move=move.value,
            )
        at = MOVES[at, move]
    return at


def claimed_before(family: str) -> Conflict:
    """Return the refusal of a second claim of one family on a line."""
    return Conflict(
        "claim.double",
        N_("This invoice line has been claimed in family {family}; it is claimed once."),
        hint=N_("entrepot vouchers claims lists all claims."),
        family=family,
    )


def check_four_eyes(applied_by: str, decided_by: str) -> None:
    """Refuse a decision by the desk that applied.

    Names that differ in capitals or in blanks around them are one desk's.

    Raises:
        Refused: one and the same.

    >>> check_four_eyes("counter", "authority")
    """
    if applied_by.strip().casefold() == decided_by.strip().casefold():
        raise Refused(
            "claim.four_eyes",
            N_("{actor} applied for this claim, so another desk must decide on it."),
            hint=N_("Let the other desk run the command, with its own ENTREPOT_ACTOR."),
            actor=decided_by,
        )


def granted_minor(asked_minor: int, given_minor: int | None) -> int:
    """Return what an approval grants: what was asked, or less if the authority says so.

    Args:
        asked_minor: what was applied for, minor units.
        given_minor: what the authority grants; None = all.

    Raises:
        Invalid: nothing, or more than was asked.

    >>> granted_minor(500, None), granted_minor(500, 499)
    (500, 499)
    """
    granted = asked_minor if given_minor is None else given_minor
    if not 0 < granted <= asked_minor:
        raise Invalid(
            "claim.granted",
            N_("An approval grants more than nothing and at most what was asked."),
            hint=N_("Refuse a claim that gets nothing: entrepot vouchers refuse C-…"),
            fields={"amount": "out of range"},
        )
    return granted


def has_lapsed(expires_on: str | None, today: date) -> bool:
    """Say whether the last day on which a claim can be redeemed is over.

    Args:
        expires_on: first day on which it cannot be redeemed, ISO; None = no day was stated.
        today: day in Hong Kong.

    >>> [has_lapsed("2026-12-18", date(2026, 12, d)) for d in (17, 18)], has_lapsed(None, date.max)
    ([False, True], False)
    """
    return expires_on is not None and today >= date.fromisoformat(expires_on)


def burn_minor_a_month(granted: Mapping[str, int], this_month: str) -> int | None:
    """Return what a fund spends a month: grants of the last twelve months over their number.

    rate = ⌊ Σ granted / n ⌋, n = months from the first grant among them to this month, both counted

    Args:
        granted: month ``YYYY-MM`` → minor units approved in it.
        this_month: ``YYYY-MM``.

    Returns:
        Minor units a month, rounded down; None where nothing was granted in those months.

    >>> burn_minor_a_month({"2026-09": 100, "2026-11": 201, "2025-11": 9}, "2026-11")
    100
    """
    now = _month_number(this_month)
    recent = {
        _month_number(month): minor
        for month, minor in granted.items()
        if now - 12 < _month_number(month) <= now
    }
    return sum(recent.values()) // (now - min(recent) + 1) if recent else None


def _month_number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1
