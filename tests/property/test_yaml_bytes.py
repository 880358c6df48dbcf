"""Whatever the bytes are, the reader answers with plain values or with a refusal."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.errors import Invalid

PLAIN = (dict, list, str, int, bool, Decimal, type(None))
PIECES = [*"[]{},?#1é\n\t\x00'\"", ": ", "- ", "  ", "a", "&x ", "*x", "!t ", "|\n"]


def _walk(value: object) -> None:
    assert isinstance(value, PLAIN)
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str)
            _walk(item)
    elif isinstance(value, list):
        for item in value:
            _walk(item)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_shuffled_pieces_of_yaml_never_crash(text: str) -> None:
    try:
        _walk(load_yaml(text.encode(), "f.yaml").value)
    except Invalid as refusal:
        assert "f.yaml" in str(refusal)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_never_crash(data: bytes) -> None:
    try:
        _walk(load_yaml(data, "f.yaml").value)
    except Invalid as refusal:
        assert "f.yaml" in str(refusal)
