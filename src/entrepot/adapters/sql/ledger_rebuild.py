"""Balances rebuilt from the transfers, compared with those kept, and put in their place.

The four totals of an account are a cache of its transfers. Whatever has happened to the cache,
the transfers give it back byte for byte, as long as their chain holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from entrepot.adapters.sql.ledger_chain import Books, read_books
from entrepot.adapters.sql.ledger_rows import totals
from entrepot.adapters.sql.ledger_write import write_balances
from entrepot.domain.ledger.model import Balance
from entrepot.domain.ledger.replay import Replayed, differences
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

Difference = tuple[str, Balance, Balance]
"""Account, its balance by the transfers, its balance as kept."""


def balance_differences(conn: Connection) -> list[Difference]:
    """Return the accounts whose kept balance is not that of their transfers.

    Args:
        conn: a connection.

    Raises:
        Fault: the chain over the transfers does not hold, so that they prove nothing.
    """
    rebuilt, books = _rebuilt(conn)
    if rebuilt is None or rebuilt.failed:
        raise Fault(
            "ledger.broken",
            N_("The transfers themselves were damaged, so no balance can be rebuilt from them."),
            hint=N_("See: entrepot ledger check. Restore the last backup of the home folder."),
        )
    return differences(rebuilt, books.balances)


def _rebuilt(conn: Connection) -> tuple[Replayed | None, Books]:
    try:
        books = read_books(conn)
    except (TypeError, ValueError, KeyError):
        return None, Books()
    return None if books.problems else books.replay.result(), books


def write_rebuilt(conn: Connection, found: Sequence[Difference], numbers: dict[str, int]) -> None:
    """Put rebuilt balances in place of those kept.

    Args:
        conn: connection that holds the writer's place.
        found: what :func:`balance_differences` returned in the same transaction.
        numbers: code → number of each account.
    """
    if found:
        write_balances(conn, [totals(right, numbers[code]) for code, right, _kept in found])
