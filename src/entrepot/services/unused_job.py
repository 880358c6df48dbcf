"""The job of a lease on which nothing ran, so that the lease is billed and closed as any other."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.services import records as r


def unused_job(
    lease: r.Lease,
    job_id: str,
    now: int,
    *,
    reason: str,
    message: str,
    spec: Mapping[str, object] | None = None,
) -> r.Job:
    """Return a cancelled job that used nothing.

    Args:
        lease: whose it is; job_id: its id; now: Unix second of its beginning and end.
        reason: why, as a code; message: as a marked sentence.
        spec: what the bill has to know besides.
    """
    return r.Job(
        id=job_id,
        lease_id=lease.id,
        firm_id=lease.firm_id,
        centre_id=lease.centre_id,
        fence=lease.fence,
        name="unused",
        state="cancelled",
        created_at=now,
        started_at=None,
        ended_at=now,
        exit_code=None,
        reason=reason,
        message=message,
        spec=dict(spec or {}),
        label={"inbound": {}, "returned": {}},
        outputs=(),
    )
