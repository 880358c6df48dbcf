"""The example jobs: their files can be read, the gate lets them pass, and they do their work."""

from __future__ import annotations

import csv
import importlib.util
import json
import struct
import sys
import zlib
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from entrepot.adapters.imports.job_file import read_job
from entrepot.adapters.imports.rules import load_rules
from entrepot.domain.gate.decide import decide, is_leasable
from entrepot.domain.gate.derive import leg_facts, return_facts
from entrepot.domain.gate.model import GateCase
from entrepot.services.backend_port import parse_progress

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
FACTS = ROOT / "src" / "entrepot" / "facts"
FIRM = {"ciio": False, "gdpr_applies": False, "uk_gdpr_applies": False}
"""What the firm's own profile says of every leg."""


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["stars", "idphoto"])
def test_the_job_file_can_be_read_and_names_what_the_program_makes(name: str) -> None:
    job = read_job((EXAMPLES / f"{name}.yaml").read_bytes(), f"{name}.yaml", EXAMPLES)
    assert job.duration_s == 600
    written: dict[str, dict[str, list[str]]] = yaml.safe_load(
        (EXAMPLES / f"{name}.yaml").read_text()
    )
    run = written["run"]
    assert run["command"][:2] == ["python3", f"{name}.py"]
    assert all(output in run["command"] for output in run["outputs"])


@pytest.mark.parametrize("name", ["stars", "idphoto"])
@pytest.mark.parametrize(("place", "city"), [("CN", "Guangzhou"), ("CN", "Beijing"), ("HK", "")])
def test_the_gate_lets_it_go_there_and_back(name: str, place: str, city: str) -> None:
    rules = load_rules(FACTS, None)
    written = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text())["data"]
    back = written.pop("return")
    stated = FIRM | written | {"place_from": written.pop("from")}
    stated.pop("from", None)
    there = leg_facts(
        stated, place_to=place, sender_city="Hong Kong", recipient_city=city or "Hong Kong"
    )
    again = return_facts(there, back, sender_city=city, recipient_city="Hong Kong")
    for leg, facts in (("inbound", there), ("return", again)):
        decision = decide(rules, GateCase(leg, date(2026, 11, 21), leg=facts))
        assert is_leasable(decision), (leg, decision.outcome, decision.missing)


def test_only_the_portrait_declares_personal_data() -> None:
    persons = {
        name: yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text())["data"]["leg_persons"]
        for name in ("stars", "idphoto")
    }
    assert persons == {"stars": 0, "idphoto": 1}


def test_the_stars_found_are_the_stars_planted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stars.py", "--stars", "8000", "--seed", "5"])
    stars = loaded("stars")
    stars.main()
    counts = json.loads((tmp_path / "stars.json").read_text())
    assert counts["stars"] == 8000 and counts["planted"] >= 20
    assert counts["right"] >= 0.9 * counts["planted"]
    assert counts["found"] - counts["right"] <= 0.15 * counts["found"]
    rows = list(csv.DictReader((tmp_path / "stars.csv").open()))
    assert len(rows) == counts["found"]
    assert all(0.2 < float(row["period_d"]) < 0.9 for row in rows)
    steps = [parse_progress(line) for line in capsys.readouterr().out.splitlines()]
    done = [step.done for step in steps if step]
    assert done == sorted(done) and done[-1] == 1 and len(done) > 10


def test_the_period_of_a_known_curve_is_found() -> None:
    stars = loaded("stars")
    times = [0.137 * k % 12.0 for k in range(80)]
    values = [0.5 * stars.sawtooth(t / 0.55 % 1.0, 0.2) for t in times]
    assert abs(stars.best_period(times, values) - 0.55) < 0.003


def test_the_picture_is_a_sound_png_and_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    idphoto = loaded("idphoto")
    monkeypatch.setattr(idphoto, "WIDTH", 90)
    monkeypatch.setattr(idphoto, "HEIGHT", 120)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["idphoto.py", "--out", "a.png"])
    idphoto.main()
    data = (tmp_path / "a.png").read_bytes()
    assert data == idphoto.png(idphoto.render(8), 8)
    width, height, pixels = unpacked(data)
    assert (width, height) == (90, 120) and len(pixels) == 120 * (1 + 3 * 90)
    rows = [pixels[at + 1 : at + 271] for at in range(0, len(pixels), 271)]
    assert len(set(rows)) == 120, "every row differs: sky, hills, water and person"
    steps = [parse_progress(line) for line in capsys.readouterr().out.splitlines()]
    assert max(step.done for step in steps if step) == Fraction(1)


def unpacked(data: bytes) -> tuple[int, int, bytes]:
    """Read a PNG of one data chunk, checking every sum."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, dict[bytes, bytes]()
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", data, at + 8 + length)
        assert check == zlib.crc32(kind + body)
        parts[kind] = body
        at += 12 + length
    assert list(parts) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, colour = struct.unpack_from(">IIBB", parts[b"IHDR"])
    assert (depth, colour) == (8, 2)
    return width, height, zlib.decompress(parts[b"IDAT"])
