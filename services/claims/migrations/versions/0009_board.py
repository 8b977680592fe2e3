"""What the board reads at the size of a country: who sees what at less cost, indexes, and clocks counted by day."""

from claims.migrations import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them and count the days that there are; the worker keeps them up with the log."""
    run_script("0009_board.sql")


def downgrade() -> None:
    """Refuse, as every revision does."""
    raise NotImplementedError("figures would be counted from every clock again")
