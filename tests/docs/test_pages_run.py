"""What the pages tell a reader to type works, in the order in which they tell it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from tests.played_home import EXAMPLES, ROOT, call, copy_of, played

DOCS = ROOT / "docs"
ALL_IMPORTED = "offers list --origin imported"
SHOWN_ID = re.compile(r"\b([A-Z]{1,2})-[0-9A-Z]{26}\b")

Capture = pytest.CaptureFixture[str]


def lines_of(page: str) -> list[str]:
    """Return the calls of the program in the console blocks of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    return [
        line.removeprefix("$ entrepot ") for line in blocks.splitlines() if " entrepot " in line
    ]


def yaml_of(page: str) -> list[str]:
    """Return the blocks of YAML of a page."""
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def type_in(lines: list[str], home: Path, capsys: Capture) -> str:
    """Type lines one after the other; an id that ends in … is the last one that was printed.

    Returns:
        All that was printed.
    """
    ids: dict[str, str] = {}
    printed = ""
    for line in lines:
        words = [ids.get(word, word) for word in shlex.split(line)]
        code = call(home, *words)
        said = capsys.readouterr()
        assert code == 0, f"{line}: {said.err}"
        ids |= {f"{found[1]}-01…": found[0] for found in SHOWN_ID.finditer(said.out)}
        printed += said.out
    return printed


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples, the search for stars made small."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    stars = tmp_path / "examples" / "stars.yaml"
    text = stars.read_text(encoding="utf-8")
    stars.write_text(text.replace('"200000"', '"2000"'), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_tutorial_works_line_by_line(desk: Path, capsys: Capture) -> None:
    lines = lines_of("tutorial/first-job.md")
    assert len(lines) >= 14
    printed = type_in(lines, desk / "home", capsys)
    assert "Job stars succeeded." in printed
    assert "The books are proven" in printed
    assert "The journal is proven" in printed


@pytest.mark.parametrize(
    "page",
    [
        "how-to/read-an-invoice.md",
        "how-to/check-the-books.md",
        "how-to/register-an-instrument.md",
        "explanation/closed.md",
    ],
)
def test_a_page_works_in_a_home_that_has_traded(page: str, desk: Path, capsys: Capture) -> None:
    home = copy_of(played().home, desk)
    lines = [line.replace("HK-2026-000001", played().invoice) for line in lines_of(page)]
    lines = [line.replace("J-01…", played().job) for line in lines]
    # The last day of an instrument has to lie in the future of the day on which tests run.
    lines = [line for line in lines if not line.startswith("gate instruments end")]
    assert lines
    type_in(lines, home, capsys)


def test_own_facts_are_read_over_the_shipped_ones(desk: Path, capsys: Capture) -> None:
    page = "how-to/use-your-own-facts.md"
    folder = desk / "my-facts"
    folder.mkdir()
    (folder / "network.yaml").write_text(yaml_of(page)[0], encoding="utf-8")
    printed = type_in(lines_of(page), desk / "home", capsys)
    assert "measured from our office" in printed


def test_the_smallest_centre_is_taken(desk: Path, capsys: Capture) -> None:
    page = "how-to/register-a-centre.md"
    (desk / "centre.yaml").write_text(yaml_of(page)[0], encoding="utf-8")
    home = desk / "home"
    type_in(["init", *lines_of(page), "centres add centre.yaml"], home, capsys)
    assert "95.00 CNY" in type_in(["offers list --centre gz-panyu"], home, capsys)


def test_the_best_vouchers_and_the_purchase_in_beijing(desk: Path, capsys: Capture) -> None:
    page = "how-to/find-the-best-vouchers.md"
    (desk / "facts.yaml").write_text(yaml_of(page)[0], encoding="utf-8")
    printed = type_in(lines_of(page), copy_of(played().home, desk), capsys)
    assert "no voucher can be used on this price" in printed
    assert "pays CNY 2,000,000.00" in printed
    assert '"reasons": ["no_version_in_force"]' in printed


JOB_PAGE = "how-to/write-a-job-file.md"


def write_job(desk: Path, text: str) -> Path:
    """Write a job file with the script that it brings."""
    (desk / "report.yaml").write_text(text, encoding="utf-8")
    (desk / "report.py").write_text("print('report')\n", encoding="utf-8")
    return copy_of(played().home, desk)


def test_a_job_without_declared_data_is_asked_for_it(desk: Path, capsys: Capture) -> None:
    home = write_job(desk, yaml_of(JOB_PAGE)[0])
    printed = type_in(lines_of(JOB_PAGE), home, capsys)
    assert "needs facts" in printed


def test_the_declared_job_is_allowed(desk: Path, capsys: Capture) -> None:
    home = write_job(desk, "".join(yaml_of(JOB_PAGE)))
    printed = type_in(["gate check report.yaml --centre demo-gz"], home, capsys)
    assert "together: allowed with duties" in printed


def test_every_limit_of_the_page_is_understood(desk: Path, capsys: Capture) -> None:
    page = (DOCS / JOB_PAGE).read_text(encoding="utf-8")
    limits = re.findall(r"^\| .* \| `(.*)` \|$", page, re.MULTILINE)
    assert len(limits) == 6
    for limit in limits:
        whole = yaml.safe_load("".join(yaml_of(JOB_PAGE))) | yaml.safe_load(limit)
        home = write_job(desk, yaml.safe_dump(whole, sort_keys=False))
        type_in(["quote report.yaml"], home, capsys)
        shutil.rmtree(home)


def test_price_lists_are_taken_in(desk: Path, capsys: Capture) -> None:
    (desk / "aws.csv").write_text(
        "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,"
        "SpotPrice\np5.48xlarge,H100,8,192,2048,98.32,us-east-1,,39.33\n",
        encoding="utf-8",
    )
    (desk / "list.csv").write_text(
        "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size\n"
        "x8,eu,20.00,96,768,8,H100,80,False,\n",
        encoding="utf-8",
    )
    home = copy_of(played().home, desk)
    printed = type_in([*lines_of("how-to/import-price-lists.md"), ALL_IMPORTED], home, capsys)
    assert "12.29 USD" in printed
    assert "2.50 USD" in printed
