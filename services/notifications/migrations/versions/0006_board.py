"""Subscriptions by severity, and what the board looks for."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and indexes; subscriptions that there are hear of every severity."""
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Refuse: filters by severity would be lost, and more would be heard than was asked for."""
    raise NotImplementedError
