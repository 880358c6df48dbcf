"""The page on giving way and selling again can be typed, the hours passing as it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.test_pages_run import DOCS, SHOWN_ID, yaml_of
from tests.played_home import EXAMPLES, call, copy_of, played

from entrepot.adapters.system import SystemClock
from entrepot.bootstrap import EmbeddedApp
from entrepot.services.call_open import calls_of
from entrepot.services.ports_market import Call
from entrepot.services.settings import read_settings

PAGE = "how-to/interruptible-leases-and-resale.md"
HOUR = 3_600
Capture = pytest.CaptureFixture[str]


def open_of(home: Path) -> Call:
    """Return the call that was opened last."""
    return calls_of(EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)})), ("open",))[-1]


def test_the_page_works_block_by_block(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    for block in yaml_of(PAGE):
        name = block.partition("\n")[0].removeprefix("# ")
        (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    home = copy_of(played().home, tmp_path)
    ids: dict[str, str] = {}

    def type_block(text: str) -> str:
        printed = ""
        for line in text.splitlines():
            words = re.findall(r'"[^"]*"|\S+', line.removeprefix("$ entrepot "))
            code = call(home, *(ids.get(word) or word.strip('"') for word in words))
            said = capsys.readouterr()
            assert code == 0, f"{line}: {said.err}"
            ids.update({f"{m[1]}-01…": m[0] for m in SHOWN_ID.finditer(said.out)})
            printed += said.out
        return printed

    def at(moment: int) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda _clock: moment)

    blocks = re.findall(r"```console\n(.*?)```", (DOCS / PAGE).read_text("utf-8"), re.DOTALL)
    bid, sold, resale, rival, taken = blocks
    assert call(home, "ledger", "deposit", firm_of(home), "2000 HKD") == 0
    type_block(bid)
    first = open_of(home)
    at(first.gate_closure)
    type_block(sold)
    at(first.from_t + 19 * HOUR + 60)
    assert "withdrawn" in type_block(resale)
    at(first.from_t + 20 * HOUR + 60)
    type_block(rival)
    second = open_of(home)
    assert second.from_t == first.from_t + 21 * HOUR
    at(second.gate_closure)
    printed = type_block(taken)
    assert "gave way" in printed
    assert "those that were sealed" in printed
    assert call(home, "ledger", "check") == 0


def firm_of(home: Path) -> str:
    """Return the one firm of a home."""
    app = EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}))
    with app.store.reading() as uow:
        return uow.registry.firms()[0].id
