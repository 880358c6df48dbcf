"""Files of asks: exact prices, and every fault with its line and field."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from entrepot.adapters.imports.ask_file import read_ask
from entrepot.kernel.errors import Invalid

STEP = "{class: cpu, from: 0, to: 2, devices: 8, price: 12.345 CNY, start_cost: 5 HKD}"


def test_an_ask_is_read_exactly() -> None:
    found = read_ask(f"centre: gz\nsteps:\n- {STEP}\n".encode(), Path("ask.yaml"))
    assert found.centre == "gz"
    (step,) = found.steps
    assert (step.price, step.start_cost) == ((Fraction("1234.5"), "CNY"), (Fraction(500), "HKD"))
    assert (step.begin, step.end, step.devices, step.min_slots, step.stock) == (0, 2, 8, 0, "")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[]", "no ask"),
        ("steps: []", "ask.yaml:1"),
        ("steps:\n- {class: cpu, from: 0, to: 2, devices: 8}", "ask.yaml:2"),
        (f"steps:\n- {STEP.replace('12.345 CNY', 'nan HKD')}", "ask.yaml:2"),
        (f"steps:\n- {STEP.replace('12.345 CNY', '1e9 HKD')}", "ask.yaml:2"),
        (f"steps:\n- {STEP.replace('12.345 CNY', '5 USD')}", "ask.yaml:2"),
        (f"steps:\n- {STEP.replace('12.345 CNY', '1/3 HKD')}", "ask.yaml:2"),
        (f"steps:\n- {STEP.replace('devices: 8', 'devices: -8')}", "ask.yaml:2"),
        (f"steps:\n- {STEP.replace('to: 2, ', '')}", "ask.yaml:2"),
        (f"steps:\n- {STEP}\nmore: 1", "ask.yaml:3"),
    ],
)
def test_a_bad_ask_is_refused_at_its_place(text: str, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_ask(text.encode(), Path("ask.yaml"))
    said = " ".join([refused.value.render(), *refused.value.fields])
    assert where in said
