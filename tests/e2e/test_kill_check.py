"""What a torn command would leave behind: the proof of the books names each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from tests.e2e.flow_tools import POOL, furnish, job_file, keep_quote, open_home, quote_of

from entrepot.adapters.sql import business_tables as t
from entrepot.kernel.money import HKD, Amount
from entrepot.services import register
from entrepot.services.check import check_books
from entrepot.services.lease import take_quote
from entrepot.services.ports import UnitOfWork


def devices_without_lease(uow: UnitOfWork) -> None:
    assert uow.capacity.reserve("L-TORN", POOL, 1000, True)


def lease_without_devices(uow: UnitOfWork) -> None:
    (lease,) = uow.deals.leases(("held",))
    uow.capacity.release(lease.id)


def devices_from_nowhere(uow: UnitOfWork) -> None:
    uow.conn.execute(delete(t.reservation))  # type: ignore[attr-defined]


def lease_closed_without_bill(uow: UnitOfWork) -> None:
    (lease,) = uow.deals.leases(("held",))
    assert uow.deals.set_lease(lease.id, "held", "closed")


def hold_of_another_size(uow: UnitOfWork) -> None:
    uow.conn.execute(update(t.lease).values(hold_minor=1))  # type: ignore[attr-defined]


TORN = {
    "L-TORN is not open but holds devices": devices_without_lease,
    "is open but holds no device": lease_without_devices,
    "0 milli leased, 0 free": devices_from_nowhere,
    "is closed without an invoice": lease_closed_without_bill,
    "open leases hold 1": hold_of_another_size,
}


@pytest.mark.parametrize("sentence", TORN)
def test_half_of_a_command_is_noticed(tmp_path: Path, sentence: str) -> None:
    app = open_home(tmp_path / "home")
    firm = furnish(app)
    register.deposit(app, firm.id, Amount(5_000, HKD), "payment", "deposit")
    quote = keep_quote(app, quote_of(app, firm, job_file(tmp_path)), 1)
    take_quote(app, quote.id, accept_duties=True, key="take")
    assert check_books(app) == []
    tear: Callable[[UnitOfWork], None] = TORN[sentence]

    def action(uow: UnitOfWork) -> dict[str, object]:
        tear(uow)
        return {}

    app.store.command("test", "test.tear", "tear", {}, app.clock.now(), action)
    assert any(sentence in problem for problem in check_books(app)), check_books(app)
