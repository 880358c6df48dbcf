"""Files → facts: read every row, let the operator's rows replace the shipped ones, cross-check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from entrepot.adapters.imports import facts_read as read
from entrepot.adapters.imports.facts_files import OFFERS, FactFiles
from entrepot.adapters.imports.facts_row import Row
from entrepot.adapters.imports.facts_split import rows_of
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services.facts_model import (
    CentreFact,
    DeviceFact,
    Facts,
    FigureFact,
    LinkFact,
    OfferFact,
    PlaceFact,
    TariffFact,
    TraceFact,
    ZoneFact,
)

T = TypeVar("T")
Sink = Callable[[EntrepotError], None]


def raise_it(problem: EntrepotError) -> None:
    """Stop at the first problem; the sink of :func:`build` where no report is wanted."""
    raise problem


@dataclass(slots=True)
class _Builder:
    """Reads row after row and hands every problem to the sink."""

    files: FactFiles
    sink: Sink
    places: dict[str, PlaceFact] = field(default_factory=dict[str, PlaceFact])
    centres: dict[str, CentreFact] = field(default_factory=dict[str, CentreFact])
    devices: dict[str, DeviceFact] = field(default_factory=dict[str, DeviceFact])
    offers: dict[str, OfferFact] = field(default_factory=dict[str, OfferFact])
    links: dict[str, LinkFact] = field(default_factory=dict[str, LinkFact])
    zones: dict[str, ZoneFact] = field(default_factory=dict[str, ZoneFact])
    tariffs: dict[str, TariffFact] = field(default_factory=dict[str, TariffFact])
    fx: dict[str, FigureFact] = field(default_factory=dict[str, FigureFact])
    demand: dict[str, FigureFact] = field(default_factory=dict[str, FigureFact])
    traces: dict[str, TraceFact] = field(default_factory=dict[str, TraceFact])
    charges: dict[str, FigureFact] = field(default_factory=dict[str, FigureFact])

    def all(self) -> None:
        """Read every file; places and devices first, since others name them."""
        for row in self._rows("places.yaml"):
            self._keep(row, self.places, read.read_place)
        for row in self._rows("devices.yaml"):
            self._keep(row, self.devices, read.read_device)
        for row in self._rows("centres.yaml"):
            self._keep(row, self.centres, lambda r: read.read_centre(r, self.places))
        for row in self._rows(OFFERS):
            self._keep(row, self.offers, lambda r: read.read_offer(r, self.devices))
        for row in self._rows("network.yaml"):
            self._keep(row, self.links, self._link)
        for row in self._rows("energy.yaml"):
            self._energy(row)
        for row in self._rows("demand.yaml"):
            self._demand(row)
        for row in self._rows("fx.yaml"):
            self._keep(row, self.fx, read.read_figure)
        for row in self._rows("charges.yaml"):
            self._keep(row, self.charges, read.read_figure)

    def _rows(self, name: str) -> Iterator[Row]:
        for label, data in self.files.versions(name):
            seen: set[tuple[object, object]] = set()
            try:
                rows = rows_of(name, label, data)
            except EntrepotError as problem:
                self.sink(problem)
                continue
            for row in rows:
                key = (row.values.get("kind") == "tariff", row.values.get("id"))
                if key in seen and self._twice(row):
                    continue
                seen.add(key)
                yield row

    def _twice(self, row: Row) -> bool:
        return not self._guard(
            lambda: row.refuse(
                "id",
                N_("{where}: the name {value} is used twice in this file."),
                N_("Give every row its own id."),
                value=str(row.values.get("id")),
            )
        )

    def _guard(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except EntrepotError as problem:
            self.sink(problem)
            return False
        return True

    def _keep(self, row: Row, into: dict[str, T], reader: Callable[[Row], T]) -> None:
        def action() -> None:
            name = row.id()
            fact = reader(row)
            row.finish()
            into[name] = fact

        self._guard(action)

    def _energy(self, row: Row) -> None:
        if row.get("kind") == "tariff":
            self._keep(row, self.tariffs, self._tariff)
        elif self._guard(lambda: _nothing(row.choice("kind", ("grid", "tariff")))):
            self._keep(row, self.zones, read.read_zone)

    def _demand(self, row: Row) -> None:
        if row.get("kind") == "trace":
            self._keep(row, self.traces, read.read_trace)
        elif self._guard(lambda: _nothing(row.choice("kind", ("figure", "trace")))):
            self._keep(row, self.demand, read.read_figure)

    def _tariff(self, row: Row) -> TariffFact:
        fact = read.read_tariff(row)
        if fact.zone not in self.zones:
            _unknown_place(row, "zone", fact.zone)
        return fact

    def _link(self, row: Row) -> LinkFact:
        fact = read.read_link(row)
        for key, place in (("from_place", fact.from_place), ("to_place", fact.to_place)):
            if place is not None and place not in self.places:
                _unknown_place(row, key, place)
        return fact


def build(files: FactFiles, sink: Sink = raise_it) -> Facts:
    """Read all rows of all files.

    Args:
        files: bytes of the files.
        sink: takes every problem; the row that has it is left out. By default the first one
            is raised.

    Returns:
        The facts that are sound.

    Raises:
        Invalid: by the default sink, with file, line and field.
    """
    builder = _Builder(files, sink)
    builder.all()
    return Facts(
        centres=builder.centres,
        devices=builder.devices,
        public_offers=builder.offers,
        places=builder.places,
        links=builder.links,
        zones=builder.zones,
        tariffs=builder.tariffs,
        fx=builder.fx,
        demand=builder.demand,
        traces=builder.traces,
        charges=builder.charges,
        content_digest=files.content_digest,
    )


def _unknown_place(row: Row, key: str, value: str) -> None:
    row.refuse(
        key,
        N_("{where}: no place or zone is called {value}."),
        N_("Name one that its file lists."),
        value=value,
    )


def _nothing(_: object) -> None:
    return None
