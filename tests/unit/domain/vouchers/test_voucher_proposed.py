"""Proposed programmes: they hold in a sandbox that names them, and pay nowhere at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.domain.vouchers.conftest import RULES

from entrepot.domain.vouchers.case import EntitlementCase, Status
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.read_case import read_case
from entrepot.domain.vouchers.saving import Saving, read_saving, saving_minor
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary

TEXT = (RULES / "proposed.yaml").read_text("utf-8")
PLAN = "hk.enterprise_compute_plan"
CASE = EntitlementCase(
    name="one",
    programme=PLAN,
    as_of=date(2026, 11, 21),
    facts={"applicant_type": "sme"},
    amount_minor=10_001,
    currency="HKD",
)


def test_a_proposal_holds_only_where_it_is_named(dictionary: FactDictionary) -> None:
    """Not named: no version in force. Another one named: neither. Named: advice, never money."""
    proposed = load_programmes(TEXT, "proposed.yaml", dictionary)
    for what_if in (frozenset[str](), frozenset({"hk.algorithm_voucher"})):
        answer = entitle(proposed, dictionary, replace(CASE, what_if=what_if))
        assert answer.status is Status.REFUSED
        assert answer.reasons == ("no_version_in_force",)
    named = entitle(proposed, dictionary, replace(CASE, what_if=frozenset({PLAN})))
    assert (named.status, named.amount_minor, named.advice_minor) == (
        Status.NEEDS_REVIEW,
        0,
        7_000,
    )


def test_a_proposal_of_the_best_grade_with_a_review_pays_nothing_either(
    dictionary: FactDictionary,
) -> None:
    """Neither grade A nor a review record makes law of what nobody enacted."""
    proposed = load_programmes(TEXT.replace("grade: S", "grade: A"), "p.yaml", dictionary)
    case = replace(
        CASE, what_if=frozenset({PLAN}), reviews_in_force=frozenset({f"{PLAN}@2026-01-01"})
    )
    answer = entitle(proposed, dictionary, case)
    assert (answer.status, answer.amount_minor) == (Status.NEEDS_REVIEW, 0)
    assert answer.reasons == ("proposed",)


def test_the_same_text_in_force_would_pay(dictionary: FactDictionary) -> None:
    """The planted bug: were the status taken for in force, the amount would be money."""
    text = TEXT.replace("assumed_from", "from").replace("status: proposed", "status: in_force")
    enacted = load_programmes(text.replace("grade: S", "grade: A"), "p.yaml", dictionary)
    assert entitle(enacted, dictionary, CASE).amount_minor == 7_000


def test_before_the_assumed_day_nothing_holds(dictionary: FactDictionary) -> None:
    """The assumption has a first day."""
    proposed = load_programmes(TEXT, "proposed.yaml", dictionary)
    early = replace(CASE, as_of=date(2025, 12, 31), what_if=frozenset({PLAN}))
    assert entitle(proposed, dictionary, early).reasons == ("no_version_in_force",)


@pytest.mark.parametrize(
    ("old", "new"),
    [("assumed_from: 2026", "from: 2026"), ("status: proposed", "status: in_force")],
)
def test_days_and_status_go_together(dictionary: FactDictionary, old: str, new: str) -> None:
    """Only a proposal is assumed, and it is only assumed."""
    with pytest.raises(Invalid):
        load_programmes(TEXT.replace(old, new), "proposed.yaml", dictionary)


def test_no_case_file_can_name_a_what_if() -> None:
    """The assumption belongs to the sandbox."""
    with pytest.raises(Invalid):
        read_case({"programme": PLAN, "as_of": "2026-11-21", "what_if": [PLAN]})


def test_savings_are_floored_and_never_negative() -> None:
    """A second more than the baseline saves nothing; a part of a cent is dropped."""
    day, before = date(2026, 6, 1), date(2026, 5, 31)
    assert saving_minor(Saving(10, 11, 3_600, before), day) == 0
    assert saving_minor(Saving(12, 11, 3_599, before), day) == 0
    assert saving_minor(Saving(13, 11, 3_599, before), day) == 1
    assert saving_minor(Saving(10**6, 0, 3_600, day), day) == 0


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"baseline_device_seconds": 1, "measured_device_seconds": 1},
        {
            "baseline_device_seconds": True,
            "measured_device_seconds": 1,
            "price_minor_per_device_hour": 1,
        },
        {
            "baseline_device_seconds": 1,
            "measured_device_seconds": 1,
            "price_minor_per_device_hour": 1,
            "registered_on": "2026-02-30",
        },
        {
            "baseline_device_seconds": 1,
            "measured_device_seconds": 1,
            "price_minor_per_device_hour": 1,
            "rate": 1,
        },
    ],
)
def test_a_saving_that_is_none_is_refused(given: object) -> None:
    """Missing keys, other keys, wrong values: one sentence."""
    with pytest.raises(Invalid):
        read_saving(given)
