"""Read the books for people: accounts by their label, statements, the trial balance, the proof.

A balance is shown on the side on which its account grows, so that a positive figure is what
a reader expects: money in the bank, money that a customer has left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from entrepot.domain.ledger.chart import kind_of
from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.domain.ledger.trial import TrialRow, trial_balance
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.period import HONG_KONG, local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.check import check_books
from entrepot.services.ports import StatementRow, UnitOfWork

GROWS_BY_DEBIT = frozenset({"asset", "cost"})
"""Natures of accounts that grow by debits; the others grow by credits."""

_EVER = 1 << 40
"""A Unix second after everything that is booked."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as people read it; amounts in minor units, on the account's own side.

    Attributes:
        code: ``prepaid:F-…``; label: name of its kind, marked for translation.
        asset: what it counts; nature: asset, liability, income or cost; owner: may be empty.
        balance: posted; held: part of it that open holds bind; free: balance − held where
            holds take from the account, else None.
        closed: takes no more transfers.
        totals: the four totals behind it.
    """

    code: str
    label: str
    asset: str
    nature: str
    owner: str
    balance: int
    held: int
    free: int | None
    closed: bool
    totals: Balance


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement.

    Attributes:
        seq: number of the transfer in the books; t: Unix second of booking.
        transfer_id, posting, cause: the transfer, its kind, the business fact behind it.
        other: account on the other side.
        debit, credit: minor units on either side of this account.
        balance: after the line, on the account's own side.
    """

    seq: int
    t: int
    transfer_id: str
    posting: str
    cause: str
    other: str
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An account over days [from_day, to_day], both included.

    Attributes:
        opening: balance before the first line, on the account's own side.
        lines: in order of booking; opening + Σ lines = closing.
        closing: balance after the last line.
    """

    account: AccountLine
    from_day: date
    to_day: date
    opening: int
    lines: tuple[StatementLine, ...]
    closing: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of the books found, and how much it looked at."""

    problems: tuple[str, ...]
    counts: Mapping[str, int]


def account_lines(app: App) -> list[AccountLine]:
    """Return all accounts in the order of opening."""
    with app.store.reading() as uow:
        balances = uow.ledger.balances()
        return [_line(a, balances.get(a.code, Balance())) for a in uow.ledger.accounts()]


def account_line(app: App, code: str, at: int | None = None) -> AccountLine:
    """Return one account.

    Args:
        app: the exchange.
        code: account.
        at: Unix second at whose end the balance counts; None = now.

    Raises:
        NotFound: it was never opened, or the chart has no such kind.
    """
    with app.store.reading() as uow:
        line = _line_of(uow, code)
        if at is None:
            return line
        account = uow.ledger.account(code)
        return line if account is None else _line(account, uow.ledger.balance_at(code, at))


def open_holds_of(app: App, code: str) -> list[Transfer]:
    """Return the open holds of an account, in the order of booking."""
    with app.store.reading() as uow:
        return uow.ledger.open_holds(code)


def statement_of(
    app: App, code: str, from_day: date | None = None, to_day: date | None = None
) -> Statement:
    """Return the lines of an account.

    Args:
        app: the exchange.
        code: account.
        from_day: first day; None = that of the first transfer.
        to_day: last day, included; None = that of the last transfer.

    Raises:
        NotFound: no such account.
        Invalid: the days are reversed.
    """
    _check_days(from_day, to_day)
    with app.store.reading() as uow:
        account = _line_of(uow, code)
        start = _midnight(from_day or date(1970, 1, 1))
        end = _midnight(to_day) + 86_400 if to_day else _EVER
        rows = uow.ledger.statement(code, start, end)
        before = uow.ledger.balance_at(code, start - 1)
    sign = _sign(account.nature)
    opening = sign * before.debit_net
    lines = tuple(_statement_line(code, sign, row) for row in rows)
    first, last = (lines[0].t, lines[-1].t) if lines else (app.clock.now(),) * 2
    return Statement(
        account,
        from_day or local_day(first),
        to_day or local_day(last),
        opening,
        lines,
        lines[-1].balance if lines else opening,
    )


def trial(app: App, asset: str | None = None) -> list[TrialRow]:
    """Return the trial balance, of all assets or of one; see :func:`trial_balance`."""
    with app.store.reading() as uow:
        return trial_balance(uow.ledger.accounts(), uow.ledger.balances(), asset)


def trial_totals(rows: Sequence[TrialRow]) -> dict[str, tuple[int, int]]:
    """Return asset → (Σ debits, Σ credits) of a trial balance; equal in sound books.

    >>> trial_totals([TrialRow("bank", "Bank", "HKD", 5, 0, 0), TrialRow("x", "X", "HKD", 0, 5, 0)])
    {'HKD': (5, 5)}
    """
    totals: dict[str, tuple[int, int]] = {}
    for row in rows:
        debit, credit = totals.get(row.asset, (0, 0))
        totals[row.asset] = (debit + row.debit, credit + row.credit)
    return totals


def prove_books(app: App) -> Proof:
    """Prove ledger and deals; the counts say how much was looked at.

    Args:
        app: the exchange.

    Returns:
        The problems, none in sound books, and the numbers of accounts, transfers, batches
        and open holds; the holds only in sound books, since a damaged one cannot be counted.
    """
    problems = tuple(check_books(app))
    counts = dict(app.store.ledger_counts())
    if not problems:
        with app.store.reading() as uow:
            counts["holds"] = len(uow.ledger.open_holds())
    return Proof(problems, counts)


def _line_of(uow: UnitOfWork, code: str) -> AccountLine:
    account = uow.ledger.account(code)
    if account is None:
        known = [one.code for one in uow.ledger.accounts()]
        guess = did_you_mean(code, known)
        raise NotFound(
            "ledger.account",
            N_("No account {code} has been opened."),
            hint=N_("Did you mean {guess}?") if guess else N_("See: entrepot ledger accounts"),
            code=code,
            guess=guess or "",
        )
    return _line(account, uow.ledger.balance(code))


def _line(account: Account, totals: Balance) -> AccountLine:
    kind = kind_of(account.code)
    nature = kind.nature if kind else "asset"
    held = totals.debits_pending + totals.credits_pending
    free = totals.credit_free if kind and kind.debit_bound else None
    return AccountLine(
        account.code,
        kind.label if kind else account.code,
        account.asset,
        nature,
        account.owner,
        _sign(nature) * totals.debit_net,
        held,
        free,
        account.closed,
        totals,
    )


def _statement_line(code: str, sign: int, row: StatementRow) -> StatementLine:
    transfer = row.transfer
    return StatementLine(
        row.seq,
        transfer.t,
        transfer.id,
        transfer.code,
        transfer.cause,
        transfer.credit if transfer.debit == code else transfer.debit,
        row.debit,
        row.credit,
        sign * row.debit_net,
    )


def _sign(nature: str) -> int:
    return 1 if nature in GROWS_BY_DEBIT else -1


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())


def _check_days(from_day: date | None, to_day: date | None) -> None:
    if from_day and to_day and to_day < from_day:
        raise Invalid(
            "ledger.days",
            N_("The statement would end on {to_day}, before it begins on {from_day}."),
            hint=N_("Put the earlier day in --from."),
            fields={"--to": "before --from"},
            from_day=from_day.isoformat(),
            to_day=to_day.isoformat(),
        )
