"""Bad and odd calls through the command line: a clear result, or one clear sentence.

Nothing here may end in a traceback, and no certificate is written by a run that failed.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.auction_calls import Row, ask, call, option, order
from tests.property.test_auction_tamper import tampered
from tests.sizes import size

from entrepot.adapters.imports import auction_files, csv_safe
from entrepot.adapters.imports.auction_files import write_auction
from entrepot.bootstrap import open_app
from entrepot.faces.cli import main
from entrepot.services.auction_folder import AuctionFolder, RawTable

TAMPERED = size("TAMPERED_FILES", 60, 1_000)
ASKS, ORDERS, OPTIONS = [ask("x", 1, 5)], [order("A")], [option("A", 1, 10)]
LINK: Row = {"link": "L", "from_zone": "A", "to_zone": "B", "from": 0, "to": 1, "mbps": 5}


class Told:
    """What a command said.

    Attributes:
        code: exit code; out, err: what it printed.
    """

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Cli = Callable[..., Told]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs ``entrepot auction``; a traceback is a failure of the test."""

    def run(*words: object) -> Told:
        capsys.readouterr()
        told = ["--home", str(tmp_path / "home"), "--lang", "en", "auction", *map(str, words)]
        code = main.run(open_app, told)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Told(code, captured.out, captured.err)

    return run


def cleared(cli: Cli, tmp_path: Path, folder: AuctionFolder) -> dict[str, Any]:
    """Run a call that is odd but sound, verify its certificate, and return that."""
    write_auction(tmp_path / "orders", folder)
    cert = tmp_path / "cert.json"
    told = cli("run", "--orders", tmp_path / "orders", "--out", cert)
    assert told.code == 0, told.err
    assert cli("verify", cert, tmp_path / "orders").code == 0
    return json.loads(cert.read_text())


def refused(cli: Cli, tmp_path: Path, orders: Path, code: int = 2) -> str:
    """Run a call that is refused, and return the sentence."""
    cert = tmp_path / "cert.json"
    told = cli("run", "--orders", orders, "--out", cert)
    assert (told.code, cert.exists()) == (code, False), told.err
    return told.err


def shares(body: Mapping[str, Any]) -> dict[str, int]:
    """Return order → share."""
    return {row[0]: row[2] for row in body["allocation"]}


def many(count: int) -> list[Row]:
    """Return so many orders of the same kind."""
    return [order(f"D{number}") for number in range(count)]


