"""Calendars and rulebooks, in versions that are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    """Make the tables; what they hold is stored by `claims.reference.store.ensure_seeded`."""
    op.create_table(
        "calendars",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("first_year", sa.SmallInteger, nullable=False),
        sa.Column("last_published_year", sa.SmallInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint("version >= 1", name="calendars_version"),
        sa.CheckConstraint("first_year <= last_published_year", name="calendars_years"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("version", sa.Integer, sa.ForeignKey("calendars.version"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date),
        sa.CheckConstraint("kind in ('off', 'work')", name="calendar_days_kind"),
    )
    op.create_table(
        "rulebooks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint("octet_length(sha256) = 32", name="rulebooks_sha256"),
    )
    for table in ("calendars", "calendar_days", "rulebooks"):
        op.execute(f"GRANT SELECT ON {table} TO claims_worker, claims_read")


def downgrade() -> None:
    """Refuse: clocks name the versions that would be lost."""
    raise NotImplementedError("reference data is not thrown away: clocks name its versions")
