"""Who asks, for what, by which rights, and the answer, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["tenant", "supplier", "operator", "voucher_authority", "auditor"]
ScopeKind = Literal["house", "firm", "project", "centre", "programme"]
Level = Literal["read", "work", "lead"]
Via = Literal["local", "session", "token", "anonymous"]

ROLES: tuple[Role, ...] = ("tenant", "supplier", "operator", "voucher_authority", "auditor")
LEVELS: tuple[Level, ...] = ("read", "work", "lead")
"""From the least to the most: who leads also works, who works also reads."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role within a scope.

    Attributes:
        role: what its holder does on the exchange.
        scope: of what the role holds; scope_id: of which one, empty for the house.
        level: ``read`` looks on, ``work`` also acts, ``lead`` also invites and appoints.
    """

    role: Role
    scope: ScopeKind
    scope_id: str = ""
    level: Level = "work"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        account_id: ``U-…``; empty for the local user of a home and for an anonymous reader.
        actor: name under which acts are journalled.
        grants: roles held.
        via: how the principal came in; ``local`` reads the database's file and so owns the home.
        scopes: what a token is narrowed to: actions, ``noun.*`` or ``read``; None narrows nothing.
    """

    account_id: str
    actor: str
    grants: tuple[Grant, ...] = ()
    via: Via = "anonymous"
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked for, with those whose it is.

    Attributes:
        kind: noun of the thing: ``invoice``; id: which one, empty for the kind as such.
        firm_id: firm whose it is; centre_id: centre; programme: voucher programme.
        project_id: joint project that it belongs to; its firm_id is then the paying firm.
        proposer: actor who proposed it, for decisions of a second person.
    """

    kind: str
    id: str = ""
    firm_id: str = ""
    centre_id: str = ""
    programme: str = ""
    project_id: str = ""
    proposer: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer.

    Attributes:
        allowed: whether the act may be done.
        rule: short stable name of the rule that decided: ``role``, ``unknown_action``.
        reason: template of one sentence, marked for translation.
    """

    allowed: bool
    rule: str
    reason: str


ANONYMOUS = Principal("", "anonymous")
"""Who reads public pages without an account."""


def local_principal(actor: str) -> Principal:
    """Return the user of a home on its own machine, with every role of the house.

    Who can read the database's file owns it; an account would only pretend otherwise.

    Args:
        actor: name under which acts are journalled.

    >>> local_principal("desk").grants[0].scope
    'house'
    """
    return Principal("", actor, tuple(Grant(role, "house", "", "lead") for role in ROLES), "local")
