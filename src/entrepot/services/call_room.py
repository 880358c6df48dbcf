"""What room a call has for an option: devices on offer, and those of its own group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from entrepot.services.auction_folder import AuctionFolder
    from entrepot.services.call_body import OptionBody
    from entrepot.services.ports_market import Clearing, SealedOrder

Offered = Mapping[tuple[str, str], Sequence[int]]
"""Zone and class → devices on offer by slot."""


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option at the prices of its call; money in HKD cents.

    Attributes:
        option: as sealed; share_ppm: of it that was given.
        worth_minor, cost_minor: of the whole option; surplus: the first less the second.
        needed, offered: devices it takes at least, and the fewest that others than its own group
            offer in one of its slots.
        lawful: False where the house left it out when the call was run.
    """

    option: OptionBody
    share_ppm: int
    worth_minor: int
    cost_minor: int
    needed: int
    offered: int
    lawful: bool

    @property
    def place(self) -> tuple[str, str]:
        """Zone and class."""
        return self.option.zone, self.option.device_class

    @property
    def surplus_minor(self) -> int:
        """HKD cents that the prices leave."""
        return self.worth_minor - self.cost_minor

    @property
    def fits(self) -> bool:
        """Whether its pool has as many devices at all."""
        return self.needed <= self.offered


def in_own_group(
    order: SealedOrder, options: Sequence[OptionView], clearing: Clearing, folder: AuctionFolder
) -> bool:
    """Say whether an order was left out since its own group sells where it would run."""
    party = party_of(order, folder)
    every, others = offered_in(folder), offered_in(folder, party)
    own = [v for v in options if every.get(v.place) != others.get(v.place) and v.lawful]
    dropped = cast("Mapping[str, Sequence[object]]", clearing.certificate["dropped"])["orders"]
    shut = [view for view in own if not view.fits and _fits_in(view, every)]
    return bool(own) and (order.id in dropped or bool(shut))


def _fits_in(view: OptionView, offered: Offered) -> bool:
    return view.needed <= room_of(view.option, view.option.start, offered)


def party_of(order: SealedOrder, folder: AuctionFolder) -> str:
    """Return the beneficial group of an order as its call numbers it; empty if it is not there."""
    columns = folder.tables["orders"].columns
    parties = dict(zip(columns["order"], columns["party"], strict=True))
    return parties.get(order.id, "")


def offered_in(folder: AuctionFolder, without: str = "") -> dict[tuple[str, str], list[int]]:
    """Return pool → devices on offer by slot, those of one party left out."""
    found: dict[tuple[str, str], list[int]] = {}
    columns = folder.tables["asks"].columns
    names = ("zone", "class", "from", "to", "devices", "party")
    for zone, device, begin, end, devices, party in zip(*(columns[n] for n in names), strict=True):
        slots = found.setdefault((zone, device), [0] * folder.slots)
        for slot in range(int(begin), int(end)) if not without or party != without else ():
            slots[slot] += int(devices)
    return found


def room_of(option: OptionBody, start: int, offered: Offered) -> int:
    """Return the fewest devices on offer in a slot of an option, if it began at ``start``."""
    slots = offered.get((option.zone, option.device_class), ())
    return min(slots[start : start + option.length], default=0)