SOUND: dict[str, tuple[AuctionFolder, dict[str, int] | int]] = {
    "nothing at all": (call([], [], []), {}),
    "asks alone": (call(ASKS, [], []), {}),
    "orders without options": (call(ASKS, ORDERS, []), {}),
    "nothing fits": (call(ASKS, ORDERS, [option("A", 6, 99)]), {}),
    "nobody sells": (call([], ORDERS, OPTIONS), {}),
    "too dear for anybody": (call([ask("x", 99, 5)], ORDERS, OPTIONS), {}),
    "one bidder": (call(ASKS, ORDERS, OPTIONS), {"A": 1_000_000}),
    "all ties": (
        call([ask("x", 1, 3)], many(7), [option(f"D{n}", 1, 5) for n in range(7)]),
        3,
    ),
    "zero prices": (call([ask("x", 0, 5)], ORDERS, OPTIONS), {"A": 1_000_000}),
    "zero values": (call([ask("x", 0, 5)], ORDERS, [option("A", 1, 0)]), 1),
    "a negative ask": (call([ask("x", "-2.5", 5)], ORDERS, OPTIONS), {"A": 1_000_000}),
    "an ask of no devices": (call([ask("x", 1, 0)], ORDERS, OPTIONS), {}),
    "a link without capacity": (
        call(
            ASKS,
            ORDERS,
            [option("A", 1, 10, link="L", mbps=1)],
            [{**LINK, "mbps": 0}],
            zones=("A", "B"),
        ),
        {},
    ),
    "a link of which nothing is asked": (
        call(
            ASKS,
            ORDERS,
            [option("A", 1, 10, link="L", mbps=0)],
            [{**LINK, "mbps": 0}],
            zones=("A", "B"),
        ),
        {"A": 1_000_000},
    ),
    "an order that is its own group": (call(ASKS, [order("A", group="A")], OPTIONS), 1),
    "names of signs": (
        call([ask("=1+1", 1, 5)], [order("香港")], [option("香港", 1, 10)]),
        {"香港": 1_000_000},
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_an_odd_call_is_cleared_and_its_certificate_holds(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    folder, expected = SOUND[name]
    body = cleared(cli, tmp_path, folder)
    found = shares(body)
    assert (
        (len(found) <= 1 or len(found) == expected)
        if isinstance(expected, int)
        else found == expected
    )
    assert body["payments"]["operator"] >= 0


def test_a_negative_ask_is_paid_the_price_and_never_pays(cli: Cli, tmp_path: Path) -> None:
    """Of ten devices that somebody would pay to have used, five are, at a price of nothing."""
    asks = [ask("gift", "-2.5", 3), ask("dear", 4, 5)]
    orders = [order("A"), order("B")]
    options = [option("A", 3, 30), option("B", 2, 20)]
    body = cleared(cli, tmp_path, call(asks, orders, options))
    paid = {row[0]: row[1] for row in body["payments"]["asks"]}
    assert paid == {"gift": 1200, "dear": 800}
    assert min(row[-1] for row in body["prices"]) >= 0
    told = cli("run", "--orders", tmp_path / "orders", "--out", tmp_path / "cert.json")
    assert "1 ask below zero stands at zero" in told.out + told.err


BIG = "9223372036854775808"
BAD: dict[str, tuple[str, str, str, str]] = {
    # what: table, column, text, words of the sentence
    "devices beyond 64 bits": ("asks", "devices", BIG, "asks.csv:2:devices"),
    "devices of forty digits": ("options", "devices", "9" * 40, "options.csv:2:devices"),
    "a slot beyond 64 bits": ("options", "start", BIG, "options.csv:2:start"),
    "a value beyond 64 bits": ("options", "value", BIG, "options.csv:2:value"),
    "a value of a million digits": ("options", "value", "9" * 9_000, "options.csv:2:value"),
    "NaN devices": ("asks", "devices", "NaN", "asks.csv:2:devices"),
    "NaN price": ("asks", "price", "nan", "asks.csv:2:price"),
    "infinite value": ("options", "value", "inf", "options.csv:2:value"),
    "a price with an exponent": ("asks", "price", "1e3", "asks.csv:2:price"),
    "a price with an underscore": ("asks", "price", "1_0", "asks.csv:2:price"),
    "a price in other digits": ("asks", "price", "٣", "asks.csv:2:price"),
    "a price of seven decimals": ("asks", "price", "0.0000001", "asks.csv:2:price"),
    "an empty value": ("options", "value", "", "options.csv:2:value"),
    "a negative value": ("options", "value", "-1", "options.csv:2:value"),
    "negative devices": ("options", "devices", "-1", "options.csv:2:devices"),
    "no devices": ("options", "devices", "0", "options.csv:2:devices"),
    "an unknown zone of an ask": ("asks", "zone", "Q", "asks.csv:2:zone"),
    "an unknown zone of an option": ("options", "zone", "Q", "options.csv:2:zone"),
    "an unknown lawful zone": ("orders", "zones", "A Q", "orders.csv:2:zones"),
    "an unknown class": ("asks", "class", "abacus", "asks.csv:2:class"),
    "an unknown order": ("options", "order", "Z", "options.csv:2:order"),
    "an unknown link": ("options", "link", "L9", "options.csv:2:link"),
    "an unknown parent": ("orders", "parent", "Z", "orders.csv:2:parent"),
    "an unknown kind": ("orders", "kind", "herd", "orders.csv:2:kind"),
    "its own parent": ("orders", "parent", "A", "orders.csv:2:parent"),
    "a share of nothing": ("orders", "min_share", "50", "orders.csv:2:min_share"),
    "a time before time": ("orders", "time", "-1", "orders.csv:2:time"),
    "a run that ends too late": ("options", "length", "2", "options.csv:2:length"),
    "a blank in a name": ("orders", "order", "A B", "orders.csv:2:order"),
    "a name of 65 signs": ("asks", "ask", "x" * 65, "asks.csv:2:ask"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_cell_is_named_by_file_line_and_field(cli: Cli, tmp_path: Path, what: str) -> None:
    table, column, text, place = BAD[what]
    folder = call(ASKS, ORDERS, OPTIONS, [LINK], zones=("A", "B"))
    old = folder.tables[table]
    columns = {**old.columns, column: [text]}
    changed = {**folder.tables, table: RawTable(old.name, columns)}
    write_auction(tmp_path / "orders", AuctionFolder(1, 3600, ("A", "B"), ("gpu",), changed))
    said = refused(cli, tmp_path, tmp_path / "orders")
    assert place in said
    assert len(said) < 1_000


TWICE: dict[str, tuple[AuctionFolder, str]] = {
    "asks": (call(ASKS * 2, ORDERS, OPTIONS), "asks.csv:3:ask"),
    "orders": (call(ASKS, ORDERS * 2, OPTIONS), "orders.csv:3:order"),
    "options": (call(ASKS, ORDERS, OPTIONS * 2), "options.csv:3:option"),
    "links": (call(ASKS, ORDERS, OPTIONS, [LINK, LINK], zones=("A", "B")), "links.csv:3:from"),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_name_comes_once(cli: Cli, tmp_path: Path, name: str) -> None:
    folder, place = TWICE[name]
    write_auction(tmp_path / "orders", folder)
    assert place in refused(cli, tmp_path, tmp_path / "orders")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Return a sound folder."""
    write_auction(tmp_path / "orders", call(ASKS, ORDERS, OPTIONS))
    return tmp_path / "orders"


RUBBISH = bytes(random.Random(1).randrange(256) for _ in range(4_096))


@pytest.mark.parametrize(
    "name", ["auction.yaml", "asks.csv", "options.csv", "law.csv", "links.json", "law.parquet"]
)
def test_binary_rubbish_is_no_table(cli: Cli, tmp_path: Path, orders: Path, name: str) -> None:
    if name.startswith("links"):
        (orders / "links.csv").unlink()
    (orders / name).write_bytes(RUBBISH)
    assert refused(cli, tmp_path, orders).count("\n") < 12


@pytest.mark.parametrize("name", ["auction.yaml", "asks.csv", "orders.csv", "options.csv"])
def test_a_missing_file_is_named(cli: Cli, tmp_path: Path, orders: Path, name: str) -> None:
    (orders / name).unlink()
    assert name.partition(".")[0] in refused(cli, tmp_path, orders, code=4)


def test_a_missing_folder_or_certificate_is_named(cli: Cli, tmp_path: Path, orders: Path) -> None:
    refused(cli, tmp_path, tmp_path / "nowhere", code=4)
    assert cli("verify", tmp_path / "none.json", orders).code == 4


def test_a_byte_order_mark_and_either_end_of_line_change_nothing(
    cli: Cli, tmp_path: Path, orders: Path
) -> None:
    digests: set[str] = set()
    for mark in (b"", b"\xef\xbb\xbf"):
        for end in (b"\n", b"\r\n"):
            for path in orders.glob("*.csv"):
                data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
                path.write_bytes(mark + data.replace(b"\n", end))
            told = cli("run", "--orders", orders, "--out", tmp_path / "cert.json", "--json")
            assert told.code == 0, told.err
            digests.add(json.loads(told.out)["inputs"])
    assert len(digests) == 1


def test_more_rows_than_are_read_are_refused_before_they_fill_the_memory(
    cli: Cli, tmp_path: Path, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_safe, "ROWS_MAX", 1_000)
    monkeypatch.setattr(csv_safe, "ROWS_AT_ONCE", 100)
    held: list[int] = []
    turn = csv_safe._turn

    def counted(rows: list[list[str]], *more: Any) -> None:
        held.append(len(rows))
        turn(rows, *more)

    monkeypatch.setattr(csv_safe, "_turn", counted)
    head, row = (orders / "options.csv").read_text().split()
    (orders / "options.csv").write_text("\n".join([head, *[row] * 50_000]))
    assert "more than 1,000 rows" in refused(cli, tmp_path, orders)
    assert max(held) == 100
    assert sum(held) < 2_000, "the rest of the file is not read"


@pytest.mark.parametrize("name", ["options.csv", "auction.yaml", "cert.json"])
def test_a_file_that_is_too_large_is_refused_unread(
    cli: Cli, tmp_path: Path, orders: Path, name: str
) -> None:
    """The file is sparse: a terabyte by its size, nothing on the disk, and nothing in memory."""
    huge = tmp_path / name if name == "cert.json" else orders / name
    with huge.open("wb") as file:
        file.truncate(10**12)
    if name == "cert.json":
        assert cli("verify", huge, orders).code == 2
    else:
        assert "larger than" in refused(cli, tmp_path, orders)


def test_a_table_of_few_bytes_and_many_rows_is_refused_unread(
    cli: Cli, tmp_path: Path, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (orders / "options.csv").unlink()
    table = arrow.table({"order": arrow.array(["A"] * 5_000)})
    parquet.write_table(table, orders / "options.parquet")
    monkeypatch.setattr(auction_files, "ROWS_MAX", 4_999)
    assert "more rows" in refused(cli, tmp_path, orders)


def test_no_file_of_a_certificate_that_was_changed_anywhere_passes(
    cli: Cli, tmp_path: Path
) -> None:
    """The arithmetic is tested elsewhere a thousand times over; this goes through the files."""
    made = cli(
        *("generate", "--orders", 12, "--zones", 2, "--classes", 1, "--slots", 3, "--seed", 2),
        *("--out", tmp_path / "orders"),
    )
    assert made.code == 0, made.err
    cert = tmp_path / "cert.json"
    assert cli("run", "--orders", tmp_path / "orders", "--out", cert).code == 0
    body, rng = json.loads(cert.read_text()), random.Random(11)
    for number in range(TAMPERED):
        forged, path = tampered(rng, copy.deepcopy(body), set())
        cert.write_text(json.dumps(forged))
        told = cli("verify", cert, tmp_path / "orders")
        assert told.code in (2, 3), (number, path, told.out)
    cert.write_text(json.dumps(body))
    assert cli("verify", cert, tmp_path / "orders").code == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b"{", RUBBISH, b'{"a": NaN}', b'{"welfare": 1.5}', b"[" * 100_000],
)
def test_what_is_no_certificate_is_refused(
    cli: Cli, tmp_path: Path, orders: Path, data: bytes
) -> None:
    (tmp_path / "cert.json").write_bytes(data)
    told = cli("verify", tmp_path / "cert.json", orders)
    assert told.code in (2, 3)
    assert len(told.err) < 4_000
