"""The gate's records as the services see them: manifests, mix checks, counts of exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OriginManifest:
    """Where a data set comes from and whose it is, as recorded.

    Attributes:
        id: ``M-…``; firm_id: who recorded it; name: of the data set.
        family: data sets that are parts of one whole share it; the manifest's own id else.
        sha256: digest of the file or folder; size_bytes, files: how much was read.
        collected_in: ISO 3166-1 codes; controller: who decides about the data.
        persons: persons without the sensitive ones; sensitive: persons with sensitive data.
        recorded_on: ISO day.
    """

    id: str
    firm_id: str
    name: str
    family: str
    sha256: str
    size_bytes: int
    files: int
    collected_in: tuple[str, ...]
    controller: str
    persons: int
    sensitive: int
    recorded_on: str


@dataclass(frozen=True, slots=True)
class MixCheck:
    """What a check of a base model or corpus added on the mainland found.

    Attributes:
        id: ``MX-…``; firm_id: for whom; model: name; sha256: digest of what was checked.
        mixes_cn_personal, mixes_cn_important: whether it holds such mainland data.
        checked_by: who; checked_on: ISO day.
    """

    id: str
    firm_id: str
    model: str
    sha256: str
    mixes_cn_personal: bool
    mixes_cn_important: bool
    checked_by: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class Isolation:
    """A statement that a firm's data are kept apart at a centre, as recorded.

    Attributes:
        id: ``IS-…``; firm_id: whose data; centre_id: where.
        lease_id: for this lease only; empty = for every lease of the firm there.
        separation: how; key_holder: who holds the key, empty where nothing is encrypted.
        stated_by: who vouches for it; sha256: digest of the evidence.
        from_day: first day; until_day: first day without, empty = open. ISO days.
        recorded_on: ISO day.
        ended_on, ended_by, end_reason: empty while nobody has ended it.
    """

    id: str
    firm_id: str
    centre_id: str
    lease_id: str
    separation: str
    key_holder: str
    stated_by: str
    sha256: str
    from_day: str
    until_day: str
    recorded_on: str
    ended_on: str = ""
    ended_by: str = ""
    end_reason: str = ""


@dataclass(frozen=True, slots=True)
class ExportCount:
    """Persons of one data set that a booking sends out of the mainland.

    Attributes:
        id: ``XC-…``; group_id: control group that counts; firm_id: who booked.
        lease_id: the booking; None = stated by the firm for exports outside this house.
        set_id: the data set: manifest, else the lease; family: of the manifest, else empty.
        persons, sensitive: of the leg; on_day: ISO day of the booking; state: held, released.
    """

    id: str
    group_id: str
    firm_id: str
    lease_id: str | None
    set_id: str
    family: str
    persons: int
    sensitive: int
    on_day: str
    state: str


@dataclass(frozen=True, slots=True)
class TreeDigest:
    """What was read of a file or folder: SHA-256, bytes, number of files."""

    sha256: str
    size_bytes: int
    files: int


class GateRecords(Protocol):
    """Records on which verdicts of the gate rest."""

    def add_manifest(self, manifest: OriginManifest) -> None:
        """Keep an origin manifest."""
        ...

    def manifest(self, manifest_id: str) -> OriginManifest | None:
        """Return an origin manifest."""
        ...

    def manifests(self, firm_id: str) -> list[OriginManifest]:
        """Return the manifests of a firm in order of id."""
        ...

    def add_mix_check(self, check: MixCheck) -> None:
        """Keep a mix check."""
        ...

    def mix_check(self, check_id: str) -> MixCheck | None:
        """Return a mix check."""
        ...

    def mix_checks(self, firm_id: str) -> list[MixCheck]:
        """Return the mix checks of a firm in order of id."""
        ...

    def add_isolation(self, isolation: Isolation) -> None:
        """Keep a statement of isolation."""
        ...

    def isolation(self, isolation_id: str) -> Isolation | None:
        """Return a statement of isolation."""
        ...

    def isolations(self, firm_id: str) -> list[Isolation]:
        """Return the statements of a firm in order of id."""
        ...

    def end_isolation(self, isolation_id: str, on: str, by: str, reason: str) -> bool:
        """End a statement from a day on; False if it is ended, or not there."""
        ...

    def add_export(self, count: ExportCount) -> None:
        """Keep a count."""
        ...

    def exports(self, group_id: str) -> list[ExportCount]:
        """Return the counts held for a control group in order of id."""
        ...

    def exports_of_family(self, family: str) -> list[ExportCount]:
        """Return the counts held for a family of manifests, of every group."""
        ...

    def release_exports(self, lease_id: str) -> None:
        """Take the counts of a lease out."""
        ...

    def release_export(self, count_id: str) -> None:
        """Take one count out."""
        ...


class WithGateRecords(Protocol):
    """A transaction over the gate's records."""

    @property
    def gate_records(self) -> GateRecords:
        """Manifests, mix checks, counts of exports."""
        ...
