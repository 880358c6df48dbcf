"""A sealed box opens with its key and for its purpose, and for nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from entrepot.adapters.identity import sealing
from entrepot.adapters.sealing_port import Seals
from entrepot.kernel.errors import Fault

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
DATA, CONTEXT = "orders 訂單".encode() * 20, b"AC-1"


def test_a_box_opens_with_its_key_and_context_only() -> None:
    box = sealing.seal(sealing.public_of(KEY), DATA, CONTEXT)
    assert DATA[:12] not in box
    assert sealing.unseal(KEY, box, CONTEXT) == DATA
    assert sealing.unseal(OTHER, box, CONTEXT) is None
    assert sealing.unseal(KEY, box, b"AC-2") is None
    assert sealing.seal(sealing.public_of(KEY), DATA, CONTEXT) != box


def test_a_changed_or_cut_box_does_not_open() -> None:
    box = sealing.seal(sealing.public_of(KEY), DATA, CONTEXT)
    for at in range(0, len(box), 7):
        assert sealing.unseal(KEY, box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :], CONTEXT) is None
    for end in (0, 31, 32, 33, len(box) - 1):
        assert sealing.unseal(KEY, box[:end], CONTEXT) is None


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.key"
    assert sealing.secret_at(path, create=False) is None
    made = sealing.secret_at(path, create=True)
    assert made is not None
    assert (len(made), path.stat().st_mode & 0o777) == (32, 0o600)
    assert sealing.secret_at(path, create=True) == made == sealing.secret_at(path, create=False)
    assert os.listdir(path.parent) == ["one.key"]
    path.write_text("rubbish")
    with pytest.raises(Fault, match="cannot be read or written"):
        sealing.secret_at(path, create=True)


class Client(Seals):
    """A client with a home."""

    def __init__(self, home: Path) -> None:
        self.home = home


def test_a_client_seals_for_a_call_and_foretells_its_own_nonces(tmp_path: Path) -> None:
    desk, other = Client(tmp_path / "a"), Client(tmp_path / "b")
    public = desk.make_seal("AC-1")
    secret = desk.seal_secret("AC-1")
    assert desk.make_seal("AC-1") == public == other.seal_public(secret)
    assert (other.seal_secret("AC-1"), other.seal_public("zz"), other.seal_public("00")) == (
        "",
    ) * 3
    box = other.seal(public, DATA, "AC-1")
    assert desk.unseal(secret, box, "AC-1") == DATA
    assert desk.unseal(secret, box, "AC-2") is desk.unseal(secret, "no box", "AC-1") is None
    assert desk.bid_nonce(b"x") == desk.bid_nonce(b"x")
    assert len({desk.bid_nonce(b"x"), desk.bid_nonce(b"y"), other.bid_nonce(b"x")}) == 3
