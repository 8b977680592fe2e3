"""What the board asks of the claim list: who works on a claim, and which advances nobody has asked for."""

from claims.migrations import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the worker fills them from the beginning of the log."""
    run_script("0008_board.sql")


def downgrade() -> None:
    """Refuse, as every revision does."""
    raise NotImplementedError("nobody would know any more who works on which claim")
