"""Reading series of carbon intensity: what is taken, mended and refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from entrepot.adapters.imports.carbon_series import read_carbon
from entrepot.kernel.errors import Invalid

HEAD = "Time,Carbon Intensity\n"


def file(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "ci.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return path


def at(*parts: tuple[str, str]) -> list[str]:
    return [f"2020-01-01 {time},{value}" for time, value in parts]


SOUND = at(("00:00", "10.5"), ("00:30", "20"), ("01:00", "30"), ("01:30", "40"))


def test_a_sound_series(tmp_path: Path) -> None:
    found = read_carbon(file(tmp_path, *SOUND), "none")
    assert found.series.values == (10_500_000, 20_000_000, 30_000_000, 40_000_000)
    assert (found.series.begin_s, found.series.step_s) == (1_577_836_800, 1800)
    packed = tmp_path / "ci.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "ci.csv").read_bytes()))
    assert read_carbon(packed).series == found.series


def test_a_gap_keeps_the_value_before_it_and_is_counted(tmp_path: Path) -> None:
    path = file(tmp_path, *SOUND, *at(("02:30", "60"), ("03:00", "70")))
    found = read_carbon(path)
    assert (found.filled, found.series.values[4]) == (1, 40_000_000)
    with pytest.raises(Invalid, match=r"ci\.csv:6:Time: There is a gap"):
        read_carbon(path, "none")


def test_rows_between_steps_are_left_out_and_counted(tmp_path: Path) -> None:
    path = file(tmp_path, *SOUND, *at(("01:45", "99"), ("02:00", "50")))
    found = read_carbon(path)
    assert (found.between, found.series.values[-1]) == (1, 50_000_000)
    with pytest.raises(Invalid, match="between two steps"):
        read_carbon(path, "none")


@pytest.mark.parametrize(
    ("row", "words"),
    [("01:00", "backwards"), ("01:30", "twice"), ("09:30", "gap")],
)
def test_worse_breaks_are_refused_unless_all_is_mended(
    tmp_path: Path, row: str, words: str
) -> None:
    path = file(tmp_path, *SOUND, *at((row, "50"), ("10:00", "60")))
    with pytest.raises(Invalid, match=words):
        read_carbon(path)
    found = read_carbon(path, "all")
    assert found.series.values[-1] == 60_000_000
    assert found.backwards + found.twice + found.filled > 0


@pytest.mark.parametrize("cell", ["", "nan", "inf", "-1", "10001", "x"])
def test_a_bad_cell_is_named(tmp_path: Path, cell: str) -> None:
    with pytest.raises(Invalid, match=r"ci\.csv:6:Carbon Intensity"):
        read_carbon(file(tmp_path, *SOUND, f"2020-01-01 02:00,{cell}"), "all")


def test_a_bad_time_a_missing_column_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"ci\.csv:6:Time"):
        read_carbon(file(tmp_path, *SOUND, "soon,5"))
    with pytest.raises(Invalid, match="no column"):
        read_carbon(file(tmp_path, head="a,b\n"))
    with pytest.raises(Invalid, match="no row"):
        read_carbon(file(tmp_path))
    with pytest.raises(Invalid, match="no two rows"):
        read_carbon(file(tmp_path, SOUND[0]))
