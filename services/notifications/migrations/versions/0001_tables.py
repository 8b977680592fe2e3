"""The first tables: the directory, alerts, deliveries, their attempts, the instance and the sandbox clock."""

from pathlib import Path

from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, let the service's role use them, write down what kind of instance this is."""
    sandbox: bool = context.config.attributes["sandbox"]
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(f"insert into instance (sandbox) values ({'true' if sandbox else 'false'})")  # noqa: S608 - no input


def downgrade() -> None:
    """There is nothing before the first revision."""
    raise NotImplementedError
