"""What key figures and periodic reports are computed from."""

from claims.migrations import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the worker fills them from the beginning of the log."""
    run_script("0005_kpis.sql")


def downgrade() -> None:
    """Refuse, as every revision does."""
    raise NotImplementedError("reports that were made from it could not be made again")
