"""Rate this machine, and put the figure on a centre whose devices are this machine's processors."""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.kernel.compute import Rating
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.register import rate_centre

LOCAL = "local"
PROCESSOR = "processor"


def measurable(app: App, centre_id: str) -> r.Centre:
    """Return a centre that a measurement of this machine may rate.

    Raises:
        NotFound: it is not under contract here.
        Refused: it is another machine, or its devices are no processors.
    """
    with app.store.reading() as uow:
        centre = uow.registry.centre(centre_id)
        pools = [pool for pool in uow.registry.pools() if pool.centre_id == centre_id]
    if centre is None:
        raise NotFound(
            "centre.unknown",
            N_("No centre {id} is under contract here."),
            hint=N_("entrepot centres list shows those that are."),
            id=centre_id[:80],
        )
    others = [pool.device_id for pool in pools if not _is_processor(app, pool.device_id)]
    if centre.backend != LOCAL or others:
        raise Refused(
            "centre.elsewhere",
            N_("Centre {id} is not made of this machine's processors, so this cannot rate it."),
            hint=N_("entrepot centres measure, without a centre, only prints the figures."),
            id=centre_id,
        )
    return centre


def keep_rating(app: App, centre: r.Centre, ratings: Sequence[Rating], key: str) -> list[r.Pool]:
    """Put measured ratings beside the peaks of a centre's pools, and return the pools."""
    return rate_centre(app, centre.id, ratings, key)


def _is_processor(app: App, device_id: str) -> bool:
    device = app.facts.devices.get(device_id)
    return device is not None and device.kind == PROCESSOR
