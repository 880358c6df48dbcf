"""Rows of a bulk run reckoned one by one, where no closed form holds."""

from __future__ import annotations

import numpy as np

from entrepot.domain.vouchers.bulk_columns import Ints, Whole
from entrepot.domain.vouchers.bulk_run import NO_LIMIT, Counter, Run


class Tally:
    """One kind of counter, row by row.

    Args:
        counter: the counter over all rows.
        rows: rows to be reckoned, ascending.
        runs: what is paid is counted.
    """

    def __init__(self, counter: Counter, rows: Ints, runs: bool = True) -> None:
        self.counter = counter
        self.rows = rows
        self.rooms: list[int] = counter.room[rows].tolist()
        scope = counter.scope
        # Rows that share no counter are each their own.
        numbers = rows if scope is None else scope.numbers()[rows]
        self.numbers: list[int] = numbers.tolist()
        first = counter.before
        self.before: list[int] = [0] * len(rows) if first is None else first[rows].tolist()
        self.paid: dict[int, int] = {}
        self.runs = runs

    def left(self, place: int) -> int:
        """Return what is left at a row's turn."""
        # The first row met of a counter knows what all rows before it were paid.
        paid = self.paid.setdefault(self.numbers[place], self.before[place])
        self.before[place] = min(paid, NO_LIMIT)
        room = self.rooms[place]
        return room if room >= NO_LIMIT else max(0, room - paid)

    def pay(self, place: int, amount: int) -> None:
        """Count what a row is paid."""
        if self.runs:
            self.paid[self.numbers[place]] += amount

    def close(self) -> None:
        """Write down what had been paid before each row."""
        if self.counter.before is None:
            self.counter.before = np.zeros(len(self.counter.room), np.int64)
        self.counter.before[self.rows] = self.before


def tally(run: Run, rows: Ints) -> Whole:
    """Reckon rows in their order and write amounts, shortages and counters into the run.

    Args:
        run: the run; rows before the first of ``rows`` under each counter are final.
        rows: ascending.

    Returns:
        The amounts of all rows of the run.
    """
    firm = [Tally(counter, rows) for counter in (run.year, run.life) if counter is not None]
    fund = None if run.fund is None else Tally(run.fund, rows, run.fund_runs)
    every = firm if fund is None else [*firm, fund]
    claims: list[int] = run.claims[rows].tolist()
    pays: list[bool] = (
        [run.pays] * len(rows) if isinstance(run.pays, bool) else (run.pays[rows].tolist())
    )
    found: list[int] = [0] * len(rows)
    short: list[bool] = [False] * len(rows)
    for place, claim in enumerate(claims):
        amount = min([claim, *(one.left(place) for one in firm)])
        if fund is not None:
            left = fund.left(place)
            short[place] = 0 < left < amount
            amount = min(amount, left)
        found[place] = amount
        if pays[place] and not short[place]:
            for one in every:
                one.pay(place, amount)
    return _write(run, rows, found, short, every)


def _write(run: Run, rows: Ints, found: list[int], short: list[bool], every: list[Tally]) -> Whole:
    amounts = run.claims.copy() if run.found is None else run.found
    amounts[rows] = found
    run.found = amounts
    if run.fund is not None:
        if run.short is None:
            run.short = np.zeros(len(amounts), np.bool_)
        run.short[rows] = short
    for one in every:
        one.close()
    return amounts
