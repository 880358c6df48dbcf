"""The chain of signed usage reports of one run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.local.folder import Body, whole
from entrepot.adapters.identity.signing import SigningKey, load
from entrepot.domain.metering.model import NO_REPORT, UsageReport
from entrepot.domain.metering.report import read_report, write_report
from entrepot.kernel.canonical import sha256_hex
from entrepot.services.backend_port import SignedReport


def read_reports(path: Path) -> list[SignedReport]:
    """Return the reports in a file; a last line that was cut by a crash does not count."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    return [_read_line(line) for line in data.splitlines(keepends=True) if line.endswith(b"\n")]


def _read_line(line: bytes) -> SignedReport:
    fields = cast(dict[str, str], json.loads(line))
    return SignedReport(
        fields["body"].encode(), bytes.fromhex(fields["signature"]), fields["key_id"]
    )


class Meter:
    """Writer of the chain; goes on where the file ends.

    Args:
        path: file of the reports.
        spec: stored spec of the run.
        key: the centre's key.
        started_at: Unix second at which the run began.
    """

    def __init__(self, path: Path, spec: Body, key: SigningKey, started_at: int) -> None:
        self._path = path
        self._spec = spec
        self._key = key
        self._started_at = started_at
        _cut_torn_line(path)
        reports = read_reports(path)
        self._prev = sha256_hex(reports[-1].body) if reports else NO_REPORT
        self._last = read_report(reports[-1].body) if reports else None

    @property
    def is_final(self) -> bool:
        """Whether the last word has been said."""
        return self._last is not None and self._last.final

    @property
    def wall_seconds(self) -> int:
        """Seconds that have been reported."""
        return self._last.wall_seconds if self._last else 0

    def report(
        self,
        wall_seconds: int,
        cpu_ms: int,
        memory_peak_bytes: int,
        *,
        waited_ms: int | None = None,
        final: bool = False,
        recovered: bool = False,
    ) -> None:
        """Sign and append a report; no quantity ever falls below an earlier report.

        Args:
            wall_seconds: seconds the devices have been held, cumulative.
            cpu_ms: processor time, milliseconds, cumulative.
            memory_peak_bytes: largest resident memory so far.
            waited_ms: ready but kept waiting, milliseconds, cumulative; None = not measured now.
            final: whether no report follows.
            recovered: whether the meter had died before.
        """
        last = self._last
        wall = max(wall_seconds, last.wall_seconds if last else 0)
        report = UsageReport(
            centre_id=str(self._spec["centre_id"]),
            lease_id=str(self._spec["lease_id"]),
            job_id=str(self._spec["job_id"]),
            fence=whole(self._spec, "fence"),
            seq=last.seq + 1 if last else 1,
            start=last.end if last else self._started_at,
            end=self._started_at + wall,
            wall_seconds=wall,
            milli_device_seconds=whole(self._spec, "milli_devices") * wall,
            cpu_ms=max(cpu_ms, last.cpu_ms if last else 0),
            memory_peak_bytes=max(memory_peak_bytes, last.memory_peak_bytes if last else 0),
            final=final,
            recovered=recovered,
            prev=self._prev,
            waited_ms=_not_below(waited_ms, last.waited_ms if last else None),
        )
        body = write_report(report)
        line = {
            "body": body.decode(),
            "key_id": self._key.key_id,
            "signature": self._key.sign(body).hex(),
        }
        with self._path.open("ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._last, self._prev = report, sha256_hex(body)


def _not_below(number: int | None, before: int | None) -> int | None:
    known = [one for one in (number, before) if one is not None]
    return max(known) if known else None


class Unsigned:
    """Stands for a meter where no key is: the heartbeat tells, and whoever has the key signs."""

    def report(
        self,
        wall_seconds: int,
        cpu_ms: int,
        memory_peak_bytes: int,
        *,
        waited_ms: int | None = None,
        final: bool = False,
        recovered: bool = False,
    ) -> None:
        """Write nothing."""


def key_of(spec: Body) -> SigningKey | None:
    """Return the key that a stored spec names; None for a run that is signed elsewhere.

    Raises:
        NotFound, Refused, Fault: the key cannot be used.
    """
    key = spec.get("key")
    return load(Path(str(key))) if key else None


def meter_of(path: Path, spec: Body, key: SigningKey | None, started_at: int) -> Meter | Unsigned:
    """Return the meter of a run; one that signs if there is a key.

    Args:
        path: file of the reports.
        spec: stored spec of the run; key: see :func:`key_of`.
        started_at: Unix second at which the run began.
    """
    return Meter(path, spec, key, started_at) if key else Unsigned()


def _cut_torn_line(path: Path) -> None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    if data and not data.endswith(b"\n"):
        os.truncate(path, data.rfind(b"\n") + 1)
