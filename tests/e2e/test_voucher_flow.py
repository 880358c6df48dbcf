"""A voucher that is deducted at purchase: quoted, reserved, lowered to the bill, given back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from tests.e2e.flow_tools import StubApp, digest_of, free_milli, furnish, job_file, keep_quote
from tests.e2e.flow_tools import quote_of as priced

from entrepot.domain.vouchers.model import Ceiling
from entrepot.kernel.errors import Conflict, EntrepotError
from entrepot.kernel.ids import make_id
from entrepot.kernel.money import HKD, Amount
from entrepot.services import records as r
from entrepot.services import register
from entrepot.services.check import check_books
from entrepot.services.entitle_case import LimitState, reservations
from entrepot.services.finish_job import advance
from entrepot.services.lease import release_lease, take_quote
from entrepot.services.quote import quote_job
from entrepot.services.run_job import start_job
from entrepot.services.settings import read_settings
from entrepot.services.voucher_best import best_vouchers

OWN = "test.desk_voucher"
PROGRAMME = """\
schema: entrepot.vouchers/1
retrieved: 2026-11-21
rounding: floor_minor_unit_per_application
year: calendar_asia_shanghai
force_grades: [A, B, C]
stacking_default: none
programmes:
- id: test.desk_voucher
  name: {{en: Desk voucher, zh-Hant: 櫃檯券, zh-Hans: 柜台券}}
  place: hong_kong
  family: test.compute
  currency: HKD
  stacks_with: []
  versions:
  - from: 2020-01-01
    to: null
    status: in_force
    recorded_at: 2026-11-21
    date_rule: contract_date
    base: compute_cost
    rate_kind: fixed
    rates:
    - {{when: {{}}, rate_bp: 5000}}
    cap_per_application: null
    cap_per_firm_year: {cap}
    fund_total: {fund}
    eligible:
    - {{fact: registered_in, op: eq, value: hong_kong, reason: not_registered}}
    payout: deducted_at_purchase
    grade: A
    sources: ["written for this test"]
"""
THREADS = 16


class SteadyIds:
    """Ids in a row, so that the quick backend measures the same use each time."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, prefix: str) -> str:
        """Return the next id."""
        return make_id(prefix, next(self._numbers), 0)


class SteadyApp(StubApp):
    """The exchange with ids in a row."""

    @property
    def ids(self) -> SteadyIds:  # type: ignore[override]
        """Ids in a row."""
        return self._once("ids", SteadyIds)


Open = Callable[..., tuple[StubApp, r.Firm]]


@pytest.fixture
def furnished(tmp_path: Path) -> Open:
    """Return what opens a home with one programme of the operator's own."""
    rules = tmp_path / "facts" / "rules"
    rules.mkdir(parents=True)

    def make(
        *, cap: int, fund: int, devices: int = 4, kind: type[StubApp] = StubApp
    ) -> tuple[StubApp, r.Firm]:
        (rules / "vouchers.yaml").write_text(PROGRAMME.format(cap=cap, fund=fund), "utf-8")
        app = again(tmp_path, kind)
        firm = furnish(app, devices=devices)
        register.deposit(app, firm.id, Amount(1_000_000, HKD), "test", "deposit")
        return app, firm

    return make


def again(folder: Path, kind: type[StubApp] = StubApp) -> StubApp:
    """Open the home as another process would."""
    names = {"ENTREPOT_HOME": str(folder / "home"), "ENTREPOT_FACTS": str(folder / "facts")}
    return kind(read_settings(names), create=True)


def small(app: StubApp) -> Any:
    """Read the small job."""
    return app.read_job(job_file(app.home))


def best(quote: r.Quote) -> dict[str, Any]:
    """Return the cheapest candidate of a quote."""
    return cast("list[dict[str, Any]]", quote.body["candidates"])[0]


def limits(app: StubApp) -> dict[str, LimitState]:
    """Return the limits that reservations count against, by name."""
    return {limit.name: limit for limit in reservations(app)[1]}


def taken(app: StubApp, firm: r.Firm, key: str) -> r.Lease:
    """Quote the small job and take it."""
    quote = quote_job(app, firm, small(app)).quote
    return take_quote(app, quote.id, accept_duties=True, key=key)


def test_the_quote_deducts_and_the_lease_reserves(furnished: Open) -> None:
    app, firm = furnished(cap=1_000, fund=1_000)
    found = best(quote_job(app, firm, small(app)).quote)
    half = found["total_minor"] // 2
    assert half > 0
    assert found["payable_now_minor"] == found["total_minor"] - half
    lease = taken(app, firm, "take")
    assert lease.hold_minor == found["payable_now_minor"]
    held, _limits = reservations(app)
    assert [(one.programme, one.amount_minor, one.state) for one in held] == [
        (OWN, half, "reserved")
    ]
    counted = limits(app)
    assert {name: (one.used, one.limit) for name, one in counted.items()} == {
        Ceiling.FIRM_YEAR.value: (half, 100_000),
        Ceiling.FUND_TOTAL.value: (half, 100_000),
    }
    assert f"group/{firm.group_id}/" in counted[Ceiling.FIRM_YEAR.value].scope


