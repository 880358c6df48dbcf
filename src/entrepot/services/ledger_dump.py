"""The whole ledger as one consistent view, for a writer of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.ledger.chart import kind_of
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

FORMS = ("beancount", "csv", "parquet")
CHUNK = 10_000
_POSTED = (Phase.POSTED, Phase.POST)


@dataclass(frozen=True, slots=True)
class DumpAccount:
    """An account: code, name of its kind, nature and asset."""

    code: str
    label: str
    nature: str
    asset: str


@dataclass(frozen=True, slots=True)
class DumpLine:
    """A transfer with its number; ``posted_minor`` is what it moved, 0 for a hold."""

    seq: int
    transfer: Transfer
    posted_minor: int

    @property
    def day(self) -> date:
        """Day of booking in Hong Kong."""
        return local_day(self.transfer.t)


@dataclass(frozen=True, slots=True)
class DumpPrice:
    """A rate that the house has used: one base is ``value`` quote on a day."""

    day: date
    base: str
    quote: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class LedgerDump:
    """Everything in the books.

    Attributes:
        title: who keeps them.
        accounts: in the order of opening.
        lines: in the order of booking; can be read once.
        debit_net: code → posted debits less credits after the last line, minor units.
        prices: rates used, by day.
    """

    title: str
    accounts: tuple[DumpAccount, ...]
    lines: Iterator[DumpLine]
    debit_net: Mapping[str, int]
    prices: tuple[DumpPrice, ...]


def export_ledger(app: App, form: str, path: Path) -> int:
    """Write the whole ledger to a file; the file is there whole or not at all.

    Args:
        app: the exchange.
        form: ``beancount``, ``csv`` or ``parquet``.
        path: of the file.

    Returns:
        Number of transfers written.

    Raises:
        Invalid: no such form.
        Fault: the file cannot be written, or pyarrow is missing for Parquet.
    """
    if form not in FORMS:
        raise Invalid(
            "export.form",
            N_("{form} is no form of an export."),
            hint=N_("Use one of {known}."),
            form=form[:40],
            known=", ".join(FORMS),
        )
    with app.store.reading() as uow:
        return app.write_ledger(form, _dump(app, uow), path)


def _dump(app: App, uow: UnitOfWork) -> LedgerDump:
    accounts = uow.ledger.accounts()
    return LedgerDump(
        app.settings.branch_name,
        tuple(_account(one.code, one.asset) for one in accounts),
        _lines(uow),
        {code: balance.debit_net for code, balance in uow.ledger.balances().items()},
        _prices(uow),
    )


def _account(code: str, asset: str) -> DumpAccount:
    kind = kind_of(code)
    return DumpAccount(code, kind.label if kind else code, kind.nature if kind else "asset", asset)


def _lines(uow: UnitOfWork) -> Iterator[DumpLine]:
    after = 0
    while chunk := uow.ledger.transfers(after=after, limit=CHUNK):
        for seq, transfer in chunk:
            posted = transfer.amount if transfer.phase in _POSTED else 0
            yield DumpLine(seq, transfer, posted)
        after = chunk[-1][0]


def _prices(uow: UnitOfWork) -> tuple[DumpPrice, ...]:
    found = {
        (one.fixed_on, one.pair): Fraction(one.rate)
        for one in uow.fx.snapshots()
        if one.side == "mid"
    }
    return tuple(
        DumpPrice(date.fromisoformat(day), base, quote, value)
        for (day, pair), value in sorted(found.items())
        for base, quote in [pair.split("/")]
    )
