"""Schema 1: the first tables of the ledger, the journal and the business."""

from entrepot.adapters.sql.revisions import run_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    run_schema("0001")


def downgrade() -> None:
    """Refuse: no schema was before this one."""
    raise RuntimeError("schema 1 is the first")
