"""A file of voucher cases: one answer or refusal a case, each refusal with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.domain.vouchers.voucher_cases import beijing

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.errors import Invalid
from entrepot.services.entitle_case import Asked
from entrepot.services.settings import read_settings
from entrepot.services.vouchers_batch import answer_voucher_file


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedApp]:
    home = tmp_path_factory.mktemp("home") / "home"
    yield EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}), create=True)


def answers(app: EmbeddedApp, path: Path) -> list[dict[str, Any]]:
    return [one.as_dict() for one in answer_voucher_file(app, path, Asked())]


def test_bad_lines_leave_the_others_answered(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    bodies = [
        beijing(name="a"),
        beijing(name="b", programme="cn.beijing.ai_vouchr"),
        beijing(amount_minor=-1),
        beijing(name="d", ledger={"lifetime_minor": "x"}),
        [1],
    ]
    lines = [*map(json.dumps, bodies), "nonsense", json.dumps(beijing(name="g"))]
    path.write_text("\n".join(lines), "utf-8")
    found = answers(app, path)
    assert [one["name"] for one in found] == [
        "a", "b", "case-3", "d", "case-5", "case-6", "g"]  # fmt: skip
    codes = [one["error"]["code"] if "error" in one else one["status"] for one in found]
    assert codes == [
        "pays", "vouchers.programme", "vouchers.amount", "vouchers.case_value",
        "cases.form", "cases.json", "pays",
    ]  # fmt: skip
    assert list(found[3]["error"]["fields"]) == [f"{path}:4:ledger.lifetime_minor"]


def test_yaml_refusals_name_the_line(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "- name: y\n  programme: cn.beijing.ai_voucher\n  facts:\n    sectr: x\n"
        "- {name: z, programme: hk.aiss}\n",
        "utf-8",
    )
    bad, good = answers(app, path)
    assert list(bad["error"]["fields"]) == [f"{path}:4:[0].facts.sectr"]
    assert "sector" in bad["error"]["hint"]
    assert good["missing"] == ["amount_minor"]


def test_a_case_without_programme_is_answered_by_all(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    body = {key: value for key, value in beijing(name="x").items() if key != "programme"}
    path.write_text(json.dumps(body), "utf-8")
    assert len(answers(app, path)) == len(app.programmes)


def test_an_empty_file_is_refused(app: EmbeddedApp, tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text("", "utf-8")
    with pytest.raises(Invalid):
        answers(app, path)
