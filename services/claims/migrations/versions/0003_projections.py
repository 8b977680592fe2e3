"""The claim list, the order in which clocks are listed, and the alerts that notifications refused."""

from claims.migrations import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the worker fills the list from the beginning of the log."""
    run_script("0003_projections.sql")


def downgrade() -> None:
    """Refuse: a refused alert is known nowhere else."""
    raise NotImplementedError("what notifications refused would be forgotten")
