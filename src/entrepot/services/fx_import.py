"""Import of fixings: a file is proposed whole by one person and taken in by another.

A fixing that is known already is left out; one that contradicts what is known is refused, unless
the file is said to correct it. The peg and the last known rate guard against slips of the pen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.fx.guards import FLAG_OFF, REFUSE_OFF, in_peg, off_by
from entrepot.domain.fx.model import pair_text
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, Refused
from entrepot.kernel.money import ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.four_eyes import ProposalView, propose
from entrepot.services.four_eyes_acts import Act, act_body
from entrepot.services.ports_fx import Fixing
from entrepot.services.records import Body

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal

KIND = "fx_rate"
FIXINGS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class FixingRow:
    """One row of a file: the rate, and where it stands (``file:line``)."""

    rate: ExchangeRate
    where: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Attributes:
        view: the proposal; None when every row was known already.
        new, known: rows that are new, and rows that stand here already.
        flagged: where → by how many percent the rate is off the last known one.
    """

    view: ProposalView | None
    new: int
    known: int
    flagged: Mapping[str, str]


def propose_fixings(
    app: App, rows: Sequence[FixingRow], name: str, key: str, *, correct: bool = False
) -> Imported:
    """Propose the fixings of a file as the first of two persons.

    Args:
        app: the exchange.
        rows: of the file; no pair and day twice.
        name: of the file, as the proposal's subject.
        key: idempotency key.
        correct: the file may contradict what is known.

    Raises:
        Invalid: no rows, too many, a day to come, or a rate that no market has seen; the
            sentence names file and line.
        Refused: HKD outside its band to the USD.
        Conflict: another rate is known for a pair and day.
    """
    if not 0 < len(rows) <= FIXINGS_MAX:
        raise Invalid(
            "fx.rows",
            N_("A file of fixings has 1 to {most} rows, not {count}."),
            hint=N_("Split the file."),
            most=f"{FIXINGS_MAX:,}",
            count=len(rows),
        )
    with app.store.reading() as uow:
        fresh = [row for row in rows if not _is_known(uow, row, correct=correct)]
    flagged = _check_rows(app, fresh, local_day(app.clock.now()))
    if not fresh:
        return Imported(None, 0, len(rows), {})
    body: Body = {
        "correct": correct,
        "fixings": [_plain(row) for row in fresh],
        "flagged": [f"{where}: {part}" for where, part in flagged.items()],
    }
    view = propose(app, KIND, name, body, key)
    return Imported(view, len(fresh), len(rows) - len(fresh), flagged)


def _is_known(uow: UnitOfWork, row: FixingRow, *, correct: bool) -> bool:
    rate = row.rate
    known = uow.fx.fixing_of(pair_text(rate.base, rate.quote), rate.fixed_on)
    if known is None:
        return False
    if Fraction(known.rate) == rate.value and known.source == rate.source:
        return True
    if Fraction(known.rate) != rate.value and not correct:
        raise Conflict(
            "fx.contradiction",
            N_("{where}: {pair} of {day} is known as {known} ({source}), not {rate}."),
            hint=N_("Correct the file; or, if it is right, import it with --correct."),
            where=row.where,
            pair=known.pair,
            day=known.day,
            known=_decimal(Fraction(known.rate)),
            source=known.source,
            rate=_decimal(rate.value),
        )
    return not correct


def _check_rows(app: App, rows: Sequence[FixingRow], today: date) -> dict[str, str]:
    flagged: dict[str, str] = {}
    for row in rows:
        rate = row.rate
        if rate.fixed_on > today.isoformat():
            raise Invalid(
                "fx.future",
                N_("{where}: a rate of {day} cannot be fixed yet."),
                hint=N_("Correct the day."),
                where=row.where,
                day=rate.fixed_on,
            )
        if not in_peg(rate):
            raise Refused(
                "fx.peg_row",
                N_("{where}: {rate} puts the HKD outside 7.75 to 7.85 a USD."),
                hint=N_("Correct the rate; the pair says how many of the second one buys."),
                where=row.where,
                rate=_decimal(rate.value),
            )
        part = _off_last(app, row)
        if part is not None and part >= FLAG_OFF:
            flagged[row.where] = f"{_decimal(part * 100, 1)} %"
    return flagged


def _off_last(app: App, row: FixingRow) -> Fraction | None:
    rate = row.rate
    try:
        last = app.fx.rate(rate.base, rate.quote, date.fromisoformat(rate.fixed_on))
    except EntrepotError:
        return None  # Nothing to hold it against.
    part = off_by(rate, last)
    if part >= REFUSE_OFF:
        raise Invalid(
            "fx.implausible",
            N_("{where}: {rate} is {percent} % off the last known rate, {last} ({source})."),
            hint=N_("Correct the rate; the pair says how many of the second one buys."),
            where=row.where,
            rate=_decimal(rate.value),
            percent=_decimal(part * 100, 1),
            last=_decimal(last.value),
            source=last.source,
        )
    return part


def _plain(row: FixingRow) -> dict[str, object]:
    rate = row.rate
    return {
        "day": rate.fixed_on,
        "pair": pair_text(rate.base, rate.quote),
        "rate": str(rate.value),
        "source": rate.source,
    }


def _decimal(value: Fraction, digits: int = 6) -> str:
    return str(Decimal(round(value * 10**digits)).scaleb(-digits))


def _basis(_app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    rows = _rows(body)
    known = [uow.fx.fixing_of(row["pair"], row["day"]) for row in rows]
    # What stands for these days is part of what the first person has looked at.
    stands = [None if one is None else [one.rate, one.source] for one in known]
    return digest({"subject": subject, "body": body, "stands": stands})


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    now = app.clock.now()
    rows = _rows(act_body(proposal))
    uow.fx.add_fixings(
        [
            Fixing(0, row["pair"], row["day"], row["rate"], row["source"], proposal.id, now)
            for row in rows
        ]
    )
    return {"fixings": len(rows)}


def _rows(body: Body) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", body["fixings"])


ACT = Act(N_("rates of exchange"), _basis, _apply)