def test_the_bill_uses_its_share_and_gives_the_rest_back(furnished: Open) -> None:
    app, firm = furnished(cap=1_000, fund=1_000, kind=SteadyApp)
    lease = taken(app, firm, "take")
    reserved = reservations(app)[0][0].amount_minor
    job = start_job(app, lease.id)
    while (step := advance(app, job.id)).invoice is None:
        pass
    total = step.invoice.total_minor
    document = cast("dict[str, Any]", step.invoice.body["document"])
    (voucher,) = document["vouchers"]
    (held,) = reservations(app)[0]
    assert (held.state, held.amount_minor) == ("applied", total // 2)
    assert 0 < held.amount_minor < reserved
    assert voucher["amount"]["minor"] == held.amount_minor
    assert document["paid_from_prepaid"]["minor"] == total - held.amount_minor
    assert {limit.used for limit in limits(app).values()} == {held.amount_minor}
    assert check_books(app) == []


def test_a_released_lease_gives_everything_back(furnished: Open) -> None:
    app, firm = furnished(cap=1_000, fund=1_000)
    lease = taken(app, firm, "take")
    release_lease(app, lease.id, reason="test", key="free")
    assert {limit.used for limit in limits(app).values()} == {0}
    assert [one.state for one in reservations(app)[0]] == ["released"]
    assert check_books(app) == []


def test_the_next_quote_counts_what_the_group_has_taken(furnished: Open) -> None:
    app, firm = furnished(cap=12, fund=1_000)
    half = best(quote_job(app, firm, small(app)).quote)["total_minor"] // 2
    assert half < 1_200 < 2 * half, "the cap lies between one purchase and two"
    taken(app, firm, "one")
    second = best(quote_job(app, firm, small(app)).quote)
    assert second["total_minor"] - second["payable_now_minor"] == 1_200 - half
    taken(app, firm, "two")
    assert limits(app)[Ceiling.FIRM_YEAR.value].used == 1_200
    left_out = best_vouchers(app, firm, small(app))[0].left_out
    third = next(one for one in left_out if one.answer.programme == OWN)
    assert (third.why, third.answer.reasons) == ("refused", ("exhausted: cap_per_firm_year",))


def test_a_second_lease_over_the_cap_is_refused_with_no_half_effect(furnished: Open) -> None:
    app, firm = furnished(cap=12, fund=1_000)
    first, second = (quote_job(app, firm, small(app)).quote for _n in range(2))
    take_quote(app, first.id, accept_duties=True, key="one")
    before, kept = digest_of(app), reservations(app)
    with pytest.raises(Conflict) as refused:
        take_quote(app, second.id, accept_duties=True, key="two")
    assert refused.value.code == "voucher.exhausted"
    assert (digest_of(app), reservations(app)) == (before, kept)
    assert check_books(app) == []


def test_sixteen_desks_at_the_last_cents_of_a_fund_never_overdraw_it(
    furnished: Open, tmp_path: Path
) -> None:
    app, firm = furnished(cap=1_000, fund=50, devices=THREADS)
    quote = priced(app, firm, job_file(app.home))
    each = best(quote)["total_minor"] // 2
    ids = [keep_quote(app, quote, n + 1).id for n in range(THREADS)]
    desks = [again(tmp_path) for _n in ids]

    def take(pair: tuple[StubApp, str]) -> str:
        desk, quote_id = pair
        try:
            take_quote(desk, quote_id, accept_duties=True, key=f"take:{quote_id}")
        except EntrepotError as error:
            return error.code
        return "taken"

    with ThreadPoolExecutor(THREADS) as pool:
        ends = list(pool.map(take, zip(desks, ids, strict=True)))
    won = 5_000 // each
    assert 0 < won < THREADS
    assert sorted(ends) == sorted(["taken"] * won + ["voucher.exhausted"] * (THREADS - won))
    assert {limit.used for limit in limits(app).values()} == {won * each}
    assert free_milli(app) == 1000 * (THREADS - won)
    assert check_books(app) == []


def cents_won(folder: Path, limit_minor: int) -> tuple[int, int]:
    """Let sixteen desks ask for one cent each; return how many got it, and the counter."""
    scope = "voucher/test/fund/total"
    desks = [again(folder) for _n in range(THREADS)]

    def take(pair: tuple[StubApp, int]) -> bool:
        desk, n = pair
        answer = desk.store.command(
            "desk",
            "test.take",
            f"cent:{n}",
            {"n": n},
            desk.clock.now(),
            lambda uow: {"won": uow.vouchers.take(scope, limit_minor, 1)},
        )
        return bool(answer["won"])

    with ThreadPoolExecutor(THREADS) as pool:
        won = sum(pool.map(take, zip(desks, range(THREADS), strict=True)))
    with desks[0].store.reading() as uow:
        return won, uow.vouchers.used(scope)


@pytest.mark.usefixtures("furnished")
def test_sixteen_threads_take_the_last_seven_cents_once(tmp_path: Path) -> None:
    assert cents_won(tmp_path, 7) == (7, 7)


@pytest.mark.usefixtures("furnished")
def test_a_book_that_forgets_its_limit_is_seen(tmp_path: Path) -> None:
    assert cents_won(tmp_path, 10**6) == (THREADS, THREADS)
