"""Compute: ratings that never mix unlike P, and shares of devices.

P means PFLOPS *at a named precision*. A rating carries precision, density, engine,
whether it is a peak or a measurement, and its source; adding unlike ratings raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

MILLI = 1000
"""One whole device in milli-devices."""


class Precision(StrEnum):
    """Number format in which operations are counted; INT8 counts operations."""

    FP64 = "fp64"
    FP32 = "fp32"
    TF32 = "tf32"
    FP16 = "fp16"
    BF16 = "bf16"
    FP8 = "fp8"
    FP4 = "fp4"
    INT8 = "int8"


class Density(StrEnum):
    """Whether structured zeros are counted as work."""

    DENSE = "dense"
    SPARSE = "sparse"


class Engine(StrEnum):
    """Unit of the device that does the work."""

    VECTOR = "vector"
    MATRIX = "matrix"


class Basis(StrEnum):
    """Peak by data sheet, or measured on the device."""

    PEAK = "peak"
    MEASURED = "measured"


class Isolation(StrEnum):
    """How firms on one device are kept apart, strongest first."""

    EXCLUSIVE = "exclusive"
    MIG = "mig"
    VGPU = "vgpu"
    MPS = "mps"
    TIMESLICE = "timeslice"


class UnlikeRatings(ValueError):
    """Ratings of unlike precision, density, engine or basis were added or compared."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Speed of a device or centre, at one precision.

    Attributes:
        mflops: 10⁶ operations per second, integer (1 P = 10⁹).
        precision, density, engine, basis: what was counted; None = not stated.
        source: who says so, with date.

    >>> a = Rating(989_000_000, Precision.FP16, Density.DENSE, Engine.MATRIX, Basis.PEAK, "sheet")
    >>> (a + a).p == Fraction(1978, 1000)
    True
    """

    mflops: int
    precision: Precision | None
    density: Density | None
    engine: Engine | None
    basis: Basis
    source: str

    @property
    def kind(self) -> tuple[Precision | None, Density | None, Engine | None, Basis]:
        """All that must agree before two ratings may be added."""
        return (self.precision, self.density, self.engine, self.basis)

    @property
    def p(self) -> Fraction:
        """PFLOPS, exact."""
        return Fraction(self.mflops, 10**9)

    def like(self, other: Rating) -> bool:
        """Say whether both ratings count the same thing; an unstated part is unlike all."""
        stated = None not in (self.precision, self.density)
        return stated and self.kind == other.kind

    def __add__(self, other: Rating) -> Rating:
        if not self.like(other):
            raise UnlikeRatings(f"{_words(self)} and {_words(other)} do not add")
        source = self.source if self.source == other.source else f"{self.source}; {other.source}"
        return Rating(self.mflops + other.mflops, *self.kind, source)

    def times(self, devices: Fraction | int) -> Rating:
        """Scale by a number of devices; the result is rounded down to 10⁶ operations."""
        return Rating(int(self.mflops * Fraction(devices)), *self.kind, self.source)


@dataclass(frozen=True, slots=True)
class Share:
    """What a lease takes of a pool: devices, memory, isolation.

    Attributes:
        milli_devices: 1000 = one device; a share of one device, or whole devices.
        memory_mib: device memory per device, MiB; 0 = not asked.
        isolation: weakest isolation that is good enough.

    >>> Share(250, 0, Isolation.TIMESLICE).milli_device_seconds(8)
    2000
    """

    milli_devices: int
    memory_mib: int
    isolation: Isolation

    def __post_init__(self) -> None:
        if self.milli_devices <= 0 or self.memory_mib < 0:
            raise ValueError("a share is positive")
        if self.milli_devices > MILLI and self.milli_devices % MILLI:
            raise ValueError("a share is below one device, or whole devices")

    def milli_device_seconds(self, seconds: int) -> int:
        """Quantity used in ``seconds``: milli-devices × seconds."""
        return self.milli_devices * seconds


def _words(rating: Rating) -> str:
    return " ".join(str(part or "not stated") for part in rating.kind)
