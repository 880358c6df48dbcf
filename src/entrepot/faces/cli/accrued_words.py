"""Accrued lines as a table and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, money, show_table, warn
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_, filled

if TYPE_CHECKING:
    from entrepot.services.ports_metering import Accrued


def accrued_data(line: Accrued) -> dict[str, object]:
    """Return an accrued line for ``--json``, its text in English."""
    return {**asdict(line), "words": filled(line.text, dict(line.params))}


def show_accrued(lines: Sequence[Accrued]) -> None:
    """Print accrued lines with their sum."""
    columns = [Column("#", True), Column(_(N_("month"))), Column(_(N_("booked in")))]
    columns += [Column(_(N_("line"))), Column(_(N_("amount")), True)]
    columns += [Column(_(N_("centre")), True), Column(_(N_("taken by")))]
    rows = [
        [
            str(line.number),
            line.month,
            line.booked_in,
            filled(line.text, dict(line.params), _),
            money(Amount(line.amount_minor, HKD)),
            money(Amount(line.centre_minor, CNH)) if line.centre_id else "",
            line.taken_by or _(N_("open")),
        ]
        for line in lines
    ]
    show_table(columns, rows)
    total = Amount(sum(line.amount_minor for line in lines), HKD)
    print(_(N_("Sum: {amount}")).format(amount=money(total)))
    flagged = [line for line in lines if line.body.get("vouchers")]
    if flagged:
        words = _(N_("Lines {numbers} correct bills with vouchers: look at the claims on them."))
        warn(words.format(numbers=", ".join(str(line.number) for line in flagged)))
