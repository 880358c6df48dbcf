"""Kinds of lease: their terms, and what a lease that ends early owes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.contracts.lease_kind import (
    DEVICES_MAX,
    DURATION_S_MAX,
    USUAL,
    KindTerms,
    LeaseKind,
    charged_quantity,
    owed_seconds,
    read_terms,
)
from entrepot.kernel.errors import Invalid


@pytest.mark.parametrize("kind", list(LeaseKind))
def test_the_house_has_terms_of_every_kind(kind: LeaseKind) -> None:
    terms = USUAL[kind]
    assert terms.kind is kind
    assert terms.duration_s_max == DURATION_S_MAX == 184 * 86_400
    assert read_terms(terms.as_dict()) == terms


def test_a_managed_job_of_the_house_owes_what_it_used_alone() -> None:
    assert charged_quantity(USUAL[LeaseKind.MANAGED_JOB], 7, 1000, 60, 600) == 7


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (LeaseKind.BARE_METAL, {"milli_min": 999}, "devices_min"),
        (LeaseKind.BARE_METAL, {"isolations": ("mps",)}, "isolations"),
        (LeaseKind.SHARED_UNIT, {"milli_max": 1001}, "devices_max"),
        (LeaseKind.SHARED_UNIT, {"isolations": ("exclusive",)}, "isolations"),
        (LeaseKind.VM, {"isolations": ()}, "isolations"),
        (LeaseKind.VM, {"milli_min": 0}, "devices_min"),
        (LeaseKind.VM, {"milli_max": DEVICES_MAX * 1000 + 1}, "devices_min"),
        (LeaseKind.VM, {"duration_s_max": DURATION_S_MAX + 1}, "longest"),
        (LeaseKind.VM, {"duration_s_max": 3599}, "minimum"),
        (LeaseKind.CONTAINER, {"notice_s": -1}, "notice"),
        (LeaseKind.CONTAINER, {"credit_bp": -1}, "slow_credit_percent"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(
    kind: LeaseKind, changes: dict[str, Any], field: str
) -> None:
    whole = {**USUAL[kind].as_dict(), **changes}
    with pytest.raises(Invalid) as caught:
        KindTerms(**{**whole, "kind": kind, "isolations": tuple(whole["isolations"])})  # type: ignore[arg-type]
    assert list(caught.value.fields) == [field]


LENGTHS = st.integers(0, DURATION_S_MAX)


@given(LENGTHS, LENGTHS, LENGTHS, st.integers(1, DURATION_S_MAX))
def test_what_is_owed_lies_between_the_use_and_the_whole_time(
    minimum: int, notice: int, used: int, duration: int
) -> None:
    terms = KindTerms(LeaseKind.VM, ("vgpu",), minimum_s=minimum, notice_s=notice)
    owed = owed_seconds(terms, min(used, duration), duration)
    assert min(used, duration) <= owed <= duration
    assert owed >= min(minimum, duration)
    assert owed_seconds(terms, duration, duration) == duration
