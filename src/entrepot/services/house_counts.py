"""What the house itself has granted to a firm, for a case that states no count of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.domain.vouchers.case import ClaimsLedger, Entitlement, EntitlementCase, Line
from entrepot.domain.vouchers.model import Ceiling, Version
from entrepot.domain.vouchers.reserve import limit_keys
from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services.firms import the_firm

if TYPE_CHECKING:
    from entrepot.services.app import App

USED = "used_this_year_minor"
LEDGER = "ledger"
FLAG = "counted_by_the_house: {key}"
"""Flag of a count that the case did not state and the house's own book gave."""

_NEEDED = {
    USED: (Ceiling.FIRM_YEAR, Ceiling.SOFT_FIRM_YEAR),
    LEDGER: (Ceiling.FIRM_LIFETIME, Ceiling.IN_FORCE),
}
"""Count → ceilings that it fills."""


@dataclass(frozen=True, slots=True)
class HouseBook:
    """Counters of the house for one firm.

    Attributes:
        app: the exchange.
        group: control group of the firm; None = no firm is registered, so nothing was granted.
        keys: counts that nobody states.
    """

    app: App
    group: str | None
    keys: tuple[str, ...]

    def fill(self, case: EntitlementCase, opening: Entitlement) -> EntitlementCase:
        """Return the case with what the house has granted, where its version has such caps.

        Args:
            case: does not state the counts of ``keys``.
            opening: a first judgement of it, for version and year.
        """
        version = opening.version
        if version is None:
            return case
        used = self._used(version, case.programme, opening.year)
        keys = self._needed(version)
        if USED in keys:
            granted = max(used.get(name.value, 0) for name in _NEEDED[USED])
            case = replace(case, used_this_year_minor=granted)
        if LEDGER in keys:
            lifetime, in_force = (used.get(name.value, 0) for name in _NEEDED[LEDGER])
            case = replace(case, ledger=ClaimsLedger(lifetime, in_force))
        return case

    def say(self, case: EntitlementCase, answer: Entitlement) -> Entitlement:
        """Return the answer with a flag and a line for each count that the house gave."""
        if answer.version is None:
            return answer
        keys = self._needed(answer.version)
        before = [line.step == "cap" for line in answer.lines]
        place = before.index(True) if any(before) else len(before)
        told = tuple(self._line(key, case, answer) for key in keys)
        return replace(
            answer,
            flags=(*answer.flags, *(FLAG.format(key=key) for key in keys)),
            lines=(*answer.lines[:place], *told, *answer.lines[place:]),
        )

    def _line(self, key: str, case: EntitlementCase, answer: Entitlement) -> Line:
        if self.group is None:
            text = N_("{key} is not stated, and this house has granted nothing to anybody.")
            return Line("cap", "holds", text, {"key": key})
        before = max(case.ledger.lifetime_minor, case.ledger.in_force_minor)
        minor = case.used_this_year_minor if key == USED else before
        text = N_("{key} is not stated; the house's own book has granted {used} to {group}.")
        params = {"key": key, "used_minor": minor or 0, "group": self.group}
        return Line("cap", "holds", text, params, currency=answer.currency)

    def _needed(self, version: Version) -> list[str]:
        """Return the counts that stated caps of the version need."""
        stated = {name for name, limit in version.ceilings.items() if limit is not None}
        return [key for key in self.keys if stated.intersection(_NEEDED[key])]

    def _used(self, version: Version, programme: str, year: int) -> Mapping[str, int]:
        if self.group is None:
            return {}
        keys = limit_keys(version, programme, self.group, year)
        with self.app.store.reading() as uow:
            return {key.name: uow.vouchers.used(key.scope) for key in keys}


def house_book(app: App, firm_id: str | None, *, ledger: bool = True) -> HouseBook:
    """Return the counters for a firm; without a home or a firm, nothing has been granted.

    Args:
        app: the exchange.
        firm_id: the firm; None = the only one of the home.
        ledger: whether nobody states what was granted before this year either.

    Raises:
        NotFound: the firm that was named is not registered.
        Invalid: several firms are registered and none is named.
    """
    keys = (USED, LEDGER) if ledger else (USED,)
    try:
        return HouseBook(app, the_firm(app, firm_id).group_id, keys)
    except NotFound:
        if firm_id is not None:
            raise
        return HouseBook(app, None, keys)
