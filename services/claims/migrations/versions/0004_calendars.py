"""The interface may store a new version of the calendar, through a function and with the name of who brought it."""

from claims.migrations import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a version of the calendar says of its origin, and the one way to store a version."""
    run_script("0004_calendars.sql")


def downgrade() -> None:
    """Refuse: who brought a calendar would be forgotten."""
    raise NotImplementedError("who brought a version of the calendar is known nowhere else")
