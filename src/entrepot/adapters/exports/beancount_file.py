"""The ledger as a Beancount journal, with an assertion of every balance at its end.

Holds move nothing there: only what was posted is written. Each transfer keeps its number, id and
cause as metadata, so that a line leads back to the books. The text is made here; Beancount itself
is under the GPL, and nothing of it is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import BinaryIO

from entrepot.adapters.exports.beancount_names import account_names, commodity
from entrepot.adapters.exports.figures import major_text
from entrepot.services.ledger_dump import DumpLine, LedgerDump

PRICE_DIGITS = 10


def write_beancount(stream: BinaryIO, dump: LedgerDump) -> int:
    """Write a journal; return how many transfers it comes from."""
    names = account_names(dump.accounts)
    counted = _Counted(dump.lines)
    for text in _directives(dump, names, counted):
        stream.write(text.encode())
    return counted.count


class _Counted:
    """Lines as they pass, with their number and the days they span."""

    def __init__(self, lines: Iterable[DumpLine]) -> None:
        self._lines = lines
        self.count = 0
        self.last: date | None = None

    def __iter__(self) -> Iterator[DumpLine]:
        for line in self._lines:
            self.count += 1
            self.last = line.day
            yield line


def _directives(dump: LedgerDump, names: dict[str, str], lines: _Counted) -> Iterator[str]:
    yield f'option "title" "{_quoted(dump.title)}"\noption "operating_currency" "HKD"\n\n'
    opened: set[str] = set()
    for _, group in groupby(lines, key=_group):
        members = list(group)
        day = members[0].day
        for line in members:
            for code in (line.transfer.debit, line.transfer.credit):
                if code not in opened:
                    opened.add(code)
                    yield _open(names[code], code, line.transfer.asset, day)
        posted = [line for line in members if line.posted_minor]
        if posted:
            yield _transaction(posted, names)
    for price in dump.prices:
        yield (
            f"{price.day} price {commodity(price.base)} {_decimal(price.value)} "
            f"{commodity(price.quote)}\n"
        )
    if lines.last is not None:
        yield from _assertions(dump, names, opened, lines.last + timedelta(days=1))


def _group(line: DumpLine) -> tuple[str, int]:
    """Lines of one link group that follow each other make one transaction."""
    transfer = line.transfer
    return (transfer.link_group, transfer.t) if transfer.link_group else (transfer.id, line.seq)


def _open(name: str, code: str, asset: str, day: date) -> str:
    return f'{day} open {name} {commodity(asset)}\n  code: "{_quoted(code)}"\n'


def _transaction(lines: list[DumpLine], names: dict[str, str]) -> str:
    first = lines[0].transfer
    head = f'{lines[0].day} * "{_quoted(first.code)}"\n'
    text = head + (f'  cause: "{_quoted(first.cause)}"\n' if first.cause else "")
    for line in lines:
        one, unit = line.transfer, commodity(line.transfer.asset)
        amount = major_text(line.posted_minor, one.asset)
        text += (
            f"  {names[one.debit]}  {amount} {unit}\n"
            f'    transfer: "{_quoted(one.id)}"\n'
            f"    number: {line.seq}\n"
            f"  {names[one.credit]}  -{amount} {unit}\n"
        )
    return text + "\n"


def _assertions(
    dump: LedgerDump, names: dict[str, str], opened: set[str], day: date
) -> Iterator[str]:
    yield "\n"
    for one in dump.accounts:
        if one.code in opened:
            amount = major_text(dump.debit_net.get(one.code, 0), one.asset)
            # Without a tolerance of its own, Beancount forgives a cent.
            yield f"{day} balance {names[one.code]}  {amount} ~ 0 {commodity(one.asset)}\n"


def _decimal(value: Fraction) -> str:
    scaled = round(value * 10**PRICE_DIGITS)
    whole, rest = divmod(scaled, 10**PRICE_DIGITS)
    return f"{whole}.{rest:0{PRICE_DIGITS}d}"


def _quoted(text: str) -> str:
    clean = " ".join(text.split())
    return clean.replace("\\", "\\\\").replace('"', '\\"')
