"""The foreign keys of transfers on PostgreSQL: looked at once a statement, not once a row.

A foreign key of PostgreSQL asks twice for each transfer, by a query of its own that locks the
account's row: more than half of the server's time for a batch. One trigger a statement joins all
new rows with the accounts instead, and refuses what a foreign key would refuse, with its SQLSTATE.
The other half of a foreign key, that no account goes away, is kept by the fences of
``ledger_account``: its rows are never deleted, and their numbers never change.

Source: PostgreSQL 15, CREATE TRIGGER, REFERENCING,
https://www.postgresql.org/docs/15/sql-createtrigger.html, 2026-11-21.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_accounts() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN
IF EXISTS (SELECT FROM (SELECT debit AS id FROM fresh UNION SELECT credit FROM fresh) AS used
WHERE NOT EXISTS (SELECT FROM ledger_account WHERE ledger_account.id = used.id)) THEN
RAISE EXCEPTION ''{table} names an account that was never opened''
USING ERRCODE = ''foreign_key_violation'';
END IF;
RETURN NULL;
END'
"""
_TRIGGER = """
CREATE OR REPLACE TRIGGER {table}_accounts
AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION {table}_accounts()
"""


def transfer_keys(table: Table) -> None:
    """Let PostgreSQL refuse transfers of accounts that do not exist.

    Args:
        table: the transfers, whose ``debit`` and ``credit`` are numbers of accounts.
    """
    for template in (_FUNCTION, _TRIGGER):
        statement = DDL(template.format(table=table.name))
        event.listen(table, "after_create", statement.execute_if(dialect="postgresql"))
