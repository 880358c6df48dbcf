"""No sequence of claims, decisions, cancels, claw-backs and year ends passes a cap or a fund.

The oracle adds up claims and leases by itself and never looks at the limits that the services
kept; the counters must say the same.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.unit.services.claim_desk import COMMITTEE, LATER, ask, boss, claim_desk, programme
from tests.unit.services.desk import Desk, billed, leased

from entrepot.adapters.sql.voucher_book import SqlVoucherBook
from entrepot.domain.vouchers.reserve import limit_keys
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services.check import check_books
from entrepot.services.claim_steps import (
    approve_claim,
    claw_back,
    expire_all,
    pay_claim,
    redeem_claim,
    refuse_claim,
)
from entrepot.services.claims import all_claims
from entrepot.services.lease import release_lease

LINES = 8
CAPS = {LATER: 700, COMMITTEE: 800}
FUNDS = {LATER: 1_300, COMMITTEE: 1_200}
TEXTS = (
    programme(cap=7, fund=13),
    programme(id=COMMITTEE, family="test.committee", discretionary="true", cap=8, fund=12),
)
HALF_YEAR_S = 183 * 86_400


@functools.cache
def _billed_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="machine-"))
    desk = claim_desk(folder, *TEXTS)
    for n in range(1, LINES + 1):
        billed(desk, n)
    desk.store.engine.dispose()
    return folder


@functools.cache
def _read_once() -> dict[str, object]:
    desk = claim_desk(_billed_home(), *TEXTS)
    return {name: getattr(desk, name) for name in ("facts", "rulebook", "programmes", "tax")}


picks = st.integers(min_value=0, max_value=LINES - 1)


class Claims(RuleBasedStateMachine):
    """Desks that try everything, in any order; a refusal is an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="claims-"))
        shutil.copytree(_billed_home() / "home", self.folder / "home")
        self.desk = Desk(self.folder / "home", {"ENTREPOT_ACTOR": "counter"})
        self.desk._parts |= _read_once()
        with self.desk.store.reading() as uow:
            self.invoices = uow.deals.invoices()
        self.keys = 0
        self.waiting: dict[str, tuple[int, int]] = {}

    def teardown(self) -> None:
        try:
            assert check_books(self.desk) == []
        finally:
            self.desk.store.engine.dispose()
            shutil.rmtree(self.folder)

    def key(self) -> str:
        """Return a fresh key."""
        self.keys += 1
        return f"k{self.keys}"

    def try_(self, act: Callable[[str], object], pick: int) -> None:
        """Do something to one of the claims; it may be refused."""
        claims = all_claims(self.desk)
        if claims:
            self.may(lambda: act(claims[pick % len(claims)].id))

    def may(self, act: Callable[[], object]) -> bool:
        """Do something that may be refused; say whether it was done."""
        try:
            act()
        except EntrepotError:
            return False
        return True

    @rule(line=picks, name=st.sampled_from([LATER, COMMITTEE]))
    def claim(self, line: int, name: str) -> None:
        self.may(lambda: ask(self.desk, self.invoices[line], name))

    @rule(pick=picks, part=st.sampled_from([None, 1, 200]))
    def approve(self, pick: int, part: int | None) -> None:
        amount = None if part is None else Amount(part, HKD)
        until = local_day(self.desk.hand_clock.at + HALF_YEAR_S)
        self.try_(
            lambda one: approve_claim(
                boss(self.desk), one, self.key(), amount=amount, expires_on=until
            ),
            pick,
        )

    @rule(pick=picks)
    def refuse(self, pick: int) -> None:
        self.try_(lambda one: refuse_claim(boss(self.desk), one, "no", self.key()), pick)

    @rule(pick=picks)
    def redeem_and_pay(self, pick: int) -> None:
        def both(one: str) -> None:
            granted = redeem_claim(self.desk, one, self.key()).amount_minor
            pay_claim(self.desk, one, Amount(granted, HKD), "REF", self.key())

        self.try_(both, pick)

    @rule(pick=picks)
    def take_back(self, pick: int) -> None:
        self.try_(lambda one: claw_back(self.desk, one, "resold", self.key()), pick)

    @rule(minor=st.integers(min_value=1, max_value=900))
    def lease(self, minor: int) -> None:
        if self.waiting:
            return
        year = local_day(self.desk.hand_clock.at).year
        found = next(p for p in self.desk.programmes if p.id == LATER)
        keys = limit_keys(found.versions[0], LATER, self.desk.firm.group_id, year)
        row = {"programme": LATER, "family": found.family, "asset": "HKD",
               "amount_minor": minor, "limits": [asdict(key) for key in keys]}  # fmt: skip

        def reserve(body: dict[str, Any]) -> None:
            body["candidates"][0]["reserve"] = [row]

        number = 100 + int(self.key()[1:])

        def take() -> None:
            self.waiting[leased(self.desk, number, reserve).id] = (year, minor)

        self.may(take)

    @rule()
    def cancel(self) -> None:
        for lease_id in list(self.waiting):
            release_lease(self.desk, lease_id, reason="test", key=self.key())
            del self.waiting[lease_id]

    @rule()
    def half_a_year_passes(self) -> None:
        self.desk.hand_clock.at += HALF_YEAR_S
        expire_all(self.desk)

    @invariant()
    def no_limit_is_passed(self) -> None:
        with self.desk.store.reading() as uow:
            group = uow.registry.firms()[0].group_id
            for name in (LATER, COMMITTEE):
                held = [
                    (cast("int", claim.body["year"]), claim.amount_minor)
                    for claim in uow.claims.all()
                    if claim.programme == name and claim.held
                ]
                held += self.waiting.values() if name == LATER else []
                fund = sum(minor for _year, minor in held)
                assert fund <= FUNDS[name], "the fund is passed"
                assert uow.vouchers.used(f"voucher/{name}/fund/total") == fund, "fund miscounted"
                for year in {year for year, _minor in held}:
                    granted = sum(minor for of, minor in held if of == year)
                    scope = f"voucher/{name}/group/{group}/{year}"
                    assert granted <= CAPS[name], "the cap is passed"
                    assert uow.vouchers.used(scope) == granted, "cap miscounted"


STEPS = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_no_sequence_passes_a_cap_or_a_fund() -> None:
    run_state_machine_as_test(Claims, settings=STEPS)


def _forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    take = SqlVoucherBook.take
    monkeypatch.setattr(
        SqlVoucherBook, "take", lambda book, key, _limit, minor: take(book, key, 1 << 50, minor)
    )


def _keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlVoucherBook, "give_back", lambda *_given: None)


def _gives_back_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    give = SqlVoucherBook.give_back

    def twice(book: SqlVoucherBook, key: str, minor: int) -> None:
        give(book, key, min(2 * minor, book.used(key)))

    monkeypatch.setattr(SqlVoucherBook, "give_back", twice)


@pytest.mark.parametrize("bug", [_forgets, _keeps, _gives_back_twice])
def test_planted_bugs_are_found(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[[pytest.MonkeyPatch], None]
) -> None:
    bug(monkeypatch)
    hunt = settings(STEPS, max_examples=25, phases=[Phase.generate], derandomize=True,
                    database=None)  # fmt: skip
    with pytest.raises(BaseException, match=r"passed|miscounted"):
        run_state_machine_as_test(Claims, settings=hunt)
