"""What the ledger's rules look at, and what they return: the books before, and the effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

from entrepot.domain.ledger.model import Account, Balance, Outcome, Phase, Transfer


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What ``apply`` needs to know of the books.

    Attributes:
        accounts: code → account; at least those that the transfers name.
        balances: code → balance; missing means zero.
        transfers: id → transfer; at least the ids that come again and the holds resolved.
        resolved: hold id → id of the transfer that resolved it.
        groups: link group → ids of its members.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    balances: Mapping[str, Balance] = field(default_factory=dict[str, Balance])
    transfers: Mapping[str, Transfer] = field(default_factory=dict[str, Transfer])
    resolved: Mapping[str, str] = field(default_factory=dict[str, str])
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def open(self, account: Account) -> LedgerState:
        """Return the state with one more account."""
        return replace(self, accounts={**self.accounts, account.code: account})

    def after(self, applied: Applied) -> LedgerState:
        """Return the state with the effects of ``applied``."""
        groups = dict(self.groups)
        for transfer in applied.booked:
            if transfer.link_group:
                members = groups.get(transfer.link_group, frozenset())
                groups[transfer.link_group] = members | {transfer.id}
        return LedgerState(
            self.accounts,
            {**self.balances, **applied.balances},
            {**self.transfers, **{transfer.id: transfer for transfer in applied.booked}},
            {**self.resolved, **{t.pending_id: t.id for t in applied.booked if t.pending_id}},
            groups,
        )

    @property
    def open_holds(self) -> list[Transfer]:
        """Holds that nothing has resolved, in the order of booking."""
        return [
            transfer
            for transfer in self.transfers.values()
            if transfer.phase is Phase.PENDING and transfer.id not in self.resolved
        ]


class Stamped(Sequence[Transfer]):
    """Transfers as booked at one time, each made when it is looked at.

    Args:
        transfers: as asked for.
        t: Unix second of booking.

    >>> Stamped([Transfer("T1", "a", "b", 5, "HKD")], 9)[0].t
    9
    """

    def __init__(self, transfers: Sequence[Transfer], t: int) -> None:
        self._transfers, self._t = transfers, t

    def __len__(self) -> int:
        return len(self._transfers)

    @overload
    def __getitem__(self, index: int) -> Transfer: ...
    @overload
    def __getitem__(self, index: slice) -> Stamped: ...
    def __getitem__(self, index: int | slice) -> Transfer | Stamped:
        if isinstance(index, slice):
            return Stamped(self._transfers[index], self._t)
        return self._transfers[index].stamped(self._t)


class AllBooked(Sequence[Outcome]):
    """The outcomes of a batch of which nothing was refused, each made when it is looked at.

    Args:
        stamped: the transfers as booked.
    """

    def __init__(self, stamped: Stamped) -> None:
        self.stamped = stamped

    def __len__(self) -> int:
        return len(self.stamped)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> AllBooked: ...
    def __getitem__(self, index: int | slice) -> Outcome | AllBooked:
        if isinstance(index, slice):
            return AllBooked(self.stamped[index])
        return Outcome(self.stamped[index])


@dataclass(frozen=True, slots=True)
class Applied:
    """What a sequence of transfers did.

    Attributes:
        outcomes: one for each transfer, in order.
        balances: new balances of the accounts that changed.
    """

    outcomes: Sequence[Outcome]
    balances: Mapping[str, Balance]

    @property
    def booked(self) -> Sequence[Transfer]:
        """Transfers that were written now."""
        if isinstance(self.outcomes, AllBooked):
            return self.outcomes.stamped
        return tuple(outcome.transfer for outcome in self.outcomes if outcome.booked)

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """Outcomes that carry a refusal."""
        if isinstance(self.outcomes, AllBooked):
            return ()
        return tuple(outcome for outcome in self.outcomes if outcome.refusal)

    def raise_refusal(self) -> None:
        """Raise the first refusal that is not merely the shadow of another.

        Raises:
            EntrepotError: something was refused.
        """
        reasons = [outcome.refusal for outcome in self.outcomes if outcome.refusal]
        if reasons:
            raise min(reasons, key=lambda reason: reason.code == "ledger.linked").error()
