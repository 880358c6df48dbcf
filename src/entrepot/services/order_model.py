"""An order of the auction as a firm writes it, before it is held against a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from entrepot.kernel.money import Amount
from entrepot.services.call_body import Elastic
from entrepot.services.declaration import Fact, JobSpec

KINDS = ("gang", "divisible", "minimum")
PPM = 1_000_000
ELASTIC_USUAL = Elastic(notice_s=300, credit_bp=1_000)
"""Terms of an interruptible order that states none: five minutes of notice, ten per cent.

An hourly call closes ten minutes before its hour, so longer notice keeps hourly calls out.
"""


@dataclass(frozen=True, slots=True)
class When:
    """A border of slots: a slot counted from the first of the call, or a moment.

    Attributes:
        slot: number of the slot, or None.
        at: Unix second, or None; exactly one of the two is stated.
        where: place in the file, for messages.
    """

    slot: int | None
    at: int | None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of slots of an option, half-open."""

    begin: When
    end: When


@dataclass(frozen=True, slots=True)
class WrittenOption:
    """One line of ``options``: a pool and the runs in which it would serve.

    Attributes:
        zone, device_class: centre and device, as the call names them.
        blocks: runs of slots; each becomes an option of its own.
        devices: in every slot; None = as many as the job asks for.
        value: of the whole option; None = the value of the order.
        link, mbps: link of the call that it loads.
        where: place in the file.
    """

    zone: str
    device_class: str
    blocks: tuple[Block, ...]
    devices: int | None = None
    value: Amount | None = None
    link: str = ""
    mbps: int = 0
    where: str = ""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order as written.

    Attributes:
        name: of the firm's own; firm: id of the firm, empty = named elsewhere.
        kind: one of :data:`KINDS`; min_share_ppm: of a ``minimum`` order, else 0.
        value: willingness to pay for the whole, HKD or CNY; None = the price cap of the job.
        net_of_vouchers: the value is what is left to pay after vouchers.
        group: orders of one group exclude each other; parent: order that bounds this one's share.
        accept_duties: duties of the gate's verdict are accepted.
        job: what would run; None = facts and options alone.
        window: starts and ends lie inside; None = the whole call.
        home: zone of the call from which the job's data come and to which its outputs go.
        options: empty = every lawful place and start.
        data, placement: facts for the gate where there is no job.
        where: field → place in the file.
        elastic: terms on which its leases may be interrupted; None = they may not.
    """

    name: str
    firm: str = ""
    kind: str = "gang"
    min_share_ppm: int = 0
    value: Amount | None = None
    net_of_vouchers: bool = False
    group: str = ""
    parent: str = ""
    accept_duties: bool = False
    job: JobSpec | None = None
    window: Block | None = None
    home: str = ""
    options: tuple[WrittenOption, ...] = ()
    data: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    placement: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    elastic: Elastic | None = None

    def place(self, name: str) -> str:
        """Return the place of a field in the file, or its name alone."""
        return self.where.get(name, name)
