"""Who is told again, what waits, who is not told: acknowledgements, repeats, digests, quiet hours, unheard roles."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables; subscriptions that there are keep getting each alert by itself."""
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Refuse: acknowledgements would be lost."""
    raise NotImplementedError
