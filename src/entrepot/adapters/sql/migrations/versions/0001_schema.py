"""Schema 1: the first tables of the ledger, the journal and the business.

A revision is numbered as the schema it leads to. Until schema 1 is released its tables
are those of the metadata; the next schema freezes them here.
"""

from alembic import op

from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.migrate import load_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    load_tables()
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drop the tables."""
    load_tables()
    metadata.drop_all(op.get_bind())
