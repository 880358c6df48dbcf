"""The operator's fixings: taken in by two persons, used before the public history, kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import pytest
from tests.unit.services.desk import Desk, billed, quoted, settled
from tests.unit.services.persons import acting

from entrepot.domain.fx.model import snapshot_id
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, Refused
from entrepot.kernel.money import CNH, CNY, HKD, USD, Asset, ExchangeRate
from entrepot.services import four_eyes
from entrepot.services.fx_import import FixingRow, propose_fixings
from entrepot.services.fx_rates import RateBook, fixings, rate_to_pay_by, rate_view
from entrepot.services.ports_fx import Fixing

TODAY = date(2026, 11, 21)


def row(value: str, day: str = "2026-11-20", base: Asset = CNH, quote: Asset = HKD) -> FixingRow:
    return FixingRow(ExchangeRate(base, quote, Fraction(value), "desk", day), "f.csv:2")


def taken_in(desk: Desk, key: str, *rows: FixingRow, correct: bool = False) -> None:
    """Let two persons take fixings in."""
    made = propose_fixings(acting(desk, "one"), rows, "f.csv", key, correct=correct)
    assert made.view is not None
    four_eyes.approve(acting(desk, "two"), made.view.proposal.id, f"{key}-yes")


class History:
    """Public rates that a test sets."""

    def __init__(self, day: str = "2026-10-30") -> None:
        self.day = day
        self.asked = 0

    def rate(self, base: Asset, quote: Asset, on: date) -> ExchangeRate:
        self.asked += 1
        per_usd = {USD: Fraction(1), HKD: Fraction(39, 5), CNH: Fraction(7), CNY: Fraction(7)}
        if base not in per_usd or quote not in per_usd:
            raise Invalid("fx.currency", "no history")
        return ExchangeRate(base, quote, per_usd[quote] / per_usd[base], "public", self.day)

    def staleness_days(self, on: date) -> int:
        return (on - date.fromisoformat(self.day)).days


def book(history: History, **fixed: tuple[str, str]) -> RateBook:
    """Return a book over fixings named BASE_QUOTE=(day, rate)."""
    known = {
        name.replace("_", "/"): Fixing(1, name.replace("_", "/"), day, value, "desk", "PR-1", 1)
        for name, (day, value) in fixed.items()
    }

    def find(pairs: Sequence[str], day: str) -> Mapping[str, Fixing]:
        return {pair: known[pair] for pair in pairs if pair in known and known[pair].day <= day}

    return RateBook(history, find, 7)


def test_without_fixings_the_history_counts() -> None:
    history = History()
    assert book(history).rate(CNH, HKD, TODAY).value == Fraction(39, 35)
    assert book(history).rate(HKD, HKD, TODAY).value == 1
    assert book(history).staleness_days(TODAY) == 22


def test_a_fresh_fixing_is_used_and_the_history_not_even_read() -> None:
    history = History()
    found = book(history, CNH_HKD=("2026-11-20", "11/10")).rate(CNH, HKD, TODAY)
    assert (found.value, found.fixed_on, history.asked) == (Fraction(11, 10), "2026-11-20", 0)
    assert found.source == "desk, fixed 2026-11-20"
    upside = book(history, HKD_CNH=("2026-11-20", "10/11")).rate(CNH, HKD, TODAY)
    assert upside.value == Fraction(11, 10)


def test_a_fixing_against_the_dollar_takes_the_other_leg_of_the_same_day() -> None:
    found = book(History(), USD_CNH=("2026-11-20", "71/10")).rate(CNH, HKD, TODAY)
    assert found.value == Fraction(39, 5) / Fraction(71, 10)
    both = book(History(), USD_CNH=("2026-11-20", "7"), USD_HKD=("2026-11-20", "779/100"))
    assert both.rate(CNH, HKD, TODAY).value == Fraction(779, 700)
    newer = book(History(), USD_CNH=("2026-11-19", "7"), CNH_HKD=("2026-11-20", "9/8"))
    assert newer.rate(CNH, HKD, TODAY).value == Fraction(9, 8)


def test_a_stale_fixing_gives_way_to_a_newer_public_rate() -> None:
    stale = book(History("2026-11-20"), CNH_HKD=("2026-11-10", "11/10"))
    assert stale.rate(CNH, HKD, TODAY).source == "public"
    assert book(History(), CNH_HKD=("2026-11-01", "1")).rate(CNH, HKD, TODAY).value == 1


def test_a_fixing_off_the_peg_is_never_used() -> None:
    with pytest.raises(Refused):
        book(History(), USD_HKD=("2026-11-20", "8")).rate(USD, HKD, TODAY)


def test_two_persons_take_a_file_in(desk: Desk) -> None:
    rows = (row("1.11"), row("7.79", base=USD))
    made = propose_fixings(acting(desk, "one"), rows, "f.csv", "k")
    assert made.view is not None and (made.new, made.known) == (2, 0)
    assert fixings(desk) == []
    with pytest.raises(Refused):
        four_eyes.approve(acting(desk, "one"), made.view.proposal.id, "self")
    four_eyes.approve(acting(desk, "two"), made.view.proposal.id, "yes")
    found = fixings(desk, "CNH/HKD")
    assert [(one.rate, one.proposal_id) for one in found] == [("111/100", made.view.proposal.id)]
    assert propose_fixings(desk, rows, "f.csv", "again").view is None


def test_a_contradiction_is_refused_unless_it_corrects(desk: Desk) -> None:
    taken_in(desk, "a", row("1.11"))
    with pytest.raises(Conflict) as refused:
        propose_fixings(desk, [row("1.12")], "f.csv", "b")
    assert refused.value.code == "fx.contradiction" and "f.csv:2" in str(refused.value)
    taken_in(desk, "c", row("1.12"), correct=True)
    assert [one.rate for one in fixings(desk)] == ["28/25"]
    with desk.store.reading() as uow:
        assert uow.fx.last_fixing("CNH/HKD", "2026-11-19") is None


def test_two_proposals_for_one_day_cannot_both_stand(desk: Desk) -> None:
    one = propose_fixings(acting(desk, "one"), [row("1.11")], "a.csv", "a").view
    other = propose_fixings(acting(desk, "one"), [row("1.12")], "b.csv", "b").view
    assert one is not None and other is not None
    four_eyes.approve(acting(desk, "two"), one.proposal.id, "yes")
    with pytest.raises(Conflict) as refused:
        four_eyes.approve(acting(desk, "two"), other.proposal.id, "no")
    assert refused.value.code == "four_eyes.changed"
    assert [fixing.rate for fixing in fixings(desk)] == ["111/100"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row("7.7", base=USD), "fx.peg_row"),
        (row("1.11", "2026-11-22"), "fx.future"),
        (row("11.1"), "fx.implausible"),
        (row("0.9", base=HKD, quote=CNH), ""),
    ],
)
def test_slips_of_the_pen_are_found(desk: Desk, bad: FixingRow, code: str) -> None:
    if not code:
        desk.hand_fx.of[HKD] = Fraction(10, 11)
        assert propose_fixings(desk, [bad], "f.csv", "k").new == 1
        return
    with pytest.raises(EntrepotError) as refused:
        propose_fixings(desk, [bad], "f.csv", "k")
    assert refused.value.code == code and "f.csv:2" in str(refused.value)


def test_a_rate_off_the_last_one_is_flagged_before_it_is_refused(desk: Desk) -> None:
    assert propose_fixings(desk, [row("1.121")], "f.csv", "a").flagged == {}
    flagged = propose_fixings(desk, [row("1.155", "2026-11-19")], "f.csv", "b").flagged
    assert flagged == {"f.csv:2": "5.0 %"}


def test_an_old_rate_pays_nobody_but_still_quotes(desk: Desk) -> None:
    desk._parts["fx"] = History("2026-09-01")
    view = rate_view(desk, CNH, HKD, TODAY)
    assert (view.age_days, view.warn, view.too_old_to_pay) == (81, True, True)
    with pytest.raises(Refused) as refused:
        rate_to_pay_by(desk, TODAY)
    assert refused.value.code == "fx.stale"


def test_every_settlement_names_the_snapshot_of_its_rate(desk: Desk) -> None:
    billed(desk, 1)
    (paid,) = settled(desk)
    with desk.store.reading() as uow:
        (kept,) = uow.fx.snapshots(f"batch:{paid.batch.id}")
    rate = ExchangeRate(CNH, HKD, Fraction(kept.rate), kept.source, kept.fixed_on)
    assert kept.id == snapshot_id(rate) == snapshot_id(desk.fx.rate(CNH, HKD, TODAY))


def test_every_quote_names_the_snapshots_of_its_rates(desk: Desk) -> None:
    named = quoted(desk).body["fx_quotes"]
    assert named == {
        asset.code: snapshot_id(desk.fx.rate(asset, HKD, TODAY)) for asset in (CNY, CNH, USD)
    }
