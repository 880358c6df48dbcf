"""Folders of auctions: exact round trips in three forms, and files that strangers broke."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from tests.auction_calls import ask, call, option, order
from tests.property.auction_cases import random_call

from entrepot.adapters.imports.auction_certificate import read_certificate
from entrepot.adapters.imports.auction_files import read_auction, write_auction
from entrepot.domain.market.generate import generate
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.plain import inputs_digest
from entrepot.kernel.errors import EntrepotError, Invalid, NotFound
from entrepot.services.auction_folder import FORMS, folder_of, instance_of


def same(one: Instance, other: Instance) -> bool:
    """Say whether two calls are equal in every column."""
    left_out = {"unlawful"}  # options that the law shut out are not written again
    names = [field.name for field in fields(one) if field.name not in left_out]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.mark.parametrize("form", FORMS)
def test_a_call_comes_back_as_it_was_written(tmp_path: Path, form: str) -> None:
    for seed in range(5):
        whole = instance_of(random_call(seed))
        folder = tmp_path / str(seed)
        write_auction(folder, folder_of(whole, form))
        back = instance_of(read_auction(folder))
        assert inputs_digest(back) == inputs_digest(whole)
        assert back.order_zones == whole.order_zones
        names = ("opt_value", "ask_stated", "order_min_share", "link_capacity")
        assert all(np.array_equal(getattr(back, n), getattr(whole, n)) for n in names)


@pytest.mark.parametrize("form", FORMS)
def test_a_generated_call_comes_back_equal_in_every_column(tmp_path: Path, form: str) -> None:
    made = generate(40, 3, 2, 24, seed=3, kind="realistic")
    write_auction(tmp_path, folder_of(made, form))
    assert same(instance_of(read_auction(tmp_path)), made)


def test_files_written_again_are_the_same_bytes(tmp_path: Path) -> None:
    made = generate(20, 2, 2, 12, seed=1)
    write_auction(tmp_path / "a", folder_of(made))
    write_auction(tmp_path / "b", folder_of(instance_of(read_auction(tmp_path / "a"))))
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["asks.csv", "auction.yaml", "links.csv", "options.csv", "orders.csv"]
    assert all(
        (tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in names
    )


def test_a_name_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    evil = "=HYPERLINK(1)"
    write_auction(tmp_path, call([ask("x", "-1", 1)], [order(evil)], [option(evil, 1, 1)]))
    assert "'=HYPERLINK(1)" in (tmp_path / "orders.csv").read_text()
    assert instance_of(read_auction(tmp_path)).order_id == (evil,)
    assert ",-1," in (tmp_path / "asks.csv").read_text(), "a negative number is no formula"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a sound folder with one order."""
    write_auction(tmp_path, call([ask("x", 1, 5)], [order("A")], [option("A", 1, 10)]))
    return tmp_path


def test_links_may_be_left_out(folder: Path) -> None:
    (folder / "links.csv").unlink()
    assert instance_of(read_auction(folder)).links == 0


def test_the_line_of_the_file_is_named(folder: Path) -> None:
    lines = (folder / "asks.csv").read_text().replace("\r", "").splitlines()
    (folder / "asks.csv").write_text("\n".join([lines[0], "", lines[1].replace(",5", ",NaN")]))
    with pytest.raises(Invalid, match=r"asks\.csv:3:devices"):
        instance_of(read_auction(folder))


def test_numbers_of_json_are_read_as_they_stand(folder: Path) -> None:
    """A number of JSON passes through no float: 0.1 stays a tenth, NaN is no number."""
    (folder / "asks.csv").unlink()
    row = {"ask": "x", "zone": "A", "class": "gpu", "from": 0, "to": 1, "price": 0.1, "devices": 5}
    (folder / "asks.json").write_text(json.dumps([row]))
    assert instance_of(read_auction(folder)).ask_price.tolist() == [100_000]
    (folder / "asks.json").write_text(json.dumps([{**row, "price": float("nan")}]))
    with pytest.raises(Invalid, match="NaN"):
        instance_of(read_auction(folder))


def drop(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def put(name: str, text: str | bytes) -> Callable[[Path], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(data)


BROKEN: dict[str, tuple[Callable[[Path], object], type[EntrepotError]]] = {
    "no frame": (drop("auction.yaml"), NotFound),
    "no orders": (drop("orders.csv"), NotFound),
    "two forms": (put("asks.json", "[]"), Invalid),
    "frame is a list": (put("auction.yaml", "- 1"), Invalid),
    "frame of another word": (put("auction.yaml", "slots: 1\nhours: 2"), Invalid),
    "slots as text": (put("auction.yaml", "slots: many\nzones: [A]\nclasses: [gpu]"), Invalid),
    "no slots": (put("auction.yaml", "slots: 0\nzones: [A]\nclasses: [gpu]"), Invalid),
    "zone twice": (put("auction.yaml", "slots: 1\nzones: [A, A]\nclasses: [gpu]"), Invalid),
    "blank in a zone": (put("auction.yaml", "slots: 1\nzones: [A B]\nclasses: [gpu]"), Invalid),
    "not UTF-8": (put("asks.csv", b"ask\xff,zone"), Invalid),
    "binary": (put("asks.csv", b"\x00\x01"), Invalid),
    "empty file": (put("asks.csv", ""), Invalid),
    "row too wide": (put("orders.csv", "order,kind\nA,gang,more\n"), Invalid),
    "open quote": (put("orders.csv", 'order,kind\n"A,gang\n'), Invalid),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_is_refused_in_one_sentence(folder: Path, name: str) -> None:
    breaking, kind = BROKEN[name]
    breaking(folder)
    with pytest.raises(kind):
        instance_of(read_auction(folder))


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1.5}', '{"a": NaN}', '{"a":1,"a":2}', "\xff"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cert.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Invalid, match="not a certificate"):
        read_certificate(path)


def test_a_number_of_a_thousand_digits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cert.json"
    path.write_text('{"welfare": ' + "9" * 5_000 + "}")
    with pytest.raises(Invalid):
        read_certificate(path)
