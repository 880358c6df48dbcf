"""Random contracts from the quote to the centre's money: nothing is left over in any asset.

A million of them before a release (``make release-tests ROWS=contracts``). Whatever stands in the
books at the end stands in the oracle's, each hold is resolved, the centres are owed nothing, both
clearing accounts are at nought, each invoice is the sum of its FOCUS rows, and Beancount accepts
the journal.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from tests.bean_check import complaints
from tests.property.contract_books import Books, Ways
from tests.property.contract_draw import CENTRES, DAY_S, FIRMS, FIRST_SECOND, Fate, World
from tests.property.contract_oracle import bill_of
from tests.sizes import figure, size

from entrepot.adapters.exports.ledger_tables import write_ledger
from entrepot.bootstrap import EmbeddedApp
from entrepot.domain.ledger.model import Transfer
from entrepot.domain.ledger.trial import imbalances
from entrepot.services import ledger_dump, postings
from entrepot.services.ledger_dump import export_ledger
from entrepot.services.postings import Entry
from entrepot.services.settings import read_settings

COUNT = size("CONTRACTS", 3_000, 1_000_000)
ALONE = size("CONTRACTS_ALONE", 150, 3_000)
SEED = size("CONTRACTS_SEED", 20_261_121, 20_261_121)
A_DAY = 4_000
WHOLE_MAX = 10_000
"""Contracts whose journal Beancount reads whole; of more it reads the first two days."""

RESIDUAL = ("fx_clearing_hkd", "fx_clearing_cnh", "bank_cnh")


def played(
    home: Path, count: int, in_a_command: int, ways: Ways | None = None, days: int = 5
) -> Books:
    """Take contracts through books of their own, over so many days at least."""
    app = EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}), create=True)
    world = World(SEED, min(max(count // days, 1), A_DAY))
    books = Books(app, world, count, in_a_command, ways or Ways(), say=_say)
    books.play()
    return books


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def problems(books: Books) -> list[str]:
    """Return one sentence for each thing that is not as it should be."""
    found = list(books.faults)
    with books.app.store.reading() as uow:
        ledger: Any = uow.ledger
        balances, holds = ledger.balances(), list(ledger.open_holds())
        found += [f"{x.where}: {x.message}" for x in imbalances(ledger.accounts(), balances, holds)]
    found += [f"hold {one.id} of {one.cause} is open" for one in holds[:9]]
    for code in sorted({*balances, *books.oracle.net}):
        has = balances[code].debit_net if code in balances else 0
        wanted = books.oracle.net.get(code, 0)
        if has != wanted:
            found.append(f"{code} stands at {has}, the oracle says {wanted}")
        if has and (code in RESIDUAL or code.startswith(("payable:", "unbilled:"))):
            found.append(f"{code} is left with {has}")
    return found


def residuals(books: Books) -> dict[str, int]:
    """Return what is left where nothing should be."""
    with books.app.store.reading() as uow:
        balances = uow.ledger.balances()
    owed = sum(abs(b.debit_net) for code, b in balances.items() if code.startswith("payable:"))
    return {"payable": owed, **{code: balances[code].debit_net for code in RESIDUAL}}


def first_days(books: Books, path: Path, days: int) -> int:
    """Write the books as they stood after some days; return the number of transfers."""
    until = FIRST_SECOND + days * DAY_S
    with books.app.store.reading() as uow:
        whole = ledger_dump._dump(books.app, uow)  # pyright: ignore[reportPrivateUsage]
        then = {
            one.code: uow.ledger.balance_at(one.code, until).debit_net for one in whole.accounts
        }
        lines = takewhile(lambda line: line.transfer.t <= until, whole.lines)
        return write_ledger("beancount", replace(whole, lines=lines, debit_net=then), path)


def test_contracts_in_batches_leave_nothing_over(tmp_path: Path) -> None:
    begun, worked = time.monotonic(), time.process_time()
    books = played(tmp_path / "home", COUNT, 2_000)
    spent, worked = time.monotonic() - begun, time.process_time() - worked
    assert problems(books) == []
    assert COUNT < 1_000 or (books.batches > 10 and books.failed > 0)
    journal = tmp_path / "books.beancount"
    whole = COUNT <= WHOLE_MAX
    told = (
        export_ledger(books.app, "beancount", journal) if whole else first_days(books, journal, 2)
    )
    figure(
        "contracts",
        contracts=COUNT,
        seconds=round(spent),
        seconds_of_processor=round(worked),
        memory_peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        ledger=books.app.store.ledger_counts(),
        batches=books.batches,
        batches_refused=books.failed,
        residual=residuals(books),
        beancount_transfers=told,
    )
    assert complaints(journal) == ""


def test_contracts_one_by_one_leave_nothing_over(tmp_path: Path) -> None:
    books = played(tmp_path / "home", ALONE, 1)
    assert problems(books) == []
    assert books.app.store.check_ledger() == []
    assert books.app.store.verify_journal() == []
    figure("contracts, one by one", contracts=ALONE, residual=residuals(books))


def test_the_contracts_drawn_are_of_every_kind() -> None:
    world = World(SEED, 100)
    drawn = [world.contract(number) for number in range(1_000)]
    bills = [bill_of(one, world) for one in drawn]
    assert {one.fate for one in drawn} == set(Fate)
    assert {one.asset for one in drawn} == {"CNY", "HKD", "USD"}
    assert {one.firm for one in drawn} == set(range(FIRMS))
    assert {one.centre for one in drawn} == set(range(CENTRES))
    assert {one.pieces for one in drawn} == {1, 2, 3, 4}
    assert any(bill.tax for bill in bills) and any(bill.spread for bill in bills)
    assert any(bill.payable < bill.total for bill in bills)
    assert any(not bill.hold for bill in bills)
    assert drawn[7] == World(SEED, 100).contract(7)


def _every(nth: int, right: Callable[..., Any], wrong: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is wrong once in so many calls."""
    calls = 0

    def either(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        return (wrong if calls % nth == 0 else right)(*given)

    return either


def _changed(right: Callable[..., list[Entry]], place: int, change: int) -> Callable[..., Any]:
    """Return a function that books one entry by so much more or less."""

    def wrong(*given: Any) -> list[Entry]:
        entries = right(*given)
        entries[place] = replace(entries[place], minor=entries[place].minor + change)
        return entries

    return wrong


def a_cent_leaks() -> Ways:
    """The firm of one contract in a thousand is charged a cent less than its invoice says."""
    right = postings.invoice_entries
    return Ways(invoice=_every(1_000, right, _changed(right, 0, 1)))


def a_fen_too_much() -> Ways:
    """The debt of one contract in a hundred is booked a fen above what is paid."""
    right = postings.invoice_entries
    return Ways(invoice=_every(100, right, _changed(right, -1, 1)))


def gain_is_loss() -> Ways:
    """The result of a settlement is booked with the other sign."""
    return Ways(realised=lambda values: postings.result_entry(-values.realised.minor))


def spread_in_the_rate() -> Ways:
    """The bank's spread is taken out of the clearing account."""

    def wrong(*given: Any) -> list[Entry]:
        sold, spread, *rest = postings.settlement_entries(*given)
        return [sold, replace(spread, debit="fx_clearing_hkd"), *rest]

    return Ways(settlement=wrong)


def a_hold_is_forgotten() -> Ways:
    """One hold in a hundred is never ended."""

    def wrong(*_: Any) -> list[Transfer]:
        return []

    return Ways(hold_end=_every(100, postings.hold_end, wrong))


@pytest.mark.parametrize(
    ("bug", "count", "where"),
    [
        (a_cent_leaks, 1_000, "receivable:F-"),
        (a_fen_too_much, 200, "payable:C-"),
        (gain_is_loss, 200, "fx_clearing_hkd"),
        (spread_in_the_rate, 200, "fx_spread_cost"),
        (a_hold_is_forgotten, 200, "hold T-"),
    ],
)
def test_a_planted_bug_is_found(
    tmp_path: Path, bug: Callable[[], Ways], count: int, where: str
) -> None:
    found = problems(played(tmp_path / "home", count, count, bug(), days=2))
    assert any(one.startswith(where) for one in found)
