"""A file of columns through the exchange: answers in the order of the file, totals, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.services.settings import read_settings
from entrepot.services.vouchers_bulk import Part, judge_file, result_table, totals
from entrepot.services.vouchers_columns import Policy

HEAD = (
    "name,firm,as_of,amount_minor,registered_in,sector,related_party,contract_months,"
    "dishonest_record_3y,other_municipal_compute_subsidy,contract_already_claimed"
)
SOUND = "beijing,manufacturing,false,12,false,false,false"
BEIJING = Policy(programme="cn.beijing.ai_voucher")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedApp]:
    home = tmp_path_factory.mktemp("home") / "home"
    yield EmbeddedApp(read_settings({"ENTREPOT_HOME": str(home)}), create=True)


def judged(app: EmbeddedApp, path: Path, text: str, policy: Policy = BEIJING) -> list[Part]:
    path.write_text(text, "utf-8")
    return judge_file(app, path, policy)


def rows(app: EmbeddedApp, path: Path, text: str, policy: Policy = BEIJING) -> list[list[object]]:
    table = result_table(judged(app, path, text, policy), app.read_columns(path))
    keys = ("name", "status", "amount_minor", "bounds", "reasons", "missing")
    count = len(table["row"])
    return [[table[key].value(row) or "" for key in keys] for row in range(count)]


def test_a_file_is_judged_in_its_order(app: EmbeddedApp, tmp_path: Path) -> None:
    text = (
        f"{HEAD}\na,F-1,2025-06-01,600000000,{SOUND}\nb,F-1,2025-06-02,600000000,{SOUND}\n"
        f"c,F-2,2026-06-01,600000000,{SOUND}\n"
        f"d,F-2,2025-06-01,600000000,beijing,finance,,13,false,false,false\n"
        f"e,F-2,2025-06-01,,{SOUND}\n"
    )
    assert rows(app, tmp_path / "c.csv", text) == [
        ["a", "pays", 120_000_000, "", "", ""],
        ["b", "pays", 80_000_000, "cap_per_firm_year", "", ""],
        ["c", "refused", "", "", "no_version_in_force", ""],
        ["d", "refused", "", "", "sector; contract_too_long", ""],
        ["e", "needs_info", "", "", "", "amount_minor"],
    ]


def test_the_column_of_order_decides_who_comes_first(app: EmbeddedApp, tmp_path: Path) -> None:
    text = (
        f"order,{HEAD}\n2,a,F,2025-06-01,1000000000,{SOUND}\n1,b,F,2025-06-01,600000000,{SOUND}\n"
    )
    found = rows(app, tmp_path / "c.csv", text)
    assert [row[2] for row in found] == [80_000_000, 120_000_000]


def test_programmes_of_one_file_are_kept_apart(app: EmbeddedApp, tmp_path: Path) -> None:
    text = (
        f"programme,{HEAD}\ncn.beijing.ai_voucher,a,F,2025-06-01,1000,{SOUND}\n"
        f"cn.wuhan.service_voucher,b,F,2025-06-01,1000,{SOUND}\n"
        f"cn.beijing.ai_voucher,c,F,2025-06-01,2000,{SOUND}\n"
    )
    found = rows(app, tmp_path / "c.csv", text, Policy())
    assert [(row[0], row[1], row[2]) for row in found] == [
        ("a", "pays", 200),
        ("b", "needs_review", ""),
        ("c", "pays", 400),
    ]


def test_totals_add_up(app: EmbeddedApp, tmp_path: Path) -> None:
    text = f"{HEAD}\n" + f"a,F,2025-06-01,1000,{SOUND}\n" * 3 + f"b,F,2026-01-01,1,{SOUND}\n"
    (total,) = totals(judged(app, tmp_path / "c.csv", text))
    assert (total.paid_minor, total.currency) == (600, "CNY")
    assert total.rows == {"pays": 3, "refused": 1, "needs_info": 0, "needs_review": 0}
    assert total.reasons == {"no_version_in_force": 1}


def test_the_policy_fills_what_the_file_leaves_out(app: EmbeddedApp, tmp_path: Path) -> None:
    text = "amount_minor\n1000\n"
    policy = Policy("cn.beijing.ai_voucher", as_of=date(2025, 6, 1), currency="HKD")
    (row,) = rows(app, tmp_path / "c.csv", f"name,{text.replace('1000', 'x,1000')}", policy)
    assert row[1:] == ["needs_info", "", "", "currency_mismatch", ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("amount_minr\n1\n", "no column amount_minr"),
        ("name\nx\n", "no column amount_minor"),
        ("amount_minor,as_of\n1,2025-13-01\n", "2025-13-01, which is no date"),
        ("amount_minor,currency\n1,XYZ\n", "XYZ, which is not a currency"),
        ("amount_minor,sector\n1,farming\n", "farming, which is no value"),
        ("amount_minor,related_party\n1,perhaps\n", "perhaps, which is no value"),
        ("amount_minor,firm\n1,\n", "needs a firm in every row"),
        ("amount_minor,order\n1,\n", "needs a whole number in every row"),
        ("amount_minor\n-1\n", "row 1 is -1"),
    ],
)
def test_bad_columns_are_refused_whole(
    app: EmbeddedApp, tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(Invalid) as caught:
        judged(app, tmp_path / "c.csv", text)
    assert words in str(caught.value)


def test_an_unknown_programme_is_refused(app: EmbeddedApp, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        judged(app, tmp_path / "c.csv", "amount_minor\n1\n", Policy("cn.beijng"))
    with pytest.raises(Invalid, match="Which programme"):
        judged(app, tmp_path / "c.csv", "amount_minor\n1\n", Policy())
