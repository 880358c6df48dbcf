"""The file of proposals: shipped and sound, replaced by the operator's, closed to law in force."""

from __future__ import annotations

from pathlib import Path

import pytest

import entrepot
from entrepot.adapters.imports.facts import check_facts
from entrepot.adapters.imports.rules import load_proposed_programmes, load_rules
from entrepot.kernel.errors import Invalid

SHIPPED = Path(entrepot.__file__).parent / "facts"
TEXT = (SHIPPED / "rules" / "proposed.yaml").read_text("utf-8")


def own(folder: Path, text: str) -> Path:
    """Return a folder of the operator with that file of proposals."""
    (folder / "rules").mkdir()
    (folder / "rules" / "proposed.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_operators_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    """A proposal of the operator's stands alone; the check counts it."""
    folder = own(tmp_path, TEXT.replace("hk.algorithm_voucher", "hk.my_plan"))
    rulebook = load_rules(SHIPPED, None)
    found = load_proposed_programmes(SHIPPED, folder, rulebook)
    assert [p.id for p in found] == ["hk.enterprise_compute_plan", "hk.my_plan"]
    report = check_facts(SHIPPED, folder)
    assert report.sound
    assert report.counts["rules/proposed"] == 2


def test_a_programme_in_force_does_not_belong_there(tmp_path: Path) -> None:
    """Law in force in the file of proposals is refused, by the loader and by the check."""
    text = TEXT.replace("assumed_from", "from").replace("status: proposed", "status: unknown")
    folder = own(tmp_path, text)
    with pytest.raises(Invalid, match="is not proposed"):
        load_proposed_programmes(SHIPPED, folder, load_rules(SHIPPED, None))
    assert ["is not proposed" in str(p) for p in check_facts(SHIPPED, folder).problems] == [True]
