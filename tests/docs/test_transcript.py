"""The transcript in the READMEs is what ``entrepot demo`` prints, figures apart."""

from __future__ import annotations

import re

import pytest
from tests.demonstration import Demonstration, demonstration
from tools import write_transcript as transcript

LINES_MAX = 80
NAMES = re.compile(r"\b[a-z]+\.[a-z_]+(?:\.[a-z_]+)*\b|SIM-…")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    return demonstration(tmp_path_factory)


def test_the_readme_shows_what_the_program_prints(demo: Demonstration) -> None:
    printed = transcript.block_of(demo.printed, demo.home)
    written = transcript.readme_block(transcript.READMES["en"])
    assert transcript.differences(printed, written) == [], "run tools/write_transcript.py"


def test_a_changed_line_would_be_found(demo: Demonstration) -> None:
    printed = transcript.block_of(demo.printed.replace("proven", "shaken"), demo.home)
    written = transcript.readme_block(transcript.READMES["en"])
    assert len(transcript.differences(printed, written)) == 2


def test_a_lost_line_would_be_found(demo: Demonstration) -> None:
    printed = transcript.block_of(demo.printed, demo.home)
    assert transcript.differences(printed[:-1], printed) != []


@pytest.mark.parametrize("language", transcript.READMES)
def test_a_transcript_is_short(language: str) -> None:
    lines = transcript.readme_block(transcript.READMES[language])
    assert 30 <= len(lines) <= LINES_MAX
    assert max(map(len, lines)) <= transcript.WIDTH_MAX


def test_both_languages_tell_the_same_steps() -> None:
    english, chinese = (transcript.readme_block(page) for page in transcript.READMES.values())
    assert [set(NAMES.findall(line)) for line in english] == [
        set(NAMES.findall(line)) for line in chinese
    ]


def test_the_demonstration_left_what_it_lists(demo: Demonstration) -> None:
    listed = re.findall(rf"^  ({re.escape(str(demo.home))}/\S+)$", demo.printed, re.MULTILINE)
    kinds = {name.rpartition(".")[2] for name in listed}
    assert {"pdf", "json", "xml", "csv", "png"} <= kinds
    assert [name for name in listed if not demo.exists(name)] == []
