"""Sixty-four leases race for the last of a firm's credit: what is lent is within the limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.e2e.flow_tools import furnish, job_file, keep_quote, open_home, quote_of

from entrepot.adapters.sql.engine import open_engine
from entrepot.bootstrap import EmbeddedApp
from entrepot.domain.contracts.agreement import Billing, Terms, UserTerms
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.errors import Conflict, Refused
from entrepot.services import contracts as c
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.lease import take_quote
from entrepot.services.ports import UnitOfWork

BUYERS, WINNERS = 64, 5


def home_on(kind: str, folder: Path) -> EmbeddedApp:
    """Return an empty home on a kind of database."""
    url = ""
    if kind == "postgresql":
        url = server_url()
        engine = open_engine(url)
        empty(engine)
        engine.dispose()
    home = folder / "home"
    home.mkdir()
    return open_home(home, db=url)


def lend(app: EmbeddedApp, firm: r.Firm, limit: int) -> None:
    """Sign a contract on credit; the draft is of another person."""
    terms = UserTerms(
        *(firm.id, "HK", "HKD", Terms.CREDIT, limit, 30, Billing.PER_JOB),
        plan=None,
        from_day="2026-01-01",
        to_day=None,
    )
    draft = c.draft_contract(app, terms, "draft")

    def signed(uow: UnitOfWork) -> dict[str, object]:
        uow.contracts.sign(draft.id, "second.person", app.clock.now(), "", draft.digest)
        return {}

    app.store.command("second.person", "test", "sign", {}, app.clock.now(), signed)


def race(take: Callable[[int], bool]) -> int:
    """Let all buyers start together; return how many won."""
    barrier = threading.Barrier(BUYERS)

    def play(n: int) -> bool:
        barrier.wait(60)
        return take(n)

    with ThreadPoolExecutor(BUYERS) as pool:
        return sum(pool.map(play, range(BUYERS)))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_credit_is_lent_within_the_limit(kind: str, tmp_path: Path) -> None:
    app = home_on(kind, tmp_path)
    firm = furnish(app, devices=BUYERS)
    quote = quote_of(app, firm, job_file(tmp_path))
    quotes = [keep_quote(app, quote, n + 1) for n in range(BUYERS)]
    candidates = quote.body["candidates"]
    assert isinstance(candidates, list)
    hold = int(candidates[0]["payable_now_minor"])
    lend(app, firm, WINNERS * hold + hold - 1)

    def take(n: int) -> bool:
        try:
            take_quote(app, quotes[n].id, accept_duties=True, key=f"take:{n}")
        except (Refused, Conflict) as error:
            assert error.code == "credit.short", error
            return False
        return True

    assert race(take) == WINNERS
    with app.store.reading() as uow:
        line = uow.ledger.balance(f"credit_line:{firm.id}")
        assert (line.debits_pending, line.credit_free) == (WINNERS * hold, hold - 1)
        assert len(uow.deals.leases(("held",))) == WINNERS
    assert check_books(app) == []


def test_looking_at_the_limit_before_taking_would_lend_too_much(tmp_path: Path) -> None:
    """Planted bug: a limit that is read in one transaction and used in another."""
    app = home_on("sqlite", tmp_path)
    firm = furnish(app)
    hold, limit, code = 100, WINNERS * 100, f"receivable:{firm.id}"

    def take(n: int) -> bool:
        with app.store.reading() as uow:
            if limit - uow.ledger.balance(code).debits_pending < hold:
                return False

        def action(uow: UnitOfWork) -> dict[str, object]:
            uow.ledger.ensure_account(code)
            uow.ledger.ensure_account("credit_lines")
            uow.ledger.post(
                [Transfer(f"T-{n}", code, "credit_lines", hold, "HKD", "hold", Phase.PENDING)]
            )
            return {}

        app.store.command("race", "race", f"take:{n}", {}, app.clock.now(), action)
        return True

    assert race(take) > WINNERS
