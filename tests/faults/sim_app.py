"""The exchange as the steps of settlement see it, with everything in the simulator's hand."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, Protocol

from tests.faults.sim_store import SimStore, SimUow

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.funding import Leg
from entrepot.domain.contracts.payment import BankAccount, orders_for
from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.ids import make_id
from entrepot.kernel.money import HKD, Asset, ExchangeRate
from entrepot.services import records as r
from entrepot.services import settle_records
from entrepot.services.postings import Entry
from entrepot.services.settings import read_settings

START = 1_795_395_600
"""Monday, 23 November 2026, 09:00 in Hong Kong."""

CENTRES = ("C-1", "C-2")
HOUSE = BankAccount("House", "012-345", bic="BKCHHKHH", country="HK")
ACCOUNTS = {
    one: BankAccount(f"Centre {one}", f"62{n}", cnaps="104584000003", country="CN")
    for n, one in enumerate(CENTRES)
}
SETTINGS = replace(read_settings({}), release_alone_cents=10**12)


class Around(Protocol):
    """What the exchange needs of the world."""

    at: int
    number: int
    rng: Random
    hook: Callable[[str], None]
    seen: Callable[[SimUow], None]
    log: Callable[[str], None]


class SimApp:
    """The exchange as the steps of settlement see it."""

    actor = "desk"
    settings = SETTINGS

    def __init__(self, world: Around) -> None:
        self._world = world
        self.clock = self.ids = self.fx = self.documents = self
        self.value = Fraction(11, 10)
        self.store = SimStore(world.hook, world.seen)

    def forget(self) -> None:
        """Begin a new process."""

    def now(self) -> int:
        return self._world.at

    def new(self, prefix: str) -> str:
        self._world.number += 1
        return make_id(prefix, self._world.at * 1000, self._world.number)

    def rate(self, base: Asset, quote: Asset, on: date) -> ExchangeRate:
        self.value += Fraction(self._world.rng.randrange(-20, 21), 10_000)
        return ExchangeRate(base, quote, self.value, "simulated", on.isoformat())

    def payment_order(self, pairs: Sequence[tuple[r.Batch, Any]], leg: str = "pay") -> bytes:
        found = [(settle_records.netting_of(one), ACCOUNTS[centre.id]) for one, centre in pairs]
        made_at = max(one.created_at for one, _ in pairs)
        return canonical_json(to_plain(orders_for(found, HOUSE, made_at, Leg(leg))))

    def save(self, name: str, data: bytes) -> Path:
        self._world.hook("before writing a file")
        self._world.log(f"writes {name} {sha256_hex(data)[:12]}")
        return Path(name)


def invoice_of(invoice_id: str, number: int, centre: str, minor: int, carrying: int) -> r.Invoice:
    """Return a bill whose customer has paid."""
    name = f"HK-2026-{number:06d}"
    return r.Invoice(
        id=invoice_id, number=name, branch="HK", year=2026, seq=number, firm_id="F",
        centre_id=centre, lease_id="L", job_id="J", issued_at=START, total_minor=2 * carrying,
        centre_minor=minor, carrying_minor=carrying, batch_id=None, body={}, digest="",
    )  # fmt: skip


def paying(total: int) -> list[Entry]:
    """Return the entries of a customer's payment, HKD cents."""
    return [
        Entry("bank", "prepaid:F", total, HKD, "deposit"),
        Entry("prepaid:F", "receivable:F", total, HKD, "payment"),
    ]


@contextmanager
def read_once() -> Generator[None]:
    """Read a kept batch once as the domain reads it: what is kept under one body never changes."""
    right = settle_records.read_batch
    known: dict[int, tuple[object, net.NettingBatch]] = {}

    def read(body: r.Body) -> net.NettingBatch:
        found = known.get(id(body))
        if found is None:
            found = known[id(body)] = (body, right(body))
        return found[1]

    settle_records.read_batch = read  # type: ignore[assignment]
    try:
        yield
    finally:
        settle_records.read_batch = right
