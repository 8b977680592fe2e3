"""Delivery: schedules by name, places in line, handing on, dead letters that are told, a log that says who and why."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and indexes; what waits already keeps its place and goes by the schedule for authorities."""
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Refuse: attempts and dead letters would lose what explains them."""
    raise NotImplementedError
