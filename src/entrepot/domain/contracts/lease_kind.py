"""Kinds of lease, each with its own terms: size, isolation, time, notice, least time, credit.

A lease of a kind is charged for the time used, and at least for the time that its terms name::

    owed seconds = min(whole time, max(least time, used + notice))     when it ends early
    charged      = max(metered, milli-devices · owed seconds) + kept

``kept`` is what was owed for devices given back before (milli-device-seconds). A run that its
centre lost, or never started, owes no notice and no least time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from entrepot.kernel.compute import MILLI, Isolation
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

DAY_S = 86_400
DURATION_S_MAX = 184 * DAY_S
"""Six months, the longest lease of any kind."""

DEVICES_MAX = 100_000
"""Most devices of one lease."""

BP = 10_000
CREDIT_BP_MAX = 10 * BP
"""Most credit, basis points of the price of the time kept from a lease."""


class LeaseKind(StrEnum):
    """What a firm holds: machines, a machine in a machine, a container, a share, or one run."""

    BARE_METAL = "bare_metal"
    VM = "vm"
    CONTAINER = "container"
    SHARED_UNIT = "shared_unit"
    MANAGED_JOB = "managed_job"


KIND_WORDS: Mapping[LeaseKind, str] = {
    LeaseKind.BARE_METAL: N_("bare metal"),
    LeaseKind.VM: N_("virtual machine"),
    LeaseKind.CONTAINER: N_("container"),
    LeaseKind.SHARED_UNIT: N_("shared unit"),
    LeaseKind.MANAGED_JOB: N_("managed job"),
}
"""The kinds in words, for people."""


@dataclass(frozen=True, slots=True)
class KindTerms:
    """Terms of a kind of lease at a pool.

    Attributes:
        kind: which.
        isolations: how firms on one device may be kept apart.
        milli_min, milli_max: smallest and largest size, milli-devices; 1000 = one device.
        duration_s_max: longest lease, seconds.
        minimum_s: least time charged once it is taken, seconds.
        notice_s: time charged after a firm leaves early, seconds.
        credit_bp: credit for time that neighbours kept from it, basis points of its price; the
            price plan of the firm says whether and, if it states its own, how much.

    Raises:
        Invalid: the terms contradict each other or the kind.
    """

    kind: LeaseKind
    isolations: tuple[str, ...]
    milli_min: int = 1
    milli_max: int = DEVICES_MAX * MILLI
    duration_s_max: int = DURATION_S_MAX
    minimum_s: int = 0
    notice_s: int = 0
    credit_bp: int = 0

    def __post_init__(self) -> None:
        wrong = next((field for field, bad in self._faults() if bad), "")
        if wrong:
            raise Invalid(
                "kind.terms",
                N_("The terms of {kind} contradict themselves at {field}."),
                hint=N_("A least time fits into the longest; whole devices for bare metal."),
                fields={wrong: "contradicts the other terms of the kind"},
                kind=self.kind.value,
                field=wrong,
            )

    def _faults(self) -> tuple[tuple[str, bool], ...]:
        whole = self.kind is LeaseKind.BARE_METAL
        shared = self.kind is LeaseKind.SHARED_UNIT
        exclusive = Isolation.EXCLUSIVE.value
        return (
            ("devices_min", not 0 < self.milli_min <= self.milli_max <= DEVICES_MAX * MILLI),
            ("devices_min", whole and self.milli_min < MILLI),
            ("devices_max", shared and self.milli_max > MILLI),
            ("longest", not 0 < self.duration_s_max <= DURATION_S_MAX),
            ("minimum", not 0 <= self.minimum_s <= self.duration_s_max),
            ("notice", not 0 <= self.notice_s <= self.duration_s_max),
            ("isolations", not self.isolations),
            ("isolations", whole and set(self.isolations) != {exclusive}),
            ("isolations", shared and exclusive in self.isolations),
            ("slow_credit_percent", not 0 <= self.credit_bp <= CREDIT_BP_MAX),
        )

    @property
    def binds(self) -> bool:
        """Say whether a lease that ends early owes more than it used."""
        return bool(self.minimum_s or self.notice_s)

    def as_dict(self) -> dict[str, object]:
        """Return plain values; :func:`read_terms` reads them back."""
        return {
            "kind": self.kind.value,
            "isolations": list(self.isolations),
            "milli_min": self.milli_min,
            "milli_max": self.milli_max,
            "duration_s_max": self.duration_s_max,
            "minimum_s": self.minimum_s,
            "notice_s": self.notice_s,
            "credit_bp": self.credit_bp,
        }


EVERY = tuple(kind.value for kind in Isolation)
SHARES = tuple(kind.value for kind in Isolation if kind is not Isolation.EXCLUSIVE)

USUAL: Mapping[LeaseKind, KindTerms] = {
    terms.kind: terms
    for terms in (
        KindTerms(
            LeaseKind.BARE_METAL,
            (Isolation.EXCLUSIVE.value,),
            milli_min=MILLI,
            minimum_s=DAY_S,
            notice_s=DAY_S,
        ),
        KindTerms(
            LeaseKind.VM,
            ("exclusive", "mig", "vgpu"),
            minimum_s=3600,
            notice_s=3600,
        ),
        KindTerms(LeaseKind.CONTAINER, EVERY, minimum_s=60),
        KindTerms(LeaseKind.SHARED_UNIT, SHARES, milli_max=MILLI, minimum_s=60, credit_bp=BP),
        KindTerms(LeaseKind.MANAGED_JOB, EVERY),
    )
}
"""Terms of the house, where a pool states no others: a managed job is charged by the second."""


def read_terms(body: Mapping[str, object]) -> KindTerms:
    """Read terms as :meth:`KindTerms.as_dict` writes them.

    >>> read_terms(USUAL[LeaseKind.VM].as_dict()) == USUAL[LeaseKind.VM]
    True
    """
    isolations = body["isolations"]
    assert isinstance(isolations, (list, tuple))
    whole = {name: value for name, value in body.items() if isinstance(value, int)}
    return KindTerms(
        LeaseKind(str(body["kind"])),
        tuple(str(kind) for kind in isolations),  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        **whole,
    )


def owed_seconds(terms: KindTerms, used_s: int, duration_s: int) -> int:
    """Return for how many seconds a lease is charged at least, if it ends after ``used_s``.

    owed = min(duration, max(minimum, used + notice))

    Args:
        terms: of its kind.
        used_s: seconds used.
        duration_s: whole time of the lease, seconds.

    >>> owed_seconds(KindTerms(LeaseKind.VM, ("vgpu",), minimum_s=3600, notice_s=600), 60, 86_400)
    3600
    >>> owed_seconds(KindTerms(LeaseKind.VM, ("vgpu",), minimum_s=3600, notice_s=600), 3500, 86_400)
    4100
    >>> owed_seconds(USUAL[LeaseKind.MANAGED_JOB], 60, 86_400)
    60
    """
    return min(duration_s, max(terms.minimum_s, used_s + terms.notice_s))


def charged_quantity(
    terms: KindTerms, metered: int, milli_devices: int, used_s: int, duration_s: int, kept: int = 0
) -> int:
    """Return the milli-device-seconds that a lease is charged which ends after ``used_s``.

    Args:
        terms: of its kind.
        metered: milli-device-seconds that count by the signed reports.
        milli_devices: held at the end.
        used_s, duration_s: seconds used, and of the whole lease.
        kept: milli-device-seconds owed for devices given back before.

    >>> charged_quantity(USUAL[LeaseKind.CONTAINER], 5_000, 1000, 5, 600)
    60000
    """
    if not terms.binds:
        return metered + kept
    return max(metered, milli_devices * owed_seconds(terms, used_s, duration_s)) + kept
