"""Job files: a full one read, and a matrix of bad ones refused at their line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from entrepot import facts as facts_package
from entrepot.adapters.imports.job_file import job_schema, read_job
from entrepot.adapters.imports.job_readers import READERS
from entrepot.adapters.imports.problems import InvalidFile
from entrepot.domain.catalogue.model import Mode, Range
from entrepot.kernel.compute import Isolation, Precision
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.rulebook.load import load_dictionary
from entrepot.services.declaration import JobSpec

DEVICES = ("CPU", "H100 SXM", "A100 SXM")
RULES = Path(str(facts_package.__file__)).parent / "rules"
FACTS = load_dictionary((RULES / "dictionary.yaml").read_text("utf-8"))

FULL = """\
job: idphoto
description: Compose a picture of one person
run:
  command: [python3, idphoto.py, --size, 600]
  files: [idphoto.py, ./data/face.txt]
  outputs: [portrait.png]
  env: {SEED: 7, FAST: true, EMPTY: ""}
resources:
  device: "CPU"
  cpus: 1+
  memory: 1GB+
  disk: 1GB
  isolation: exclusive
duration: 10m
price_cap: 5.00 HKD
latency: {from: HK, max_ms: 60}
green_share_min: 12.5%
min_rating: {p: 0.001, precision: fp64}
regions: [CN-GD]
jurisdictions: [CN, HK]
egress: 10MB
data:
  from: HK
  leg_persons: 1
  collected_in: [HK]
  purpose: rendering
  return: {leg_persons: 2}
