"""Tenants are told apart by the database too: what is read for a caller is read under row-level security."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the policies; the role notifications_read is there, since `migrate` makes both roles."""
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Refuse: tenants would no longer be told apart."""
    raise NotImplementedError
