"""Acts that two persons do together: by kind, the module that knows what approval does.

A module listed here exposes ``ACT``. It is imported only when an act of its kind is proposed,
shown or approved.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.records import Body

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal

VALID_S = 7 * 86_400
"""How long a proposal waits for its second person."""

MODULES: Mapping[str, str] = {
    "credit_note": "entrepot.services.credit_approval",
    "export_approval": "entrepot.services.export_approval",
    "fx_rate": "entrepot.services.fx_import",
    "manual_posting": "entrepot.services.manual_posting",
    "role_grant": "entrepot.services.role_grant",
    "settlement_match": "entrepot.services.settle_match",
    "settlement_release": "entrepot.services.settle_release",
    "write_off": "entrepot.services.write_off",
}
"""Kind of act → module with its ``ACT``; a kind whose module is not here cannot be proposed."""


@dataclass(frozen=True, slots=True)
class Act:
    """A kind of act.

    Attributes:
        title: what it is, marked for translation.
        basis: (app, transaction, subject, body) → digest of everything the proposer has looked
            at; raises when the act cannot be proposed. A proposal whose basis is another at the
            approval is refused.
        apply: (app, transaction, proposal) → what was done. Runs in the transaction of the
            approval, so that both stand or neither; :func:`act_body` gives what was proposed.
        valid_s: how long a proposal waits for its second person.
    """

    title: str
    basis: Callable[[App, UnitOfWork, str, Body], str]
    apply: Callable[[App, UnitOfWork, Proposal], Body]
    valid_s: int = VALID_S


def act_body(proposal: Proposal) -> Body:
    """Return the act as it was proposed."""
    return cast(Body, proposal.body["act"])


def act_of(kind: str) -> Act:
    """Return the act of a kind.

    Raises:
        Invalid: no such kind, or nothing here can do it.
    """
    module = MODULES.get(kind)
    if module is not None:
        try:
            found = importlib.import_module(module).ACT
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
        else:
            assert isinstance(found, Act)
            return found
    raise Invalid(
        "four_eyes.kind",
        N_("{kind} is no act that two persons can do here."),
        hint=N_("Known acts: {known}."),
        kind=kind[:60],
        known=", ".join(name for name, where in MODULES.items() if find_spec(where)),
    )
