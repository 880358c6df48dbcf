"""The decisions of the law filter, slot by slot, by a reader of the checker's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

COLUMNS = ("order", "zone", "class", "from", "to", "outcome", "day", "rules", "decision")
ALLOWED = ("allow", "allow_with_duties")


class Decisions:
    """What the law filter said of a call.

    Args:
        table: column → cells; empty = nothing was decided.
        slots: number of slots.

    Raises:
        KeyError, ValueError: a column is missing, or a run of slots is none.
    """

    def __init__(self, table: Mapping[str, Sequence[str]], slots: int) -> None:
        cells = [table[column] for column in COLUMNS] if table else []
        self.lines: list[str] = []
        self._open: dict[tuple[str, str, str], bytearray] = {}
        self._shut: dict[tuple[str, str, str], bytearray] = {}
        self._orders: set[str] = set()
        for row in zip(*cells, strict=True):
            order, zone, device, begin, end, outcome, *rest = row
            first, after = int(begin), int(end)
            if not 0 <= first < after <= slots:
                raise ValueError(f"law {begin} {end}")
            side = self._open if outcome in ALLOWED else self._shut
            marks = side.setdefault((order, zone, device), bytearray(slots))
            marks[first:after] = b"\1" * (after - first)
            self._orders.add(order)
            cut = [order, zone, device, str(first), str(after), outcome, *rest]
            self.lines.append("\t".join(cut))

    def permit(self, order: str, place: tuple[str, str], begin: int, end: int) -> bool:
        """Say whether an order may run at a zone and class in all slots of [begin, end)."""
        if order not in self._orders:
            return True
        key = (order, *place)
        may = self._open.get(key, b"")[begin:end]
        return may == b"\1" * (end - begin) and not any(self._shut.get(key, b"")[begin:end])

    def text(self, shut_out: Sequence[str]) -> str:
        """Return the text that the law is hashed from: options shut out, then all decisions."""
        return "\n".join([*shut_out, *(["law", *self.lines] if self.lines else [])])