placement: {end_use: commercial}
vouchers: {use: rendering}
"""

SMALL = """\
job: tiny
run: {command: [python3, x.py]}
resources: {device: CPU}
duration: 60s
"""


def read(text: str, folder: Path | None = None) -> JobSpec:
    return read_job(text.encode(), "job.yaml", folder, DEVICES, FACTS)


def test_a_full_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("idphoto.py", "data/face.txt"):
        (tmp_path / name).write_text("x")
    job = read(FULL, tmp_path)
    assert (job.name, job.duration_s, job.egress_bytes) == ("idphoto", 600, 10**7)
    assert job.command == ("python3", "idphoto.py", "--size", "600")
    assert job.files == ("idphoto.py", "data/face.txt")
    assert job.outputs == ("portrait.png",)
    assert job.env == {"SEED": "7", "FAST": "true", "EMPTY": ""}
    assert job.data == {
        "place_from": "HK",
        "leg_persons": 1,
        "collected_in": ("HK",),
        "purpose": "rendering",
    }
    assert job.data_return == {"leg_persons": 2}
    assert job.placement == {"end_use": "commercial"}
    assert job.vouchers == {"use": "rendering"}
    assert job.base_dir == tmp_path
    assert len(job.digest) == 64
    demand = job.demand
    assert demand.cpus == Range(1, None)
    assert demand.host_memory_mib == Range(954, None)
    assert demand.disk_mib_min == 954
    assert demand.isolation is Isolation.EXCLUSIVE
    assert demand.price_cap == Amount(500, HKD)
    assert (demand.latency_from, demand.latency_ms_max) == ("HK", Fraction(60))
    assert demand.green_share_bp_min == 1250
    assert (demand.rating_mflops_min, demand.rating_precision) == (10**6, Precision.FP64)
    assert (demand.regions, demand.jurisdictions) == (("CN-GD",), ("CN", "HK"))


def test_a_small_file_takes_the_defaults() -> None:
    job = read(SMALL)
    assert (job.files, job.outputs, job.env, job.egress_bytes) == ((), (), {}, 0)
    assert (job.data, job.placement, job.description) == ({}, {}, "")
    assert job.demand.isolation is Isolation.EXCLUSIVE
    assert job.demand.latency_from is None
    assert not job.demand.interruptible_ok


@pytest.mark.parametrize(
    ("resources", "mode", "texts", "milli", "isolation"),
    [
        ("{device: 'H100:8'}", Mode.ANY_OF, ["H100:8"], 8000, Isolation.EXCLUSIVE),
        ("{any_of: [H100, A100]}", Mode.ANY_OF, ["H100", "A100"], 1000, Isolation.EXCLUSIVE),
        ("{ordered: [H100, A100]}", Mode.ORDERED, ["H100", "A100"], 1000, Isolation.EXCLUSIVE),
        ("{device: {ordered: [A100]}}", Mode.ORDERED, ["A100"], 1000, Isolation.EXCLUSIVE),
        ("{device: H100, shared: 0.25}", Mode.ANY_OF, ["H100"], 250, Isolation.MIG),
        (
            "{device: 'H100:0.5', isolation: timeslice}",
            Mode.ANY_OF,
            ["H100:0.5"],
            500,
            Isolation.TIMESLICE,
        ),
    ],
)
def test_devices_are_one_or_several(
    resources: str, mode: Mode, texts: list[str], milli: int, isolation: Isolation
) -> None:
    demand = read(SMALL.replace("{device: CPU}", resources)).demand
    assert (demand.mode, [r.text for r in demand.alternatives]) == (mode, texts)
    assert demand.alternatives[0].milli_min == milli
    assert demand.isolation is isolation


BAD = [
    ("job: tiny", "job: ID Photo!", "job.yaml:1:job", "job.name"),
    ("job: tiny", "jbo: tiny", "job.yaml:1:jbo", "job.key"),
    ("[python3, x.py]", "python3 x.py", "job.yaml:2:run.command", "job.command"),
    ("[python3, x.py]", "[]", "job.yaml:2:run.command", "job.list"),
    ("[python3, x.py]", "[python3, {a: 1}]", "job.yaml:2:run.command", "job.type"),
    ("x.py]}", "x.py], files: [../a]}", "job.yaml:2:run.files", "job.path"),
    ("x.py]}", "x.py], files: [/etc/passwd]}", "job.yaml:2:run.files", "job.path"),
    ("x.py]}", "x.py], outputs: [~/a]}", "job.yaml:2:run.outputs", "job.path"),
    ("x.py]}", "x.py], outputs: ['a\\b']}", "job.yaml:2:run.outputs", "job.path"),
    ("x.py]}", "x.py], outputs: [a, ./a]}", "job.yaml:2:run.outputs", "job.path_twice"),
    ("x.py]}", "x.py], env: {1X: a}}", "job.yaml:2:run.env", "job.env"),
    ("{device: CPU}", "{device: H10O}", "job.yaml:3:resources.device", "device.unknown"),
    ("{device: CPU}", "{device: 'H100:0'}", "job.yaml:3:resources.device", "unit.count"),
    ("{device: CPU}", "{device: 'H100:-2'}", "job.yaml:3:resources.device", "unit.count"),
    ("{device: CPU}", "{device: 'H100:999999'}", "job.yaml:3:resources.device", "unit.count"),
    ("{device: CPU}", "{any_of: [CPU, X9]}", "job.yaml:3:resources.any_of[1]", "device.unknown"),
    ("{device: CPU}", "{any_of: [CPU], device: CPU}", "job.yaml:3:resources", "job.device"),
    ("{device: CPU}", "{cpus: 1}", "job.yaml:3:resources", "job.device"),
    ("{device: CPU}", "{devcie: CPU}", "job.yaml:3:resources.devcie", "job.key"),
    ("CPU}", "CPU, cpus: -1}", "job.yaml:3:resources.cpus", "unit.count"),
    ("CPU}", "CPU, cpus: 8..2}", "job.yaml:3:resources.cpus", "unit.range"),
    ("CPU}", "CPU, memory: 16}", "job.yaml:3:resources.memory", "unit.size"),
    ("CPU}", "CPU, memory: 16 GHz}", "job.yaml:3:resources.memory", "unit.size"),
    ("CPU}", "CPU, disk: 0GB}", "job.yaml:3:resources.disk", "unit.size"),
    ("CPU}", "CPU, isolation: exclusiv}", "job.yaml:3:resources.isolation", "job.choice"),
    ("CPU}", "CPU, shared: 1.5}", "job.yaml:3:resources.device", "device.share"),
    (
        "CPU}",
        "CPU, shared: 0.5, isolation: exclusive}",
        "job.yaml:3:resources.isolation",
        "job.share_exclusive",
    ),
    ("CPU}", "CPU, interruptible: maybe}", "job.yaml:3:resources.interruptible", "job.type"),
    ("60s", "600", "job.yaml:4:duration", "unit.duration"),
    ("60s", "-5m", "job.yaml:4:duration", "unit.duration"),
    ("60s", "185d", "job.yaml:4:duration", "unit.duration_long"),
    ("60s", "60s\nprice_cap: 5 CNY", "job.yaml:5:price_cap", "job.price_cap"),
    ("60s", "60s\nprice_cap: 5", "job.yaml:5:price_cap", "money.form"),
    ("60s", "60s\nprice_cap: 5.001 HKD", "job.yaml:5:price_cap", "money.digits"),
    ("60s", "60s\nlatency: {max_ms: -3}", "job.yaml:5:latency.max_ms", "job.number"),
    ("60s", "60s\nlatency: {from: HK}", "job.yaml:5:latency", "job.missing"),
    ("60s", "60s\ngreen_share_min: 140", "job.yaml:5:green_share_min", "unit.percent"),
    ("60s", "60s\nmin_rating: {p: 1}", "job.yaml:5:min_rating", "job.missing"),
    (
        "60s",
        "60s\nmin_rating: {p: 1, precision: fp65}",
        "job.yaml:5:min_rating.precision",
        "job.choice",
    ),
    ("60s", "60s\nregions: CN", "job.yaml:5:regions", "job.type"),
    ("60s", "60s\njurisdictions: [China]", "job.yaml:5:jurisdictions", "job.place"),
    ("60s", "60s\negress: 10", "job.yaml:5:egress", "unit.size"),
    ("60s", "60s\ndata: {leg_persns: 1}", "job.yaml:5:data.leg_persns", "job.fact"),
    ("60s", "60s\ndata: {leg_persons: 1.5}", "job.yaml:5:data.leg_persons", "job.type"),
    (
        "60s",
        "60s\ndata: {from: HK, place_from: HK}",
        "job.yaml:5:data.place_from",
        "job.from_twice",
    ),
    ("60s", "60s\ndata: {return: {end_use: x}}", "job.yaml:5:data.return.end_use", "job.fact"),
    ("60s", "60s\nplacement: yes", "job.yaml:5:placement", "job.type"),
]


@pytest.mark.parametrize(("old", "new", "where", "code"), BAD)
def test_bad_values_are_refused_at_their_line(old: str, new: str, where: str, code: str) -> None:
    assert old in SMALL
    with pytest.raises(InvalidFile) as caught:
        read(SMALL.replace(old, new))
    error = caught.value
    codes = {problem.where: problem.error.code for problem in error.problems}
    assert codes.get(where) == code, codes
    assert where in error.fields
    assert "\n" not in str(error)
    assert error.render_hint()


@pytest.mark.parametrize("gone", ["job", "run", "resources", "duration"])
def test_what_must_be_there_is_asked_for(gone: str) -> None:
    text = "".join(line for line in SMALL.splitlines(True) if not line.startswith(gone))
    with pytest.raises(Invalid) as caught:
        read(text)
    assert f"{gone} is missing." in caught.value.fields.values() or gone == "resources"
    assert caught.value.exit_code == 2


def test_all_problems_are_told_and_the_first_leads() -> None:
    with pytest.raises(InvalidFile) as caught:
        read("job: A B\nrun: {command: x}\nresources: {device: X9}\nduration: 5\n")
    assert [p.where for p in caught.value.problems] == [
        "job.yaml:1:job",
        "job.yaml:2:run.command",
        "job.yaml:3:resources.device",
        "job.yaml:4:duration",
    ]
    assert str(caught.value).startswith("job.yaml:1:job: ")
    assert "(3 more problems)" in str(caught.value)
    told = caught.value.as_dict(lambda template: f"<{template}>")
    assert told["message"] == "<job.yaml:1:job: <A B is not a name of a job.> (3 more problems)>"
    assert told["fields"] == {p.where: f"<{p.error}>" for p in caught.value.problems}


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n", "~\n"])
def test_a_document_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.exit_code == 2


def test_files_must_be_ordinary_and_inside(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("x")
    folder = tmp_path / "job"
    (folder / "sub").mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    (folder / "away").symlink_to(tmp_path)
    text = SMALL.replace("x.py]}", "x.py], files: [link, away/secret, sub, gone.py]}")
    with pytest.raises(InvalidFile) as caught:
        read(text, folder)
    assert [p.error.code for p in caught.value.problems] == [
        "job.file_link",
        "job.file_link",
        "job.file_kind",
        "job.file_missing",
    ]


def test_the_table_of_keys_is_whole() -> None:
    keys = job_schema()
    assert len({key.path for key in keys}) == len(keys)
    sections = {key.path for key in keys if key.type in ("section", "facts")}
    for key in keys:
        assert key.parent in sections | {""}
        assert key.type in READERS or key.path in sections
        assert key.description.endswith((".", "…"))
        if key.default is not None:
            READERS[key.type](key.default)
        if key.example:
            # Every example of the reference page is one that the reader takes.
            READERS[key.type](yaml.load(key.example, yaml.BaseLoader))


def test_a_value_outside_a_fact_s_domain_is_refused_with_the_values() -> None:
    job = b"job: x\nrun: {command: ['true']}\nresources: {device: CPU}\nduration: 1m\n"
    job += b"data: {purpose: analytics, important_declared: maybe, leg_persons: 3}\n"
    with pytest.raises(InvalidFile) as refusal:
        read_job(job, "job.yaml", dictionary=FACTS)
    assert len(refusal.value.fields) == 2
    assert "analytics is no value of purpose" in str(refusal.value)
    assert "model_training" in refusal.value.render_hint()
