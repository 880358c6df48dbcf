"""Silent ceilings and gaps between versions of a programme."""

from __future__ import annotations

from entrepot.domain.vouchers.lint import lint_programmes
from entrepot.domain.vouchers.load import read_programmes
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.document import parse_document
from entrepot.kernel.rulebook.lint import Finding, Weight


def linted(text: str, dictionary: FactDictionary) -> list[Finding]:
    document = parse_document(text, "vouchers.yaml")
    return lint_programmes(document, read_programmes(document, dictionary))


def test_null_caps_are_listed_with_their_lines(
    voucher_text: str, dictionary: FactDictionary
) -> None:
    found = linted(voucher_text, dictionary)
    lines = voucher_text.splitlines()
    caps = [item for item in found if item.params.get("key")]
    assert len(caps) == sum(line.strip().startswith("cap_") and "null" in line for line in lines)
    assert all("null" in lines[item.line - 1] for item in caps)
    assert {item.weight for item in found} == {Weight.NOTE}


def test_versions_without_a_rate_are_told(voucher_text: str, dictionary: FactDictionary) -> None:
    found = [item for item in linted(voucher_text, dictionary) if item.code == "lint.no_rate"]
    assert len(found) == voucher_text.count("rates: []")


def test_a_gap_between_versions_is_a_warning(voucher_text: str, dictionary: FactDictionary) -> None:
    rest = "\n    to: null\n    status: in_force"
    rest = "\n    to: null\n    status: in_force"
    late = voucher_text.replace(f"  - from: 2025-06-13{rest}", f"  - from: 2025-06-14{rest}")
    (found,) = [item for item in linted(late, dictionary) if item.code == "lint.gap"]
    assert found.weight is Weight.WARNING
    assert "2025-06-13" in found.render()
