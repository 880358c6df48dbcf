"""A bank of the simulator: it never does one order twice, and may do it in any of a dozen ways.

What it has really moved is its own account book, the truth that the house's books are held
against at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

from entrepot.domain.contracts.funding import FX_MARK
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.money import CNH, HKD, Amount

FATES = (
    ("accept", 40), ("reject", 10), ("delay", 10), ("short", 8), ("over", 5), ("split", 9),
    ("return", 8), ("reject then book", 4), ("wrong day", 3), ("book then reject", 3),
)  # fmt: skip
"""What becomes of a payment, in a hundred."""

ON_CONVERSION = ("accept", "reject", "delay")

Later = Callable[[int, Callable[[], None]], None]
"""Do something after so many seconds."""

Say = Callable[[Sequence[Confirmation]], None]
"""Send words to the house, by a network that may lose them."""


@dataclass
class SimBank:
    """The bank.

    Args:
        rng: of the world; later, say: its clock and its network; today: ISO date.

    Attributes:
        truth: everything ever booked, in order.
        seen: id of an order's file → digest of its bytes.
        asked: our reference → how often a new file has asked for it.
        problems: what the bank found wrong with our orders.
        kind: no more surprises: every order is done at once as it was given.
    """

    rng: Random
    later: Later
    say: Say
    today: Callable[[], str]
    truth: list[Confirmation] = field(default_factory=list[Confirmation])
    words: list[Confirmation] = field(default_factory=list[Confirmation])
    seen: dict[str, str] = field(default_factory=dict[str, str])
    asked: dict[str, int] = field(default_factory=dict[str, int])
    problems: list[str] = field(default_factory=list[str])
    kind: bool = False

    def receive(self, data: bytes) -> None:
        """Take a file with orders; the same one again changes nothing."""
        order: dict[str, Any] = json.loads(data)
        name, digest = str(order["message_id"]), sha256_hex(data)
        if name in self.seen:
            if self.seen[name] != digest:
                self.problems.append(f"file {name} came again with other orders")
            return
        self.seen[name] = digest
        for payment in order["payments"]:
            self.asked[payment["end_to_end_id"]] = self.asked.get(payment["end_to_end_id"], 0) + 1
            self._treat(payment, str(order["execute_on"]))

    def statement(self) -> list[Confirmation]:
        """Return every booking so far, as statements tell them, and every last word."""
        return [*self.truth, *self.words]

    def _treat(self, payment: dict[str, Any], day: str) -> None:
        reference, minor = payment["end_to_end_id"], int(payment["amount"]["minor"])
        fate = self._fate(conversion=reference.endswith(FX_MARK))
        day = max(day, self.today())
        soon = self.rng.randrange(60, 30_000)
        if fate == "reject":
            self._word(reference, BankStatus.REJECTED, "AC01")
        elif fate == "delay":
            self._word(reference, BankStatus.PENDING, "")
            self.later(soon, lambda: self._book(payment, minor, "1", day))
        elif fate == "split":
            first = self.rng.randrange(1, minor) if minor > 1 else minor
            self._book(payment, first, "1", day)
            if minor > first:
                self.later(soon, lambda: self._book(payment, minor - first, "2", day))
        elif fate == "return":
            self._book(payment, minor, "1", day)
            back = self.rng.choice((minor, minor, (minor + 1) // 2))
            self.later(soon, lambda: self._back(payment, back, day))
        elif fate == "reject then book":
            self._word(reference, BankStatus.REJECTED, "AC06")
            self.later(soon, lambda: self._book(payment, minor, "1", day))
        elif fate == "book then reject":
            self._book(payment, minor, "1", day)
            self._word(reference, BankStatus.REJECTED, "DUPL")
        else:
            amounts = {"short": minor - max(minor // 50, 1), "over": minor + minor // 40 + 1}
            when = "2026-12-31" if fate == "wrong day" else day
            self._book(payment, amounts.get(fate, minor), "1", when)

    def _fate(self, *, conversion: bool) -> str:
        if self.kind:
            return "accept"
        names = [name for name, _ in FATES]
        fate = self.rng.choices(names, [weight for _, weight in FATES])[0]
        return fate if not conversion or fate in ON_CONVERSION else "accept"

    def _book(self, payment: dict[str, Any], minor: int, part: str, day: str) -> None:
        """Book a payment or a part of it, on the accounts in RMB and in HKD."""
        if minor <= 0:
            return
        reference = payment["end_to_end_id"]
        conversion = reference.endswith(FX_MARK)
        mark = f"BK-{reference}-{part}"
        word = self._notice(reference, -minor if conversion else minor, mark, day)
        rows = [word]
        if payment["sells"] is not None:
            taken = Amount(int(payment["sells"]["minor"]), HKD)
            taken = taken.times(Fraction(minor, int(payment["amount"]["minor"])))
            rows.append(replace(word, amount=taken, bank_reference=f"{mark}-H"))
            if not conversion:
                bought = self._notice(f"{reference}{FX_MARK}", -minor, f"{mark}-B", day)
                rows.insert(0, bought)
        self.truth.extend(rows)
        self.say([word])

    def _back(self, payment: dict[str, Any], minor: int, day: str) -> None:
        word = self._notice(payment["end_to_end_id"], -minor, "RT-" + payment["end_to_end_id"], day)
        self.truth.append(word)
        self.say([word])

    def _notice(self, reference: str, minor: int, mark: str, day: str) -> Confirmation:
        return Confirmation(reference, Amount(minor, CNH), BankStatus.BOOKED, mark, day)

    def _word(self, reference: str, status: BankStatus, reason: str) -> None:
        word = Confirmation(reference, None, status, "", "", reason)
        self.words.append(word)
        self.say([word])
