"""Folders of agents: parts come in order or not at all, and nothing leaves its folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from entrepot.adapters.agent_shelf import AgentFolder, HomeShelf
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Fault, Refused

RUN = "J-1:2"
DATA = bytes(range(256)) * 10


@pytest.fixture
def shelf(tmp_path: Path) -> HomeShelf:
    return HomeShelf(tmp_path / "agents")


def test_an_input_is_kept_by_its_digest(shelf: HomeShelf, tmp_path: Path) -> None:
    source = tmp_path / "in.bin"
    source.write_bytes(DATA)
    digest, size = shelf.keep_input("J-1", source)
    source.write_bytes(b"changed later")
    assert (digest, size) == (sha256_hex(DATA), len(DATA))
    assert shelf.read_input("J-1", digest, 0) == DATA
    assert shelf.read_input("J-1", digest, 2_000) == DATA[2_000:]
    assert shelf.read_input("J-1", digest, 10**6) == b""


def test_parts_of_a_log_that_come_twice_or_too_early_change_nothing(shelf: HomeShelf) -> None:
    assert shelf.log_bytes(RUN) == 0
    assert shelf.add_log(RUN, 0, b"one\n", 100) == 4
    assert shelf.add_log(RUN, 0, b"one\n", 100) == 4
    assert shelf.add_log(RUN, 9, b"too early", 100) == 4
    assert shelf.add_log(RUN, 4, b"two\n" * 100, 10) == 10
    assert shelf.add_log(RUN, 10, b"more", 10) == shelf.log_bytes(RUN) == 10
    assert shelf.log(RUN).read_bytes() == b"one\ntwo\ntw"


@pytest.mark.parametrize("data", [DATA, b""])
def test_an_output_appears_whole(shelf: HomeShelf, data: bytes) -> None:
    digest, half = sha256_hex(data), len(data) // 2
    if half:
        assert shelf.add_output(RUN, digest, 0, data[:half], len(data)) == half
        assert not shelf.output(RUN, digest).exists()
    assert shelf.add_output(RUN, digest, half, data[half:], len(data)) == len(data)
    assert shelf.output(RUN, digest).read_bytes() == data
    assert shelf.add_output(RUN, digest, 0, b"again", len(data)) == len(data)
    assert shelf.output(RUN, digest).read_bytes() == data


@pytest.mark.parametrize("sent", [DATA[::-1], DATA + b"x"])
def test_an_output_that_was_not_announced_is_dropped(shelf: HomeShelf, sent: bytes) -> None:
    digest = sha256_hex(DATA)
    with pytest.raises(Refused, match="not the one that was announced"):
        shelf.add_output(RUN, digest, 0, sent, len(DATA))
    assert not shelf.output(RUN, digest).exists()
    assert shelf.add_output(RUN, digest, 0, DATA, len(DATA)) == len(DATA)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\0b", "."])
def test_no_name_leads_out_of_a_folder(shelf: HomeShelf, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        shelf.output(RUN, name)
    with pytest.raises(ValueError, match="no name of a file"):
        shelf.read_input(name, "ab", 0)
    with pytest.raises(ValueError, match="no name of a file"):
        AgentFolder(tmp_path).input(name)


def test_the_agents_key_is_its_meters_key_and_only_its_own(tmp_path: Path) -> None:
    place = AgentFolder(tmp_path / "agent")
    key = tmp_path / "agent" / "keys" / "meter-gz.key"
    public = place.signer("gz").public
    assert place.signer("gz").public == public != place.signer("sz").public
    assert os.stat(key).st_mode & 0o777 == 0o600


def test_notes_outlive_a_crash_and_damage_is_told(tmp_path: Path) -> None:
    place = AgentFolder(tmp_path / "agent")
    assert place.load() == {}
    place.note({"seq": 7, "名": "機房"})
    assert AgentFolder(tmp_path / "agent").load() == {"seq": 7, "名": "機房"}
    (tmp_path / "agent" / "agent.json").write_bytes(b'{"seq": ')
    with pytest.raises(Fault, match="notes"):
        place.load()


def test_an_input_may_be_a_program(tmp_path: Path) -> None:
    place = AgentFolder(tmp_path)
    assert os.access(place.keep_input("ab", b"#!/bin/sh\n", executable=True), os.X_OK)
    assert not os.access(place.keep_input("cd", b"data", executable=False), os.X_OK)
