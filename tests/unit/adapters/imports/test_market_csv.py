"""Imports of price lists: SkyPilot, gpuhunt and our own table, good files and bad ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.adapters.imports.csv_safe import read_rows, write_rows
from entrepot.adapters.imports.gpuhunt_csv import read_gpuhunt
from entrepot.adapters.imports.market_rows import Imported
from entrepot.adapters.imports.offers_csv import read_offers, write_offers
from entrepot.adapters.imports.problems import InvalidFile
from entrepot.adapters.imports.skypilot_csv import read_skypilot
from entrepot.domain.catalogue.model import Offer, OfferKind
from entrepot.kernel.compute import Isolation
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNY, HKD, USD, UnitPrice

DEVICES = {"h100-sxm": "H100 SXM", "a100-sxm": "A100 SXM", "v100": "V100", "cpu": "CPU"}

SKY_HEAD = (
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice\n"
)
SKY = (
    SKY_HEAD + "p4d.24xlarge,A100,8.0,96.0,1152.0,32.7726,us-east-1,\"{'Gpus': [{'Name': 'A100', "
    "'MemoryInfo': {'SizeInMiB': 40960}}], 'TotalGpuMemoryInMiB': 327680}\",9.83\n"
    "m5.large,,,2.0,8.0,0.096,ap-east-1,,\n"
    "odd,A10,0.167,6.0,55.0,0.45,us-east-1,,\n"
    "free,,,1.0,1.0,,us-east-1,,\n"
)

HUNT_HEAD = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,"
    "gpu_vendor,flags,cpu_arch,provider_data\n"
)
HUNT = (
    HUNT_HEAD
    + "gpu8,hk-1,21.0,192,1536.0,8,H100,79.6,False,2000.0,nvidia,,x86,{}\n"
    + "gpu1,hk-1,1.0,24,200,3,A100,80.0,True,,nvidia,,x86,\n"
    + "plain,eu-1,0.01,2,4.5,0,,,False,10,,,arm,\n"
)


def sky(text: str, *, skip_bad: bool = False) -> Imported:
    places = {"us-east-1": "US"}
    return read_skypilot(
        text.encode(),
        "sky.csv",
        provider="aws",
        as_of="2026-11-21",
        places=places,
        devices=DEVICES,
        skip_bad=skip_bad,
    )


def hunt(text: str) -> Imported:
    return read_gpuhunt(
        text.encode(), "hunt.csv", provider="x", as_of="2026-11-21", devices=DEVICES
    )


def test_skypilot_rows_become_exact_prices_per_device() -> None:
    got = sky(SKY)
    assert [o.id for o in got.offers] == [
        "aws:p4d.24xlarge:us-east-1:list",
        "aws:p4d.24xlarge:us-east-1:spot",
        "aws:m5.large:ap-east-1:list",
    ]
    first, spot, host = got.offers
    assert first.price == UnitPrice(Fraction("327.726") * 10 / 8, USD)
    assert (first.device_id, first.memory_mib) == ("a100-sxm", 40960)
    assert (first.devices_per_instance, first.devices_available) == (8, 8)
    assert (first.vcpus, first.host_memory_mib) == (96, 1152 * 1024)
    assert (first.jurisdiction, first.kind) == ("US", OfferKind.INDICATIVE)
    assert (first.interruptible, spot.interruptible) == (False, True)
    assert (host.device_id, host.vcpus, host.jurisdiction) == ("cpu", 2, None)
    assert got.left_out == 2
    assert got.problems == ()


def test_gpuhunt_rows_become_exact_prices_per_device() -> None:
    big, small, host = hunt(HUNT).offers
    assert big.price.minor_per_device_hour == Fraction(2100, 8)
    assert small.price.minor_per_device_hour == Fraction(100, 3)
    assert (big.memory_mib, small.interruptible) == (80 * 1024, True)
    assert (big.disk_mib, small.disk_mib) == (2000 * 1024, None)
    assert (host.device_id, host.host_memory_mib) == ("cpu", 4608)


def test_the_same_list_gives_the_same_distinct_ids() -> None:
    row = "gpu1,hk-1,1.0,24,200,1,A100,80.0,True,,nvidia,,x86,\n"
    got = hunt(HUNT_HEAD + row + row)
    assert [o.id for o in got.offers] == ["x:gpu1:hk-1:spot", "x:gpu1:hk-1:spot#2"]
    assert hunt(HUNT_HEAD + row + row) == got


BAD_SKY = [
    ("32.7726", "-1", "Price"),
    ("32.7726", "0", "Price"),
    ("32.7726", "nan", "Price"),
    ("32.7726", "1e9", "Price"),
    ("32.7726", "99999999", "Price"),
    ("9.83", "cheap", "SpotPrice"),
    ("8.0,96.0", "0,96.0", "AcceleratorCount"),
    ("8.0,96.0", ",96.0", "AcceleratorCount"),
    ("96.0", "-96", "vCPUs"),
    ("1152.0", "1e6", "MemoryGiB"),
    ("32.7726,us-east-1", "32.7726,", "Region"),
    ("{'Gpus'", "__import__('os')  # {'Gpus'", "GpuInfo"),
    ("{'Gpus'", "[" * 300 + "{'Gpus'", "GpuInfo"),
    ("{'Gpus': [{'Name'", "{'Gpus': [{'N" + "a" * 3000 + "'", "GpuInfo"),
    (",9.83", ",9.83,more", "*"),
]


@pytest.mark.parametrize(("old", "new", "column"), BAD_SKY)
def test_a_bad_row_refuses_the_file_at_its_line(old: str, new: str, column: str) -> None:
    assert old in SKY
    text = SKY.replace(old, new, 1)
    with pytest.raises(InvalidFile) as caught:
        sky(text)
    assert f"sky.csv:2:{column}" in caught.value.fields
    got = sky(text, skip_bad=True)
    assert [o.id for o in got.offers] == ["aws:m5.large:ap-east-1:list"]
    assert got.problems


BAD_HUNT = [
    ("21.0", "", "price"),
    ("192", "many", "cpu"),
    ("1536.0,8,H100", "1536.0,8,", "gpu_name"),
    ("1536.0,8,H100", "1536.0,-8,H100", "gpu_count"),
    ("1536.0,8,H100", "1536.0,999999,H100", "gpu_count"),
    ("False,2000.0", "perhaps,2000.0", "spot"),
]


@pytest.mark.parametrize(("old", "new", "column"), BAD_HUNT)
def test_a_bad_gpuhunt_row_is_named(old: str, new: str, column: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        hunt(HUNT.replace(old, new, 1))
    assert f"hunt.csv:2:{column}" in caught.value.fields


READERS: list[Callable[[bytes], object]] = [
    lambda data: read_skypilot(data, "x.csv", provider="p", as_of="d"),
    lambda data: read_gpuhunt(data, "x.csv", provider="p", as_of="d"),
    lambda data: read_offers(data, "x.csv"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "data", [b"", b"a,b\n", b"\xff\xfe", b"PK\x03\x04\0\0", b'"open\n', "價格,地區\n".encode()]
)
def test_files_of_another_kind_are_refused(read: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read(data)
    assert caught.value.exit_code == 2
    assert "x.csv" in str(caught.value)


def test_limits_and_marks_of_the_file() -> None:
    assert len(sky("\ufeff" + SKY).offers) == 3
    with pytest.raises(Invalid):
        list(read_rows(b"a\n" + b"1\n" * 50, "x.csv", ["a"], bytes_max=20))
    with pytest.raises(Invalid):
        list(read_rows(b"a,a\n1,2\n", "x.csv", ["a"]))


def own(number: int, **more: object) -> Offer:
    values: dict[str, object] = {
        "id": f"O-{number}",
        "provider": "=HYPERLINK(1)",
        "device_id": "a100-sxm",
        "device_name": "A100 SXM",
        "region": "CN-GD",
        "price": UnitPrice(Fraction(100, 3), CNY),
        "source": "@list, page 1\n'quoted'",
        "as_of": "2026-11-21",
    }
    return Offer(**(values | more))  # pyright: ignore[reportArgumentType]


def test_our_own_table_comes_back_as_it_was() -> None:
    offers = (
        own(1),
        own(2, price=UnitPrice(Fraction(325, 1000), HKD), centre_id="gz", pool_id="p", vcpus=0),
        own(
            3,
            share_milli=250,
            isolation=Isolation.MPS,
            green_share_bp=1234,
            jurisdiction="CN",
            memory_mib=81920,
            devices_available=4,
            host_memory_mib=5,
            disk_mib=6,
            interruptible=True,
            kind=OfferKind.INDICATIVE,
            valid_from=date(2026, 1, 1),
            valid_to=date(2027, 1, 1),
        ),
    )
    written = write_offers(offers)
    assert read_offers(written, "own.csv", devices=DEVICES).offers == offers
    assert b",=HYPERLINK" not in written
    assert b",'=HYPERLINK" in written


BAD_OWN = [
    ("O-2", "O-1", "offer_id"),
    ("A100 SXM", "A1O0", "device"),
    ("100/3", "100/0", "price"),
    ("100/3", "-1", "price"),
    ("CNY", "XXX", "currency"),
    ("2026-01-01", "2026-13-01", "valid_from"),
    ("2027-01-01", "2025-01-01", "valid_to"),
    ("exclusive", "perfect", "isolation"),
    ("1000", "1001", "share_milli"),
]


@pytest.mark.parametrize(("old", "new", "column"), BAD_OWN)
def test_bad_cells_of_our_own_table_are_named(old: str, new: str, column: str) -> None:
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2027, 1, 1)}
    price = UnitPrice(Fraction(10_000, 3), CNY)
    text = write_offers([own(1, **days, price=price), own(2, **days, price=price)]).decode()
    assert old in text
    with pytest.raises(InvalidFile) as caught:
        read_offers(text.replace(old, new).encode(), "own.csv", devices=DEVICES)
    assert any(where.endswith(f":{column}") for where in caught.value.fields), caught.value.fields


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)))
def test_no_written_cell_is_a_formula_and_all_come_back(cells: list[str]) -> None:
    cells = [cell.strip() for cell in cells if cell.strip()]
    data = write_rows(["a"], [[cell] for cell in cells])
    back = [row.cells["a"] for row in read_rows(data, "x.csv", ["a"])]
    assert back == cells
    lines = data.decode().split("\r\n")[1:]
    assert not any(line.lstrip('"').startswith(("=", "+", "-", "@")) for line in lines[:1])
