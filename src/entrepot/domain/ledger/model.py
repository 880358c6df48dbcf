"""Accounts, balances and transfers: the nouns of the ledger.

A transfer debits one account and credits another of the same asset. Its phase says what
it does: ``posted`` books at once, ``pending`` holds, and ``post``, ``void`` or ``expire``
resolve an earlier hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, cast

from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, Refused

COMPONENT_MAX = (1 << 63) - 1
"""Largest total that a component of a balance can reach: a signed 64-bit integer."""


class Phase(StrEnum):
    """What a transfer does to the balances."""

    POSTED = "posted"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"

    @property
    def resolves(self) -> bool:
        """Say whether the phase ends an earlier hold."""
        return self in (Phase.POST, Phase.VOID, Phase.EXPIRE)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the books.

    Attributes:
        id: number of the account, 1, 2, 3 … in the order of opening.
        code: unique name, kind and owner: ``prepaid:F-…``.
        asset: code of the asset it counts.
        owner: the part of the code after the colon; empty for the house's own.
        debit_bound: debits, held ones included, may not exceed posted credits.
        credit_bound: credits, held ones included, may not exceed posted debits.
        closed: takes no more transfers.
    """

    id: int
    code: str
    asset: str
    owner: str = ""
    debit_bound: bool = False
    credit_bound: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """The four totals of an account, in minor units; none is ever negative."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    @property
    def debit_net(self) -> int:
        """Posted debits less posted credits: what an asset or cost account holds."""
        return self.debits_posted - self.credits_posted

    @property
    def credit_net(self) -> int:
        """Posted credits less posted debits: what a liability or income account holds."""
        return self.credits_posted - self.debits_posted

    @property
    def credit_free(self) -> int:
        """What a debit-bound account can still spend: credit net less held debits."""
        return self.credit_net - self.debits_pending


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the books.

    Attributes:
        id: made by the client, 128 bits; the same id books once.
        debit: code of the account debited.
        credit: code of the account credited.
        amount: minor units, > 0.
        asset: asset of both accounts.
        code: kind of posting, for people and reports: ``charge``.
        phase: what it does.
        pending_id: the hold that a post, void or expire resolves.
        timeout_s: seconds after which a hold may expire; 0 is never.
        link_group: transfers of one group are booked all or none; empty is none.
        cause: id of the one business fact behind it.
        t: Unix second of booking; stamped by the store, no part of the client's body.
    """

    id: str
    debit: str
    credit: str
    amount: int
    asset: str
    code: str = ""
    phase: Phase = Phase.POSTED
    pending_id: str = ""
    timeout_s: int = 0
    link_group: str = ""
    cause: str = ""
    t: int = 0

    @property
    def body(self) -> tuple[object, ...]:
        """What must agree when the same id comes again: all but the time of booking."""
        return (
            self.debit,
            self.credit,
            self.amount,
            self.asset,
            self.code,
            str(self.phase),
            self.pending_id,
            self.timeout_s,
            self.link_group,
            self.cause,
        )

    def stamped(self, t: int) -> Transfer:
        """Return the transfer as booked at Unix second ``t``.

        >>> Transfer("T1", "a", "b", 5, "HKD").stamped(9).t
        9
        """
        # Spelt out: every posting passes here, and dataclasses.replace is six times slower.
        return Transfer(
            self.id,
            self.debit,
            self.credit,
            self.amount,
            self.asset,
            self.code,
            self.phase,
            self.pending_id,
            self.timeout_s,
            self.link_group,
            self.cause,
            t,
        )

    @property
    def deadline(self) -> int | None:
        """Unix second from which a hold may expire, or None."""
        return self.t + self.timeout_s if self.timeout_s else None


class _Kind(Protocol):
    def __call__(
        self, code: str, message: str, *, hint: str = "", **params: object
    ) -> EntrepotError: ...


_KINDS: Mapping[str, _Kind] = {
    "invalid": cast("_Kind", Invalid),
    "refused": cast("_Kind", Refused),
    "conflict": cast("_Kind", Conflict),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transfer was not booked, as a value.

    Attributes:
        code: stable name: ``ledger.funds``.
        message: template of the sentence, marked for translation.
        hint: template of the way out.
        kind: ``invalid``, ``refused`` or ``conflict``.
        params: values of the templates.
    """

    code: str
    message: str
    hint: str = ""
    kind: str = "refused"
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    def error(self) -> EntrepotError:
        """Return the refusal as an error to raise."""
        return _KINDS[self.kind](self.code, self.message, hint=self.hint, **self.params)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one transfer.

    Attributes:
        transfer: as booked, or as asked for when refused.
        refusal: why it was not booked; None if it stands in the books.
        repeated: it stood in the books already; nothing was booked now.
    """

    transfer: Transfer
    refusal: Refusal | None = None
    repeated: bool = False

    @property
    def booked(self) -> bool:
        """Say whether this call wrote the transfer."""
        return self.refusal is None and not self.repeated
