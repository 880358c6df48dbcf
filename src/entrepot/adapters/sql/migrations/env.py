"""Alembic's entry: revisions run on the connection, and in the transaction, of the caller."""

from alembic import context

from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.migrate import load_tables

load_tables()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, transactional_ddl=True, render_as_batch=True
)
context.run_migrations()
