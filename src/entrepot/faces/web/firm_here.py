"""For which firm a reader acts on a page: the one chosen, or the first that is theirs."""

from __future__ import annotations

from entrepot.faces.web.visit import Visit, absent
from entrepot.services import records as r


def firms_of(visit: Visit, action: str) -> list[r.Firm]:
    """Return the firms for which the reader may do something, in order of name."""
    reach = visit.reach(action)
    with visit.app.store.reading() as uow:
        if reach.everything:
            found = uow.registry.firms()
        else:
            known = (uow.registry.firm(firm_id) for firm_id in sorted(reach.firms))
            found = [firm for firm in known if firm is not None]
    return sorted(found, key=lambda firm: firm.name)


def firm_of(visit: Visit, action: str) -> r.Firm:
    """Return the firm for which the reader acts here.

    Raises:
        NotFound: none is theirs, or the one named is not.
    """
    found = firms_of(visit, action)
    named = visit.given("firm") or visit.asked("firm")
    chosen = [firm for firm in found if not named or firm.id == named]
    if not chosen:
        raise absent()
    return chosen[0]
