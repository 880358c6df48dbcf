"""The table of rights: every action once, with who may do it. What is not here nobody may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from entrepot.domain.access.model import Level, Role, ScopeKind

Effect = Literal["read", "write"]
Open = Literal["", "all", "signed_in", "own"]

HOLDS: Mapping[Role, tuple[ScopeKind, ...]] = {
    "tenant": ("firm", "project"),
    "supplier": ("centre",),
    "operator": ("house",),
    "voucher_authority": ("programme",),
    "auditor": ("house",),
}
"""Role → scopes in which an account may hold it; a grant elsewhere gives nothing."""

TWO_PERSON_ROLES: frozenset[Role] = frozenset({"operator", "voucher_authority", "auditor"})
"""Roles that bear on all firms: one person proposes them, another one approves."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table.

    Attributes:
        action: ``noun.verb``.
        effect: whether it changes anything.
        roles: who may do it, each within the scope of the role.
        level: least level of the grant.
        open_to: ``all`` also the anonymous reader, ``signed_in`` any account, ``own`` the account
            itself; empty asks for a role.
        joint: whether members of a joint project may do it with what belongs to the project.
        second: whether only somebody other than the proposer may do it.
    """

    action: str
    effect: Effect
    roles: tuple[Role, ...] = ()
    level: Level = "read"
    open_to: Open = ""
    joint: bool = False
    second: bool = False

    @property
    def noun(self) -> str:
        """The thing acted on."""
        return self.action.partition(".")[0]


def _open(to: Open, *actions: str) -> list[Rule]:
    # Only what an account does to itself changes anything here, and nothing of the exchange.
    return [Rule(one, "write" if one == "own.change" else "read", open_to=to) for one in actions]


def _see(roles: tuple[Role, ...], *actions: str, joint: bool = False) -> list[Rule]:
    # Who audits reads whatever anybody reads.
    return [Rule(one, "read", (*roles, "auditor"), joint=joint) for one in actions]


def _do(
    roles: tuple[Role, ...],
    *actions: str,
    joint: bool = False,
    level: Level = "work",
    second: bool = False,
) -> list[Rule]:
    return [Rule(one, "write", roles, level, joint=joint, second=second) for one in actions]


_FIRM: tuple[Role, ...] = ("tenant",)
_CENTRE: tuple[Role, ...] = ("supplier",)
_DESK: tuple[Role, ...] = ("operator",)
_FUND: tuple[Role, ...] = ("voucher_authority",)
_ANY_LEAD: tuple[Role, ...] = ("tenant", "supplier", "operator")

TABLE: tuple[Rule, ...] = (
    *_open("all", "price.read", "offer.read", "centre.list", "checkpoint.read", "programme.read"),
    *_open("signed_in", "fact.read", "rule.read", "rate.read", "auction.read", "gate.check"),
    *_open("signed_in", "sandbox.use", "grid.use"),
    *_open("own", "own.read", "own.change"),
    # A firm and its joint projects
    *_see(_FIRM + _DESK, "quote.read", "lease.read", "job.read", "usage.read", joint=True),
    *_see(_FIRM, "log.read", "output.read", "order.read", joint=True),
    *_do(_FIRM, "quote.make", "lease.take", "job.run", "job.cancel", "order.place", joint=True),
    *_see(_FIRM + _DESK, "project.read", joint=True),
    *_do(_FIRM, "project.make", "project.close", level="lead"),
    *_see(_FIRM + _DESK, "firm.read", "invoice.read", "contract.read", "credit.read"),
    *_see(_FIRM + _DESK, "instrument.read", "data.read", "duty.read", "budget.read"),
    *_see(_FIRM + _DESK, "plan.read", "voucher.read"),
    *_see(_FIRM + _DESK + _FUND, "claim.read", "evidence.read"),
    *_do(_FIRM, "claim.make", "claim.prove", "instrument.file", "data.file", "duty.close"),
    *_do(_FIRM, "budget.set", "webhook.set", "firm.change", level="lead"),
    *_see(_FIRM, "webhook.read"),
    # A centre
    *_see(_CENTRE + _DESK, "centre.read", "pool.read", "agent.read", "utilisation.read"),
    *_see(_CENTRE + _DESK, "assignment.read", "statement.read", "ask.read"),
    *_do(_CENTRE, "pool.change", "offer.post", "offer.import", "ask.place"),
    *_do(_CENTRE + _DESK, "agent.enrol", "agent.drain"),
    *_do(_CENTRE + _DESK, "agent.revoke", level="lead"),
    # A voucher programme
    *_see(_FUND + _DESK, "fund.read"),
    *_do(_FUND, "fund.set", "claim.pay"),
    *_do(_FUND, "claim.decide", second=True),
    # The house
    *_see(_DESK, "settlement.read", "ledger.read", "journal.read", "journal.verify"),
    *_see(_DESK, "exposure.read", "approval.read", "account.read", "grant.read", "decision.read"),
    *_see(_DESK, "database.read", "metrics.read", "export.read", "review.read"),
    *_do(_DESK, "firm.register", "centre.register", "contract.sign", "plan.set"),
    *_do(_DESK, "auction.open", "auction.close", "invoice.issue", "payment.book", "reminder.send"),
    *_do(_DESK, "settlement.make", "settlement.release", "settlement.match", "credit.propose"),
    *_do(_DESK, "write_off.propose", "ledger.post", "rate.set", "fact.import", "rule.propose"),
    *_do(_DESK, "export.propose", "approval.withdraw", "database.save"),
    *_do(_DESK, "account.make", "account.disable", "session.end", "grant.propose", "grant.end"),
    *_do(_DESK, "approval.decide", "rule.sign", second=True),
    # Whoever leads appoints within what is led
    *_see(("tenant", "supplier", "voucher_authority", "operator"), "member.read", joint=True),
    *_do(
        ("tenant", "supplier", "operator"), "member.invite", "member.end", joint=True, level="lead"
    ),
)
"""Every action, in the order of the documentation."""

ACTIONS: tuple[str, ...] = tuple(rule.action for rule in TABLE)
"""Every action that there is."""

RULES: Mapping[str, Rule] = {rule.action: rule for rule in TABLE}
"""Action → its row."""
