"""Whether a lease of a shared device got what it paid for, or its neighbours were too loud.

    entitled = wall · milli-devices · processors of a device
    short    = max(0, min(waited, entitled − used))
    slowed   when short ≥ entitled / 10

``waited`` is the time in which the run stood ready to work and others had the processor. A run
that sleeps or waits for its disk uses less than it is entitled to without waiting; a run that
already got its share and would have liked more waits without being short. Only who waited *and*
got less was slowed.

Source: run queue delay in ``/proc/<pid>/schedstat``, Linux kernel documentation
(scheduler/sched-stats), read 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.kernel.compute import MILLI

MS = 1000
SLOWED_SHARE = 10
"""A tenth of what was leased: below it, noise of the clock and of starting."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How a shared lease fared beside its neighbours.

    Attributes:
        entitled_ms: processor milliseconds that its share came to.
        used_ms: those it used.
        waited_ms: those it stood ready and waited.
        short_ms: those it waited for within its own share.
    """

    entitled_ms: int
    used_ms: int
    waited_ms: int
    short_ms: int

    @property
    def slowed(self) -> bool:
        """Say whether at least a tenth of what was leased was kept from it."""
        return self.entitled_ms > 0 and self.short_ms * SLOWED_SHARE >= self.entitled_ms

    @property
    def short_bp(self) -> int:
        """Part of its share that was kept from it, basis points, rounded down."""
        return self.short_ms * 10_000 // self.entitled_ms if self.entitled_ms else 0


def neighbourhood(
    wall_seconds: int, milli_devices: int, processors: int, cpu_ms: int, waited_ms: int
) -> Neighbourhood:
    """Hold what a lease used against its share.

    Args:
        wall_seconds: seconds run.
        milli_devices: what was leased; 1000 = one device.
        processors: host processors that one device stands for.
        cpu_ms: processor milliseconds used.
        waited_ms: milliseconds ready but kept waiting.

    >>> loud = neighbourhood(10, 500, 1, cpu_ms=3_000, waited_ms=6_000)
    >>> loud.entitled_ms, loud.short_ms, loud.slowed
    (5000, 2000, True)
    >>> neighbourhood(10, 500, 1, cpu_ms=5_000, waited_ms=4_000).slowed
    False
    >>> neighbourhood(10, 500, 1, cpu_ms=1_000, waited_ms=0).slowed
    False
    """
    entitled = wall_seconds * MS * milli_devices * processors // MILLI
    short = max(0, min(waited_ms, entitled - cpu_ms))
    return Neighbourhood(entitled, cpu_ms, waited_ms, short)
