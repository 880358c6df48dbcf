"""Gate cases out of plain values: every key is read, every mistake is named."""

from __future__ import annotations

from datetime import date

import pytest

from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.errors import Invalid

TODAY = date(2026, 11, 21)


def test_every_key_is_read() -> None:
    case = read_case(
        {
            "name": "one",
            "as_of": "2025-12-31",
            "known": date(2026, 1, 1),
            "leg": {"place_from": "HK"},
            "placement": {"end_use": "commercial"},
            "instruments_in_force": ["bis_licence"],
            "what_if": ["ear.remote_bill"],
            "reviews_in_force": ["hk.processor"],
        },
        TODAY,
    )
    assert (case.name, case.as_of, case.known) == ("one", date(2025, 12, 31), date(2026, 1, 1))
    assert (case.leg, case.placement) == ({"place_from": "HK"}, {"end_use": "commercial"})
    assert case.instruments_in_force == {"bis_licence"}
    assert (case.what_if, case.reviews_in_force) == ({"ear.remote_bill"}, {"hk.processor"})


def test_what_a_case_leaves_out_is_filled_in() -> None:
    case = read_case({"leg": {}}, TODAY, "case-1")
    assert (case.name, case.as_of, case.known) == ("case-1", TODAY, None)
    assert case.instruments_in_force == frozenset()


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"lag": {}}, "lag"),
        ({"name": 3}, "name"),
        ({"leg": [1]}, "leg"),
        ({"placement": "x"}, "placement"),
        ({"as_of": "2026-13-01"}, "as_of"),
        ({"as_of": "2026-1-1"}, "as_of"),
        ({"known": 20260101}, "known"),
        ({"what_if": "row"}, "what_if"),
        ({"instruments_in_force": [1]}, "instruments_in_force"),
    ],
)
def test_a_mistake_names_its_key(body: dict[str, object], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_case(body, TODAY)
    assert list(refused.value.fields) == [key]
    assert refused.value.render_hint()


def test_the_nearest_key_is_guessed() -> None:
    with pytest.raises(Invalid) as refused:
        read_case({"placemnt": {}}, TODAY)
    assert refused.value.render_hint() == "Did you mean placement?"
