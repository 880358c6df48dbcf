"""Keys that sign, and files that keep them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from entrepot.adapters.identity.signing import (
    create,
    from_secret,
    key_id_of,
    load,
    load_or_create,
    verify,
)
from entrepot.kernel.errors import Fault, NotFound, Refused


def test_a_signature_verifies_and_any_changed_bit_does_not() -> None:
    key = from_secret(bytes(range(32)))
    signature = key.sign(b"usage")
    assert verify(key.public, b"usage", signature)
    assert not verify(key.public, b"usagf", signature)
    for at in (0, 31, 32, 63):
        spoilt = bytearray(signature)
        spoilt[at] ^= 1
        assert not verify(key.public, b"usage", bytes(spoilt))
    assert not verify(from_secret(bytes(32)).public, b"usage", signature)


@pytest.mark.parametrize(("public", "signature"), [(b"", b""), (b"x" * 31, b"y" * 64)])
def test_malformed_keys_and_signatures_do_not_verify(public: bytes, signature: bytes) -> None:
    assert not verify(public, b"usage", signature)


def test_the_first_vector_of_rfc_8032() -> None:
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = from_secret(secret)
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


def test_a_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    made = create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert load(path).public == made.public == load_or_create(path).public
    assert os.listdir(path.parent) == ["a.key"]
    assert repr(made) == f"SigningKey({key_id_of(made.public)})"


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    made = create(tmp_path / "a.key")
    with pytest.raises(Refused) as caught:
        create(tmp_path / "a.key")
    assert caught.value.code == "key.exists"
    assert load(tmp_path / "a.key").public == made.public


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create(tmp_path / "a.key")
    (tmp_path / "a.key").chmod(0o640)
    with pytest.raises(Refused) as caught:
        load(tmp_path / "a.key")
    assert "chmod 600" in caught.value.render_hint()


@pytest.mark.parametrize("text", ["", "zz" * 32, "00" * 31, "\xff"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.key"
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(Refused) as caught:
        load(path)
    assert caught.value.code == "key.form"


def test_a_missing_key_and_a_missing_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        load(tmp_path / "a.key")
    assert caught.value.render_hint()
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault):
        create(tmp_path / "file" / "a.key")
