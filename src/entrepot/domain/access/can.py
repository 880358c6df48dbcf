"""The one question of access: may this principal do this to that?

A principal may, if a row of the table names a role that it holds at the level asked, in a scope
that covers the resource; if its token is not narrowed below that; and, for a second person's act,
if somebody else proposed it. Everything else is denied.
"""

from __future__ import annotations

from entrepot.domain.access.model import LEVELS, Grant, Principal, Resource, Verdict
from entrepot.domain.access.table import HOLDS, RULES, Rule
from entrepot.kernel.text import N_

_ALLOWED = N_("A role of the account gives this right.")
_REASONS = {
    "unknown_action": N_("There is no such action."),
    "token_scope": N_("The token is not made for this."),
    "sign_in": N_("This needs an account: sign in first."),
    "hidden": N_("There is no such thing, or it is not yours."),
    "role": N_("No role of the account gives this right."),
    "proposer_unknown": N_("It is not known who proposed it, so nobody can decide on it."),
    "second_person": N_("Who proposed it cannot decide on it: another person has to."),
}


def can(principal: Principal, action: str, resource: Resource) -> Verdict:
    """Decide whether a principal may do something.

    Args:
        principal: who asks.
        action: ``noun.verb`` of :data:`entrepot.domain.access.table.ACTIONS`.
        resource: on what, with those whose it is; what is not said belongs to the house.

    Returns:
        The answer. A denial's rule is ``hidden`` where the principal may not even read the thing,
        so that a refusal can look like absence.

    >>> tenant = Principal("U-1", "mei", (Grant("tenant", "firm", "F-1"),), "session")
    >>> can(tenant, "quote.make", Resource("quote", firm_id="F-1")).allowed
    True
    >>> can(tenant, "quote.read", Resource("quote", "Q-1", firm_id="F-2")).rule
    'hidden'
    >>> can(tenant, "rate.set", Resource("rate")).rule
    'role'
    """
    rule = RULES.get(action)
    if rule is None:
        return _no("unknown_action")
    if rule.open_to == "all":
        return Verdict(True, "public", _ALLOWED)
    if principal.via == "anonymous":
        return _no("sign_in")
    if not in_scopes(principal.scopes, rule):
        return _no("token_scope")
    if not _holds(principal, rule, resource):
        return _no("role" if _is_seen(principal, rule, resource) else "hidden")
    return _by_another(principal, resource) if rule.second else Verdict(True, "role", _ALLOWED)


def in_scopes(scopes: frozenset[str] | None, rule: Rule) -> bool:
    """Say whether a token's scopes leave an action: by name, ``noun.*``, or ``read``.

    >>> in_scopes(frozenset({"job.*"}), RULES["job.run"])
    True
    >>> in_scopes(frozenset({"read"}), RULES["job.run"])
    False
    """
    if scopes is None:
        return True
    reads = rule.effect == "read" and "read" in scopes
    return reads or rule.action in scopes or f"{rule.noun}.*" in scopes


def gives(principal: Principal, rule: Rule, grant: Grant) -> bool:
    """Say whether a grant gives an action somewhere, whatever the resource."""
    in_place = grant.scope in HOLDS[grant.role] or (
        principal.via == "local" and grant.scope == "house"
    )
    joint = grant.scope != "project" or rule.joint
    enough = LEVELS.index(grant.level) >= LEVELS.index(rule.level)
    return in_place and joint and enough and grant.role in rule.roles


def covers(grant: Grant, resource: Resource) -> bool:
    """Say whether a resource lies within the scope of a grant.

    >>> covers(Grant("tenant", "firm", ""), Resource("quote"))
    False
    """
    if grant.scope == "house":
        return True
    whose = {
        "firm": resource.firm_id,
        "project": resource.project_id,
        "centre": resource.centre_id,
        "programme": resource.programme,
    }[grant.scope]
    return bool(whose) and whose == grant.scope_id


def _holds(principal: Principal, rule: Rule, resource: Resource) -> bool:
    if rule.open_to in ("all", "signed_in"):
        return True
    if rule.open_to == "own":
        return bool(principal.account_id) and resource.id == principal.account_id
    return any(gives(principal, rule, one) and covers(one, resource) for one in principal.grants)


def _is_seen(principal: Principal, rule: Rule, resource: Resource) -> bool:
    """Say whether the principal knows of the resource anyhow, so that a refusal tells nothing."""
    owners = (resource.firm_id, resource.centre_id, resource.programme, resource.project_id)
    if not resource.id and not any(owners):
        return True
    reading = RULES.get(f"{rule.noun}.read")
    return reading is not None and _holds(principal, reading, resource)


def _by_another(principal: Principal, resource: Resource) -> Verdict:
    if not resource.proposer.strip():
        return _no("proposer_unknown")
    if resource.proposer.strip().casefold() == principal.actor.strip().casefold():
        return _no("second_person")
    return Verdict(True, "role", _ALLOWED)


def _no(rule: str) -> Verdict:
    return Verdict(False, rule, _REASONS[rule])
