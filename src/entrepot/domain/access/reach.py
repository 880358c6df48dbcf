"""How far an action reaches: whose things a list may show to a principal."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.domain.access.can import gives, in_scopes
from entrepot.domain.access.model import Principal, ScopeKind
from entrepot.domain.access.table import RULES


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose things an action may touch.

    Attributes:
        everything: the whole house; the sets below then say nothing.
        firms, projects, centres, programmes: ids of those whose things are within reach.
    """

    everything: bool = False
    firms: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    centres: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        """Whether a list is empty whatever there is."""
        sets = (self.firms, self.projects, self.centres, self.programmes)
        return not self.everything and not any(sets)


def reach(principal: Principal, action: str) -> Reach:
    """Return whose things a principal may act on.

    A resource within it passes :func:`entrepot.domain.access.can.can`, apart from the rule of the
    second person, which asks for the proposer.

    Args:
        principal: who asks.
        action: ``noun.verb``; an unknown one reaches nothing.

    >>> from entrepot.domain.access.model import Grant
    >>> mei = Principal("U-1", "mei", (Grant("tenant", "firm", "F-1"),), "session")
    >>> sorted(reach(mei, "invoice.read").firms)
    ['F-1']
    """
    rule = RULES.get(action)
    if rule is None:
        return Reach()
    if rule.open_to == "all":
        return Reach(everything=True)
    if principal.via == "anonymous" or not in_scopes(principal.scopes, rule):
        return Reach()
    if rule.open_to == "signed_in":
        return Reach(everything=True)
    found = [(one.scope, one.scope_id) for one in principal.grants if gives(principal, rule, one)]

    def named(kind: ScopeKind) -> frozenset[str]:
        return frozenset(which for scope, which in found if scope == kind and which)

    house = any(scope == "house" for scope, _ in found)
    return Reach(house, named("firm"), named("project"), named("centre"), named("programme"))
