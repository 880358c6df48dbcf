"""The ledger in the forms of others: nothing lost, nothing doubled, every balance asserted."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.bean_check import complaints
from tests.unit.services.desk import busy_desk

from entrepot.adapters.exports import ledger_tables
from entrepot.adapters.exports.beancount_names import account_names, commodity
from entrepot.adapters.exports.ledger_tables import HEADER, write_ledger
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.errors import Fault, Invalid
from entrepot.services.ledger_dump import (
    DumpAccount,
    DumpLine,
    DumpPrice,
    LedgerDump,
    export_ledger,
)
from entrepot.services.revalue import revalue

NOON = 1_795_230_000
ACCOUNTS = (
    DumpAccount("bank", "Bank", "asset", "HKD"),
    DumpAccount("prepaid:F-1", "Prepaid", "liability", "HKD"),
    DumpAccount('payable:a."b', "Payable", "liability", "CNH"),
    DumpAccount("payable:a-b", "Payable", "liability", "CNH"),
    DumpAccount("fx_clearing_cnh", "Clearing", "asset", "CNH"),
    DumpAccount("VCH:SZ", "Voucher", "asset", "VCH:SZ-2026"),
    DumpAccount("other", "Voucher", "asset", "VCH:SZ-2026"),
)


def transfers() -> Iterator[Transfer]:
    yield Transfer("T-1", "bank", "prepaid:F-1", 10_005, "HKD", "deposit", t=NOON)
    yield Transfer("T-2", "prepaid:F-1", "bank", 500, "HKD", "hold", Phase.PENDING, t=NOON)
    cause, t = 'a "quoted" \\ cause\nin two lines', NOON + 86_400
    yield Transfer(
        "T-3", "fx_clearing_cnh", 'payable:a."b', 7, "CNH", "debt", link_group="G", cause=cause, t=t
    )
    yield Transfer(
        "T-4", "prepaid:F-1", "bank", 300, "HKD", "=pay", Phase.POST, "T-2", 0, "G", cause, t
    )
    yield Transfer("T-5", "fx_clearing_cnh", "payable:a-b", 1, "CNH", "debt", t=NOON + 90_000)
    yield Transfer("T-6", "VCH:SZ", "other", 3, "VCH:SZ-2026", t=NOON + 90_000)


def dump() -> LedgerDump:
    lines = [
        DumpLine(n, one, one.amount if one.phase in (Phase.POSTED, Phase.POST) else 0)
        for n, one in enumerate(transfers(), 1)
    ]
    nets: dict[str, int] = defaultdict(int)
    for line in lines:
        nets[line.transfer.debit] += line.posted_minor
        nets[line.transfer.credit] -= line.posted_minor
    prices = (DumpPrice(date(2026, 11, 20), "CNH", "HKD", Fraction(78, 71)),)
    return LedgerDump('A "house" \\', ACCOUNTS, iter(lines), dict(nets), prices)


def test_names_are_ours_one_to_one() -> None:
    names = account_names(ACCOUNTS)
    assert names["payable:a-b"] == "Liabilities:Payable:A-b-2"
    assert names['payable:a."b'] == "Liabilities:Payable:A-b"
    assert len(set(names.values())) == len(ACCOUNTS)
    assert commodity("CARD-SEC:H800") == "CARD-SEC.H800"


def test_a_journal_holds_what_was_posted(tmp_path: Path) -> None:
    path = tmp_path / "b.beancount"
    assert write_ledger("beancount", dump(), path) == 6
    text = path.read_text()
    assert text.count(" * ") == 4 and "T-2" not in text
    assert "2026-11-20 price CNH 1.0985915493 HKD" in text
    assert "2026-11-23 balance Assets:Bank  97.05 ~ 0 HKD" in text
    assert '"a \\"quoted\\" \\\\ cause in two lines"' in text


def test_bean_check_accepts_it_and_sees_a_cent_moved(tmp_path: Path) -> None:
    path = tmp_path / "b.beancount"
    write_ledger("beancount", dump(), path)
    assert complaints(path) == ""
    for before, after in (("3.00 HKD", "3.01 HKD"), ("97.05", "97.04"), ("open Assets:Bank", "; ")):
        path.write_text(path.read_text().replace(before, after, 1))
        assert complaints(path)
        write_ledger("beancount", dump(), path)


def test_bean_check_accepts_the_books_of_a_busy_home(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    desk.hand_clock.at += 3 * 86_400
    revalue(desk, date(2026, 11, 21))
    path = tmp_path / "b.beancount"
    counted = export_ledger(desk, "beancount", path)
    assert counted == desk.store.ledger_counts()["transfers"] > 20
    assert complaints(path) == ""


def test_csv_has_every_transfer_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert write_ledger("csv", dump(), path) == 6
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADER
    assert [row["transfer_id"] for row in rows] == [one.id for one in transfers()]
    assert [row["posted"] for row in rows] == ["100.05", "0.00", "0.07", "3.00", "0.01", "3"]
    assert rows[3]["kind"] == "'=pay" and rows[3]["pending_id"] == "T-2"
    assert rows[0]["booked_at"] == "2026-11-21T03:00:00Z"


def test_parquet_has_the_same_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet

    monkeypatch.setattr(ledger_tables, "ROWS_A_GROUP", 4)
    path = tmp_path / "t.parquet"
    assert write_ledger("parquet", dump(), path) == 6
    table = parquet.read_table(path)
    assert table.num_rows == 6 and parquet.ParquetFile(path).num_row_groups == 2
    assert table.column("amount_minor").to_pylist() == [one.amount for one in transfers()]
    assert table.column("posted_minor").to_pylist() == [10_005, 0, 7, 300, 1, 3]
    assert table.column("booked_at")[0].as_py().isoformat() == "2026-11-21T03:00:00+00:00"


def test_an_empty_ledger_is_a_file_too(tmp_path: Path) -> None:
    empty = replace(dump(), accounts=(), lines=iter(()), debit_net={}, prices=())
    for form in ("beancount", "csv", "parquet"):
        lines = replace(empty, lines=iter(()))
        assert write_ledger(form, lines, tmp_path / form) == 0
    assert complaints(tmp_path / "beancount") == ""


def test_without_pyarrow_a_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(Fault) as refused:
        write_ledger("parquet", dump(), tmp_path / "t.parquet")
    assert "entrepot[parquet]" in refused.value.render_hint()
    assert list(tmp_path.iterdir()) == []


def test_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        export_ledger(busy_desk(tmp_path / "home"), "xlsx", tmp_path / "t")
