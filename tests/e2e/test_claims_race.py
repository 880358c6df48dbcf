"""Sixty-four desks claim at the last cents of a cap and of a fund: not one cent too much."""

from __future__ import annotations

import functools
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.unit.services.claim_desk import As, ask, claim_desk, programme
from tests.unit.services.desk import Desk, billed

from entrepot.adapters.sql.voucher_book import SqlVoucherBook
from entrepot.kernel.errors import EntrepotError
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.claim_steps import approve_claim
from entrepot.services.claims import all_claims

DESKS = 64
LINES = 64
EACH = 553
"""Half of a bill of 300 seconds, HKD cents."""


@functools.cache
def _billed_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="claims-"))
    desk = claim_desk(folder)
    for n in range(1, LINES + 1):
        billed(desk, n)
    desk.store.engine.dispose()
    return folder


def many_desks(folder: Path, text: str) -> list[Desk]:
    """Open the home of sixty-four paid bills at sixty-four desks."""
    shutil.copytree(_billed_home() / "home", folder / "home")
    first = claim_desk(folder, text)
    desks = [first]
    for _n in range(DESKS - 1):
        desk = Desk(folder / "home", {"ENTREPOT_ACTOR": "counter"})
        desk._parts |= {
            name: getattr(first, name) for name in ("facts", "rulebook", "programmes", "tax")
        }
        desks.append(desk)
    return desks


def invoices(desk: Desk) -> list[r.Invoice]:
    """Return the paid bills."""
    with desk.store.reading() as uow:
        return uow.deals.invoices()


def race(desks: list[Desk]) -> list[str]:
    """Let each desk claim one line; return how each ended."""

    def claim(pair: tuple[Desk, r.Invoice]) -> str:
        try:
            return str(ask(*pair).amount_minor)
        except EntrepotError as error:
            return error.code

    with ThreadPoolExecutor(DESKS) as pool:
        return sorted(pool.map(claim, zip(desks, invoices(desks[0]), strict=True)))


def granted(desk: Desk) -> int:
    """Return the sum of all claims that hold something."""
    return sum(claim.amount_minor for claim in all_claims(desk) if claim.held)


def counters(desk: Desk) -> dict[str, int]:
    """Return limit → what its counter holds."""
    with desk.store.reading() as uow:
        return {
            str(limit["name"]): uow.vouchers.used(str(limit["scope"]))
            for claim in all_claims(desk)
            for limit in claim.limits["limits"]  # type: ignore[attr-defined]
        }


def test_64_claims_at_the_last_cent_of_a_cap(tmp_path: Path) -> None:
    cap_minor = 5_600
    desks = many_desks(tmp_path, programme(cap=56, fund=1000))
    ends = race(desks)
    whole, rest = divmod(cap_minor, EACH)
    refused = DESKS - whole - 1
    assert ends == sorted([str(EACH)] * whole + [str(rest)] + ["claim.not_entitled"] * refused)
    assert granted(desks[0]) == cap_minor
    assert counters(desks[0]) == {"cap_per_firm_year": cap_minor, "fund_total": cap_minor}
    assert check_books(desks[0]) == []


def test_64_claims_at_the_last_cent_of_a_fund(tmp_path: Path) -> None:
    desks = many_desks(tmp_path, programme(cap=1000, fund=56))
    ends = race(desks)
    whole = 5_600 // EACH
    assert ends == sorted([str(EACH)] * whole + ["claim.not_entitled"] * (DESKS - whole))
    assert granted(desks[0]) == whole * EACH
    assert counters(desks[0])["fund_total"] == whole * EACH
    assert check_books(desks[0]) == []


def test_64_approvals_at_the_last_cent_of_a_fund(tmp_path: Path) -> None:
    text = programme(discretionary="true", cap="null", fund=56)
    desks = many_desks(tmp_path, text)
    assert race(desks) == [str(EACH)] * DESKS, "advice until the committee decides"
    ids = [claim.id for claim in all_claims(desks[0])]

    def approve(pair: tuple[Desk, str]) -> str:
        desk, claim_id = pair
        try:
            return approve_claim(As(desk), claim_id, f"a:{claim_id}").state  # type: ignore[arg-type]
        except EntrepotError as error:
            return error.code

    with ThreadPoolExecutor(DESKS) as pool:
        ends = sorted(pool.map(approve, zip(desks, ids, strict=True)))
    won = 5_600 // EACH
    assert ends == sorted(["approved"] * won + ["voucher.exhausted"] * (DESKS - won))
    assert granted(desks[0]) == won * EACH
    assert check_books(desks[0]) == []


def test_one_line_is_claimed_once_by_64_desks(tmp_path: Path) -> None:
    desks = many_desks(tmp_path, programme())
    line = invoices(desks[0])[0]

    def claim(pair: tuple[int, Desk]) -> str:
        number, desk = pair
        try:
            return ask(As(desk, f"desk-{number}"), line).state
        except EntrepotError as error:
            return error.code

    with ThreadPoolExecutor(DESKS) as pool:
        ends = sorted(pool.map(claim, enumerate(desks)))
    assert ends == sorted(["applied"] + ["claim.double"] * (DESKS - 1))
    assert counters(desks[0])["fund_total"] == EACH


def test_a_book_that_forgets_its_limit_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = SqlVoucherBook.take
    monkeypatch.setattr(
        SqlVoucherBook, "take", lambda book, key, _limit, minor: take(book, key, 1 << 50, minor)
    )
    text = programme(discretionary="true", cap="null", fund=56)
    desks = many_desks(tmp_path, text)[:16]
    found = invoices(desks[0])[:16]
    claims = [ask(desk, invoice) for desk, invoice in zip(desks, found, strict=True)]
    for claim in claims:
        approve_claim(As(desks[0]), claim.id, f"a:{claim.id}")  # type: ignore[arg-type]
    assert granted(desks[0]) > 5_600
