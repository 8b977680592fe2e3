"""What parties and periodic reports need: who sees them, and an index on the parties."""

from claims.migrations import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace what says who sees a tenant and its events."""
    run_script("0007_parties.sql")


def downgrade() -> None:
    """Refuse, as every revision does."""
    raise NotImplementedError("brokers would lose sight of what they owe")
