"""How the simulated bank treats a payment, and mixes of it that follow from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_


class Behaviour(StrEnum):
    """How the bank answers.

    ``accept`` books the payment; ``reject`` refuses it (AC01, account number wrong);
    ``delay`` says that it is pending, and books when it is asked again, or on the next day;
    ``duplicate`` tells one booking twice; ``twice`` books it twice; ``short`` books 99 %, ``over``
    101 %; ``split`` books it in two parts; ``wrong-day`` a business day late; ``return`` books it
    and takes it back; ``unknown-reference`` books it without our reference.
    """

    ACCEPT = "accept"
    REJECT = "reject"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    TWICE = "twice"
    SHORT = "short"
    OVER = "over"
    SPLIT = "split"
    WRONG_DAY = "wrong-day"
    RETURN = "return"
    UNKNOWN_REFERENCE = "unknown-reference"


ON_CONVERSION = (Behaviour.REJECT, Behaviour.DELAY, Behaviour.DUPLICATE)
"""What the bank may do to a conversion; it books the others as they were ordered."""


@dataclass(frozen=True, slots=True)
class Temper:
    """A behaviour, or a mix of several.

    Attributes:
        usual: for every payment outside the mix.
        mix: behaviour → how many of a thousand payments are treated so.
        seed: the same seed treats the same payment in the same way.
    """

    usual: Behaviour = Behaviour.ACCEPT
    mix: Mapping[Behaviour, int] = field(default_factory=dict[Behaviour, int])
    seed: str = ""

    def of(self, reference: str) -> Behaviour:
        """Return how a payment is treated.

        >>> Temper(Behaviour.SHORT).of("B-1").value
        'short'
        >>> half = Temper(mix={Behaviour.REJECT: 500}, seed="1")
        >>> sum(half.of(f"B-{n}") == Behaviour.REJECT for n in range(1000)) // 100
        4
        """
        drawn = int(sha256_hex(f"{self.seed}|{reference}".encode())[:12], 16) % 1000
        for behaviour, share in self.mix.items():
            if drawn < share:
                return behaviour
            drawn -= share
        return self.usual


def behaviour_of(name: str) -> Behaviour:
    """Return the behaviour of a name.

    Raises:
        Invalid: the bank knows none of that name.
    """
    if name not in list(Behaviour):
        raise Invalid(
            "bank.behaviour",
            N_("The simulated bank knows no behaviour {name}."),
            hint=N_("Use one of {known}."),
            name=name[:40],
            known=", ".join(Behaviour),
        )
    return Behaviour(name)


def read_mix(text: str) -> dict[Behaviour, int]:
    """Read a mix in per mille: ``reject=50,short=20``.

    Raises:
        Invalid: an unknown behaviour, no number, or more than 1000 in all.

    >>> read_mix("reject=50, short=20")[Behaviour.SHORT]
    20
    """
    mix: dict[Behaviour, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, share = part.partition("=")
        if not equals or not (share.isascii() and share.isdigit()) or len(share) > 4:
            raise Invalid(
                "bank.mix",
                N_("{part} is no part of a mix."),
                hint=N_("Write behaviours with per mille: reject=50,short=20"),
                part=part[:40],
            )
        mix[behaviour_of(name.strip())] = int(share)
    if sum(mix.values()) > 1000:
        raise Invalid(
            "bank.mix",
            N_("The parts of a mix exceed 1000 per mille."),
            hint=N_("Write behaviours with per mille: reject=50,short=20"),
        )
    return mix
