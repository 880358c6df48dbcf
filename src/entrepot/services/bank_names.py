"""The simulated bank as the services ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BEHAVIOURS = (
    *("accept", "reject", "delay", "duplicate", "twice", "short", "over", "split"),
    *("wrong-day", "return", "unknown-reference"),
)
"""What the simulated bank can do with a payment."""

NO_BANK = "none"
"""The orders are written, and a bank outside answers them by files."""


@dataclass(frozen=True, slots=True)
class BankDayAsk:
    """One day of a simulated bank.

    Attributes:
        orders, messages: folders for payment orders and for what the bank says.
        behaviour: for every payment outside the mix; mix: ``reject=50,short=20`` per mille.
        seed: the same seed treats the same payment alike.
        day: ISO date.
        opening_hkd, opening_cnh: minor units on the accounts of a bank that knows nothing yet.
    """

    orders: Path
    messages: Path
    behaviour: str = "accept"
    mix: str = ""
    seed: str = ""
    day: str = ""
    opening_hkd: int = 0
    opening_cnh: int = 0
