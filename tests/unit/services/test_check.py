"""The proof of the books finds every kind of error that could be made in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.services.desk import CENTRE, POOL, Desk, billed, busy_desk, leased, settled, started

from entrepot.kernel.money import HKD
from entrepot.services.books import prove_books
from entrepot.services.check import check_books, open_work
from entrepot.services.lease import release_lease
from entrepot.services.postings import Entry, open_accounts, transfers_of


def test_sound_books_have_no_problem(desk: Desk) -> None:
    for n in (1, 2, 3):
        billed(desk, n)
    settled(desk)
    billed(desk, 4)
    leased(desk, 5)
    started(desk, 6)
    assert check_books(desk) == []


PLANTED: dict[str, tuple[str, str]] = {
    "a total that its lines do not make": (
        "UPDATE invoice SET total_minor = total_minor + 1 WHERE seq = 2",
        "lines 1106, total 1107",
    ),
    "a number left out": (
        "UPDATE invoice SET seq = 7, number = 'HK-2026-000007' WHERE seq = 3",
        "numbers [1, 2, 7] have a gap",
    ),
    "a debt that the books do not know": (
        "UPDATE invoice SET centre_minor = centre_minor + 5 WHERE seq = 3",
        f"centre {CENTRE}: payable 1000 fen, open invoices 1005",
    ),
    "a member whose debt was changed after it was paid": (
        "UPDATE invoice SET centre_minor = centre_minor - 5 WHERE seq = 1",
        "members differ",
    ),
    "a hold that its lease does not have": (
        "UPDATE lease SET hold_minor = hold_minor - 1 WHERE state = 'held'",
        "cents held, open leases hold",
    ),
    "a device sold twice": (
        "UPDATE device_unit SET milli_free = 1000 WHERE ordinal = 0",
        f"device 0 of pool {POOL}: 1000 milli leased, 1000 free",
    ),
    "a device lost": (
        "UPDATE device_unit SET milli_free = 0 WHERE ordinal = 1",
        f"device 1 of pool {POOL}: 0 milli leased, 0 free",
    ),
    "a charge that was never booked": (
        "UPDATE invoice SET total_minor = 1107, "
        """body = replace(body, '"list","minor":1100', '"list","minor":1101') WHERE seq = 2""",
        "invoices charge 3319 HKD cents, income accounts hold 3318",
    ),
    "a batch that settled nothing": (
        "UPDATE batch SET state = 'failed'",
        f"centre {CENTRE}: payable 1000 fen, open invoices 3000",
    ),
    "a lease closed without a bill": (
        "UPDATE lease SET state = 'closed' WHERE state = 'held'",
        "is closed without an invoice",
    ),
    "a lease released although it ran": (
        "UPDATE lease SET state = 'released' WHERE id IN (SELECT lease_id FROM job)",
        "has a job but stands as released",
    ),
}


@pytest.fixture
def busy(tmp_path: Path) -> Desk:
    return busy_desk(tmp_path / "busy")


def test_the_desk_in_which_errors_are_planted_is_sound(busy: Desk) -> None:
    assert check_books(busy) == []


@pytest.mark.parametrize("name", list(PLANTED))
def test_a_planted_error_is_found_and_named(busy: Desk, name: str) -> None:
    statement, sentence = PLANTED[name]
    busy.sql(statement)
    problems = check_books(busy)
    assert any(sentence in problem for problem in problems), problems


def test_a_receivable_left_open_is_found(busy: Desk) -> None:
    entry = Entry(f"receivable:{busy.firm.id}", "revenue", 1, HKD, "charge")
    transfers = transfers_of([entry], lambda: "T-PLANTED", "planted")

    def plant(uow: Any) -> None:
        open_accounts(uow.ledger, transfers)
        uow.ledger.post(transfers)

    busy.write(plant, "plant")
    problems = check_books(busy)
    assert any("receivable stands at 1 cents" in problem for problem in problems)
    assert any("income accounts hold 3319" in problem for problem in problems)


def test_damaged_books_are_told_before_anything_is_held_against_them(busy: Desk) -> None:
    for trigger in _triggers(busy, "ledger_transfer"):
        busy.sql(f"DROP TRIGGER {trigger}")
    busy.sql("UPDATE ledger_transfer SET amount = amount + 1 WHERE seq = 1")
    busy.sql("UPDATE invoice SET total_minor = 0")
    problems = check_books(busy)
    assert problems
    assert not any("invoice" in problem for problem in problems)
    assert "holds" not in prove_books(busy).counts


def _triggers(desk: Desk, table: str) -> list[str]:
    with desk.store.engine.connect() as conn:
        found = conn.exec_driver_sql(
            f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
        )
        return [row[0] for row in found]


def test_open_work_is_what_waited_too_long_and_what_runs(desk: Desk) -> None:
    job, late = started(desk, 1), leased(desk, 2)
    with desk.store.reading() as uow:
        waiting, running = open_work(uow, late.start_by - 1)
        assert (waiting, [lease.id for lease in running]) == ([], [job.lease_id])
        assert open_work(uow, late.start_by)[0] == [late]
    release_lease(desk, late.id, reason="", key="release")
    with desk.store.reading() as uow:
        assert open_work(uow, late.start_by)[0] == []
