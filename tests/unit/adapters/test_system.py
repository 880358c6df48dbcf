"""Files written whole, ids that rise, and the machine's clock."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from entrepot.adapters.system import RandomIds, SystemClock, write_whole
from entrepot.kernel.errors import Fault


def test_a_file_is_written_with_its_folders_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a" / "b" / "paper.json", b"{}")
    assert path.read_bytes() == b"{}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "paper"
    write_whole(path, b"a long first text")
    write_whole(path, b"short")
    assert path.read_bytes() == b"short"
    assert [one.name for one in tmp_path.iterdir()] == ["paper"]


def _full(*arguments: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_old_file_and_no_part_of_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "paper"
    write_whole(path, b"old")
    monkeypatch.setattr(step, _full)
    with pytest.raises(Fault) as caught:
        write_whole(path, b"new")
    assert caught.value.code == "home.write"
    assert "No space left on device" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["paper"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault) as caught:
        write_whole(tmp_path / "file" / "paper", b"")
    assert caught.value.render_hint()


def test_a_name_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        write_whole(tmp_path / ("x" * 300), b"")
    assert list(tmp_path.iterdir()) == []


def test_ids_rise_even_within_a_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_795_230_000_000_000_000)
    ids = RandomIds()
    made = [ids.new("T") for _ in range(500)]
    assert made == sorted(set(made))


def test_ids_do_not_fall_when_the_clock_does(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = RandomIds()
    first = ids.new("T")
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert ids.new("T") > first


def test_the_clock_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_795_230_000.9)
    assert SystemClock().now() == 1_795_230_000
