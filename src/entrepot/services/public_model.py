"""What a home shows to anybody: values with nothing of firms, quotes, leases or invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Capacity:
    """Speed at one precision.

    Attributes:
        p: PFLOPS as exact decimal text; INT8 counts operations.
        precision, density, engine: what was counted; None = not stated.
        basis: ``peak`` or ``measured``; source: who says so.
    """

    p: str
    precision: str | None
    density: str | None
    engine: str | None
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class PublicPool:
    """Like devices of a centre.

    Attributes:
        devices: how many; memory_mib: of one device, 0 = that of the host.
        measured: ratings of the machine as measured, not multiplied by the devices.
    """

    device_id: str
    device_name: str
    devices: int
    memory_mib: int
    isolations: tuple[str, ...]
    measured: tuple[Capacity, ...]


@dataclass(frozen=True, slots=True)
class PublicCentre:
    """A centre under contract.

    Attributes:
        jurisdiction: ISO 3166-1; region: ISO 3166-2; operator_hq: of the operator's parent.
        green_share_bp: contracted green power in basis points; None = not stated.
        demonstration: True for a centre that only plays one.
        public_key: Ed25519 key by which its usage reports are verified, hexadecimal.
        capacity: peaks by kind; kinds are never added to each other.
    """

    id: str
    names: Names
    jurisdiction: str
    region: str
    city: str
    operator_hq: str
    green_share_bp: int | None
    demonstration: bool
    public_key: str
    pools: tuple[PublicPool, ...]
    capacity: tuple[Capacity, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A capacity as somebody stated it in public.

    Attributes:
        origin: ``seed``, ``found`` or ``computed``; standing: ``in_service``, ``planned`` or
            ``claimed``; plausible: False marks a claim nobody should plan with.
        date, grade: of the source, A to X.
    """

    capacity: Capacity
    origin: str
    standing: str
    plausible: bool
    note: str | None
    date: str
    grade: str


@dataclass(frozen=True, slots=True)
class KnownCentre:
    """A centre, hub or total that has been named in public; no contract is implied.

    Attributes:
        kind: ``ai``, ``hpc``, ``cluster``, ``access_node``, ``planned`` or ``aggregate``.
    """

    id: str
    names: Names
    kind: str
    jurisdiction: str
    region: str
    city: str
    claims: tuple[Claim, ...]
    source: str
    date: str
    grade: str


@dataclass(frozen=True, slots=True)
class PublicOffer:
    """A standing ask of a centre.

    Attributes:
        price: major units of the asset per device-hour, exact decimal or fraction text.
        share_milli_min, share_milli_max: milli-devices that can be leased.
        from_day, to_day: ISO days, half-open; to_day None = no end.
    """

    id: str
    centre_id: str
    device_id: str
    device_name: str
    isolation: str
    interruptible: bool
    price: str
    asset: str
    share_milli_min: int
    share_milli_max: int
    from_day: str
    to_day: str | None
    source: str


@dataclass(frozen=True, slots=True)
class PublicCheckpoint:
    """Where the journal ends; whoever keeps it can prove later what was there.

    Attributes:
        home_id: whose journal; seq: number of its last entry, 0 = none yet.
        t: Unix second of that entry; hash: its hash.
    """

    home_id: str
    seq: int
    t: int
    hash: str


@dataclass(frozen=True, slots=True)
class PublicCentres:
    """All centres: those under contract, and those that have been named in public."""

    under_contract: tuple[PublicCentre, ...]
    named_in_public: tuple[KnownCentre, ...]
