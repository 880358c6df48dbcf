"""What a lease owes when its job is over: what was metered, and what its kind asks for at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.contracts.lease_kind import charged_quantity
from entrepot.domain.contracts.price_model import RatedUse
from entrepot.kernel.canonical import digest
from entrepot.kernel.text import N_
from entrepot.services.lease_terms import kept_in, terms_in

if TYPE_CHECKING:
    from entrepot.domain.metering.model import Usage
    from entrepot.kernel.period import Period
    from entrepot.services import records as r

OWED = N_("Least time and notice: {hours} device-hours at {price}")


def due_quantity(lease: r.Lease, job: r.Job, usage: Usage, metered: int) -> int:
    """Return the milli-device-seconds that a lease is charged.

    Args:
        lease: as it stands at the end; job: over.
        usage: what counts of it.
        metered: rated quantity of that usage, milli-device-seconds.
    """
    kept = kept_in(lease)
    if job.state == "lost" or (job.state == "failed" and not usage.last_seq):
        return metered + kept  # its centre did not keep its side
    return charged_quantity(
        terms_in(lease), metered, lease.milli_devices, usage.wall_seconds, lease.duration_s, kept
    )


def due_uses(
    lease: r.Lease, rated_id: str, metered: int, due: int, period: Period, price_version: str
) -> list[RatedUse]:
    """Return the pieces of a bill: what was metered, and apart from it what is owed beyond.

    Args:
        lease: billed.
        rated_id: of the rated line; metered: its milli-device-seconds.
        due: milli-device-seconds charged in all.
        period: of the run; price_version: of the quote.
    """
    uses = [RatedUse(rated_id, period, metered, price_version)] if metered else []
    if due > metered:
        name = digest({"lease": lease.id, "owed": due - metered})[:32]
        uses.append(RatedUse(name, period, due - metered, price_version, OWED))
    return uses
