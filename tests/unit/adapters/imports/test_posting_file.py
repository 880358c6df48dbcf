"""A file of a manual posting: read whole, or every fault with its line."""

from __future__ import annotations

import pytest

from entrepot.adapters.imports.posting_file import read_posting
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount

GOOD = b"""\
reference: MP-7
reason: fee of October
lines:
- {debit: bank_fee, credit: bank, amount: 12.50 HKD}
- {debit: bank, credit: rounding, amount: HKD 0.01}
"""


def test_a_good_file_is_read() -> None:
    posting = read_posting(GOOD, "p.yaml")
    assert (posting.reference, posting.reason) == ("MP-7", "fee of October")
    assert [line.amount for line in posting.lines] == [Amount(1_250, HKD), Amount(1, HKD)]


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        (b"MP-7", b"a b", "p.yaml:1:reference"),
        (b"reason: fee of October", b"reason:", "p.yaml:2:reason"),
        (b"12.50 HKD", b"12.505 HKD", "p.yaml:4:lines[0].amount"),
        (b"debit: bank_fee", b"debet: bank_fee", "p.yaml:4:lines[0].debet"),
        (b"credit: bank,", b"credit: ,", "p.yaml:4:lines[0].credit"),
        (b"reference", b"referense", "p.yaml:1:referense"),
    ],
)
def test_a_fault_is_told_with_its_place(before: bytes, after: bytes, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_posting(GOOD.replace(before, after), "p.yaml")
    assert where in refused.value.fields
    assert refused.value.render_hint()


@pytest.mark.parametrize("text", [b"", b"7", b"[]", b"reference: a\nreason: b\nlines: 7"])
def test_another_form_is_refused(text: bytes) -> None:
    with pytest.raises(Invalid):
        read_posting(text, "p.yaml")
