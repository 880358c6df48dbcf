"""The device grammar as a table: what is read, and what is refused with which code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.catalogue.grammar import parse_device, parse_share
from entrepot.domain.catalogue.model import DEVICES_MAX, DeviceRequest, Range
from entrepot.domain.catalogue.names import device_key, find_device, is_known, suggest_device
from entrepot.kernel.errors import Invalid

KNOWN = ("H100 SXM", "H100 PCIe", "A100 SXM", "RTX 4090", "RTX 4060 Ti", "Ascend 910B", "CPU")
GIB = 1024
MANY = DEVICES_MAX * 1000

READ = [
    ("CPU", "CPU", Range(), 1000, 1000),
    ("H100:8", "H100", Range(), 8000, 8000),
    ("A100:80GB:1..8", "A100", Range(80 * GIB, 80 * GIB), 1000, 8000),
    ("a100:1..8:80gib", "a100", Range(80 * GIB, 80 * GIB), 1000, 8000),
    ("24GB..", None, Range(24 * GIB, None), 1000, 1000),
    ("24GB+", None, Range(24 * GIB, None), 1000, 1000),
    ("..24GB:2", None, Range(None, 24 * GIB), 2000, 2000),
    ("A100:40GB..80GB:2+", "A100", Range(40 * GIB, 80 * GIB), 2000, MANY),
    ("8+", None, Range(), 8000, MANY),
    ("8..", None, Range(), 8000, MANY),
    ("..8", None, Range(), 1000, 8000),
    ("8", None, Range(), 8000, 8000),
    ("4090", "4090", Range(), 1000, 1000),
    ("4090:2", "4090", Range(), 2000, 2000),
    ("H100:0.25", "H100", Range(), 250, 1000),
    ("H100:25%", "H100", Range(), 250, 1000),
    ("A100-80GB:4", "A100-80GB", Range(80 * GIB, 80 * GIB), 4000, 4000),
    ("gpu:a100:3", "a100", Range(), 3000, 3000),
    ("gres/gpu:a100:3", "a100", Range(), 3000, 3000),
    ("accelerator_type:H100", "H100", Range(), 1000, 1000),
    ("nvidia.com/gpu:2", None, Range(), 2000, 2000),
    ("nvidia.com/gpucores:25", None, Range(), 250, 1000),
    ("A100:80GB:3g.40gb", "A100", Range(80 * GIB, 80 * GIB), 500, 1000),
    ("A100:80GB:1g.10gb", "A100", Range(80 * GIB, 80 * GIB), 143, 1000),
]

REFUSED = [
    ("", "device.form"),
    ("H100:", "device.form"),
    (":::", "device.form"),
    ("H100:8:8", "device.form"),
    ("H100:8 GPUs", "device.form"),
    ("x" * 300, "device.form"),
    ("H10O", "device.unknown"),
    ("zebra", "device.unknown"),
    ("RTX 4060", "device.unknown"),
    ("H100:0", "unit.count"),
    ("H100:-1", "unit.count"),
    ("H100:100001", "unit.count"),
    ("H100:" + "9" * 60, "unit.count"),
    ("H100:8..1", "unit.range"),
    ("A100:80GB..40GB", "unit.range"),
    ("..", "unit.range"),
    ("A100:0GB", "unit.size"),
    ("H100:1.5", "device.share"),
    ("H100:0.0001", "device.share"),
    ("H100:0%", "device.share"),
    ("H100:3g.40gb", "device.mig"),
    ("A100:40GB:7g.80gb", "device.mig_size"),
]


@pytest.mark.parametrize(("text", "name", "memory", "least", "most"), READ)
def test_requests_are_read(
    text: str, name: str | None, memory: Range, least: int, most: int
) -> None:
    assert parse_device(text, KNOWN) == DeviceRequest(text, name, memory, least, most)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_other_texts_are_refused_with_a_way_out(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_device(text, KNOWN)
    assert caught.value.code == code
    assert caught.value.render_hint()


def test_an_unknown_device_is_answered_with_the_likely_one() -> None:
    with pytest.raises(Invalid) as caught:
        parse_device("H10O:8", KNOWN)
    assert "H100" in caught.value.render_hint()
    assert parse_device("H10O:8").name == "H10O", "without a list of devices any name is taken"


def test_a_share_beside_the_request_is_the_same_as_one_inside() -> None:
    inside, beside = parse_device("H100:0.25", KNOWN), parse_device("H100", KNOWN, "0.25")
    assert (inside.milli_min, inside.milli_max) == (beside.milli_min, beside.milli_max)
    with pytest.raises(Invalid) as caught:
        parse_device("H100:8", KNOWN, "0.25")
    assert caught.value.code == "device.twice"
    with pytest.raises(Invalid) as caught:
        parse_device("H100", KNOWN, "1")
    assert caught.value.code == "device.share"


@given(st.text(alphabet="H10:.+gGBbA%-x 9", max_size=20))
def test_any_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        request = parse_device(text, KNOWN)
    except Invalid as error:
        assert "\n" not in str(error)
    else:
        assert 0 < request.milli_min <= request.milli_max <= MANY


@given(st.integers(1, 999))
def test_every_thousandth_of_a_device_is_a_share(milli: int) -> None:
    assert parse_share(f"0.{milli:03d}") == milli


@pytest.mark.parametrize(
    ("asked", "device", "fits"),
    [
        ("H100", "NVIDIA H100 SXM5", True),
        ("h100 sxm", "NVIDIA H100 80GB SXM5", True),
        ("NVIDIA H100 SXM", "H100 SXM", True),
        ("H100 SXM", "H100 PCIe", False),
        ("H100", "H200 SXM", False),
        ("RTX 4060", "RTX 4060 Ti", False),
        ("RTX4090", "NVIDIA GeForce RTX 4090", True),
        ("A100-SXM4-80GB", "A100 SXM", True),
        ("RTX 6000", "NVIDIA RTX 6000 Ada", False),
        ("RTX 6000 Pro", "RTX PRO 6000", True),
        ("A6000", "NVIDIA RTX A6000", True),
        ("910B", "Ascend 910B", True),
        ("L40", "L40S", False),
    ],
)
def test_names_match_across_spellings(asked: str, device: str, fits: bool) -> None:
    assert device_key(device).serves(device_key(asked)) is fits


def test_one_known_device_is_found_and_several_are_not_guessed() -> None:
    known = {name.lower(): name for name in KNOWN}
    assert find_device("NVIDIA H100 SXM5 80GB", known) == "h100 sxm"
    assert find_device("A100", known) == "a100 sxm"
    assert find_device("H100", known) is None
    assert find_device("RTX 5090", known) is None
    assert is_known("h100", KNOWN)
    assert suggest_device("zzzz", KNOWN) is None
