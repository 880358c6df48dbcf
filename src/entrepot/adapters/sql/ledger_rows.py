"""Rows of the ledger's tables: how accounts and transfers are written, read and hashed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.domain.ledger.chain import Cell
from entrepot.domain.ledger.columns import Columns
from entrepot.domain.ledger.model import Account, Balance, Phase, Transfer

ACCOUNT_CHAINED = ("id", "code", "asset", "owner", "debit_bound", "credit_bound", "opened_batch")
"""Columns of an account that the hash of its opening batch covers."""

TRANSFER_CHAINED = tuple(column.name for column in tables.transfer.columns)
"""Columns of a transfer that the hash of its batch covers: all of them."""


def account_row(account: Account, batch: int) -> dict[str, Cell]:
    """Return the row of an account that a batch opens."""
    return {
        "id": account.id,
        "code": account.code,
        "asset": account.asset,
        "owner": account.owner,
        "debit_bound": int(account.debit_bound),
        "credit_bound": int(account.credit_bound),
        "opened_batch": batch,
    }


def read_account(row: Any) -> Account:
    """Return the account of a row."""
    return Account(
        row.id,
        row.code,
        row.asset,
        row.owner,
        bool(row.debit_bound),
        bool(row.credit_bound),
        row.closed_batch != 0,
    )


def read_balance(row: Any) -> Balance:
    """Return the four totals of an account's row."""
    return Balance(row.debits_posted, row.credits_posted, row.debits_pending, row.credits_pending)


def transfer_columns(
    batch: Columns, first: int, number: int, t: int, accounts: Mapping[str, int]
) -> list[list[Any]]:
    """Return the columns of a batch of transfers as the table has them, in its order.

    Args:
        batch: transfers as booked.
        first: number of the first of them.
        number: of the batch.
        t: Unix second of booking.
        accounts: code → number of every account named.
    """
    size = len(batch.id)
    return [
        list(range(first, first + size)),
        [number] * size,
        batch.id,
        [accounts[code] for code in batch.debit],
        [accounts[code] for code in batch.credit],
        batch.amount,
        batch.asset,
        batch.code,
        [_VALUES[phase] for phase in batch.phase],
        batch.pending_id,
        batch.timeout_s,
        batch.link_group,
        batch.cause,
        [t] * size,
    ]


# A plain string: the driver would convert every single member of the enumeration.
_VALUES = {phase: phase.value for phase in Phase}


def totals(balance: Balance, number: int) -> tuple[int, int, int, int, int]:
    """Return the four totals of an account, then its number."""
    return (
        balance.debits_posted,
        balance.credits_posted,
        balance.debits_pending,
        balance.credits_pending,
        number,
    )


TRANSFER_FIELDS = tuple(field.name for field in fields(Transfer))
"""Columns of a transfer in the order of its fields; ``debit`` and ``credit`` as codes."""

_PHASE = TRANSFER_FIELDS.index("phase")
# Four times quicker than asking the enumeration.
_PHASES = {phase.value: phase for phase in Phase}


def read_transfer(cells: Sequence[Any]) -> Transfer:
    """Return the transfer of a row's cells, in the order of its fields.

    Raises:
        ValueError: the row's phase is none.
    """
    values: list[Any] = list(cells)
    values[_PHASE] = _PHASES.get(values[_PHASE]) or Phase(values[_PHASE])
    return Transfer(*values)


CHUNK = 5_000
"""Values of one IN list: below the limits of both databases."""


def chunks(values: set[str]) -> Iterator[list[str]]:
    """Cut a set of values, in order, into lists that fit one statement."""
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
