"""Back to back: what a firm pays for each invoice line, and what its centre is owed for it.

The centre's debt is split over the lines of use by largest remainder in proportion to their
quantity, so that the parts add up to the debt exactly. A line without use owes the centre
nothing: discount, spread, data out and tax are the exchange's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.domain.contracts.model import InvoiceLine
from entrepot.kernel.rounding import largest_remainder


@dataclass(frozen=True, slots=True)
class Pairing:
    """One invoice line with its counterpart.

    Attributes:
        line: number on the invoice.
        user_minor: HKD cents that the firm is charged.
        centre_minor: CNH fen that the centre is owed; carrying_minor: HKD cents of that debt.
    """

    line: int
    user_minor: int
    centre_minor: int
    carrying_minor: int


def pair_lines(
    lines: Sequence[InvoiceLine], centre_minor: int, carrying_minor: int
) -> list[Pairing]:
    """Pair the lines of an invoice with the debt to its centre.

    Args:
        lines: of the invoice.
        centre_minor: CNH fen owed for all of it; carrying_minor: HKD cents of that.

    Returns:
        One pairing a line; Σ centre_minor and Σ carrying_minor are the arguments.
    """
    weights = [line.milli_device_seconds or 0 for line in lines]
    if lines and not any(weights):
        weights[0] = 1  # A debt without use, as a minimum charge, stands on the first line.
    owed = largest_remainder(centre_minor, weights) if lines else []
    carried = largest_remainder(carrying_minor, weights) if lines else []
    return [
        Pairing(line.number, line.amount.minor, cnh, hkd)
        for line, cnh, hkd in zip(lines, owed, carried, strict=True)
    ]
