"""The list of complaints and hazards, and the keys of persons in a broker's own streams."""

from claims.migrations import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the list; the worker fills it from the beginning of the log."""
    run_script("0006_subjects.sql")


def downgrade() -> None:
    """Refuse, as every revision does."""
    raise NotImplementedError("complaints could not be listed any more")
