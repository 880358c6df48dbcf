"""Why a place of a call, or a start there, is left out of an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.reasons import Reason
from entrepot.kernel.text import N_
from entrepot.services.records import Body

Place = tuple[str, str]
"""Zone and class of a call: a centre and a device."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A pool of the call that does not serve an order, or not in some slots.

    Attributes:
        place: zone and class; filter: name of the filter; reason: in words.
        begin, end: slots concerned, half-open.
    """

    place: Place
    filter: str
    reason: Reason
    begin: int
    end: int

    def body(self) -> Body:
        """Return it as plain values, the sentence as template, values and English text."""
        return {
            "zone": self.place[0],
            "class": self.place[1],
            "filter": self.filter,
            "from": self.begin,
            "to": self.end,
            "template": self.reason.template,
            "params": {name: str(value) for name, value in self.reason.params.items()},
            "text": self.reason.render(),
        }


def sentence_of(body: Body, translate: Callable[[str], str] = str) -> str:
    """Return the sentence of a kept :class:`Dropped` in the language of ``translate``.

    >>> sentence_of({"template": "is {has}", "params": {"has": "far"}})
    'is far'
    """
    params = cast("dict[str, object]", body["params"])
    return Reason(str(body["template"]), params).render(translate)


def shut(place: Place, outcome: str, day: str, begin: int, end: int) -> Dropped:
    """Return that the gate shuts a place on a day."""
    reason = Reason(
        N_("on {day} the gate says {outcome} there; entrepot gate check tells why"),
        {"day": day, "outcome": outcome},
    )
    return Dropped(place, Filter.GATE.value, reason, begin, end)


def unpaid_duties(place: Place, begin: int, end: int) -> Dropped:
    """Return that the gate asks for duties which the order does not accept."""
    reason = Reason(N_("the gate asks for duties there; write accept_duties: true to accept them"))
    return Dropped(place, "duties", reason, begin, end)


def no_offer(place: Place, slots: int) -> Dropped:
    """Return that a centre offers no whole device of a class."""
    reason = Reason(N_("the centre offers no whole devices of this kind"))
    return Dropped(place, Filter.DEVICE.value, reason, 0, slots)
