"""Digest of a file or folder: names and contents count, and nothing else."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from entrepot.adapters.imports.tree_digest import CHUNK_BYTES, digest_of
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.services.ports_gate_records import TreeDigest


def silent(done: int, whole: int) -> None:
    """Hear nothing of the progress."""


def tree(folder: Path, **files: str) -> TreeDigest:
    """Write files into a folder and return its digest."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return digest_of(folder, silent)


def test_a_file_has_its_own_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    found = digest_of(tmp_path / "a", silent)
    assert found == TreeDigest(hashlib.sha256(b"abc").hexdigest(), 3, 1)


def test_a_folder_counts_what_is_below_it(tmp_path: Path) -> None:
    found = tree(tmp_path / "one", a="1", sub__b="22")
    assert (found.size_bytes, found.files) == (3, 2)
    assert tree(tmp_path / "two", sub__b="22", a="1") == found


@pytest.mark.parametrize(
    "files",
    [
        {"a": "1", "sub__b": "23"},
        {"a": "1", "sub__c": "22"},
        {"a": "1"},
        {"a": "122", "sub__b": ""},
    ],
)
def test_another_name_or_content_is_another_digest(tmp_path: Path, files: dict[str, str]) -> None:
    right = tree(tmp_path / "one", a="1", sub__b="22")
    assert tree(tmp_path / "two", **files).sha256 != right.sha256


def test_times_and_permissions_do_not_count(tmp_path: Path) -> None:
    before = tree(tmp_path / "one", a="1")
    os.utime(tmp_path / "one" / "a", (1, 1))
    (tmp_path / "one" / "a").chmod(0o600)
    assert digest_of(tmp_path / "one", silent) == before


def test_progress_ends_at_the_whole_size(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "a").write_bytes(b"x" * (CHUNK_BYTES + 1))
    (folder / "b").write_bytes(b"yz")
    seen: list[tuple[int, int]] = []
    digest_of(folder, lambda done, whole: seen.append((done, whole)))
    whole = CHUNK_BYTES + 3
    assert seen == [(CHUNK_BYTES, whole), (CHUNK_BYTES + 1, whole), (whole, whole)]


def test_links_and_empty_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid):
        digest_of(tmp_path / "empty", silent)
    tree(tmp_path / "one", a="1")
    (tmp_path / "one" / "link").symlink_to(tmp_path / "one" / "a")
    with pytest.raises(Invalid, match="link"):
        digest_of(tmp_path / "one", silent)


def test_what_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        digest_of(tmp_path / "nowhere", silent)
