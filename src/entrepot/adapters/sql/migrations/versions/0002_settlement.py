"""Schema 2: contracts, settlement and the bank, exchange of currencies, rows fenced by firm.

Its statements are in ``statements/0002.…``; ``tools/write_revision.py`` wrote them.
"""

from entrepot.adapters.sql.revisions import run_revision

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from schema 1 to schema 2."""
    run_revision("0002", "upgrade")


def downgrade() -> None:
    """Lead back to schema 1; what only schema 2 can hold is lost."""
    run_revision("0002", "downgrade")
