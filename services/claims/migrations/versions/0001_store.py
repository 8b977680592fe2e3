"""The write path: log, gate, streams, clocks, keys of persons, and the functions that are all the api may call."""

from claims.migrations import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, then who may see them, then the functions."""
    for name in ("tables", "security", "load", "append", "sandbox"):
        run_script(f"0001_{name}.sql")


def downgrade() -> None:
    """Refuse: the log is the record."""
    raise NotImplementedError("the log is the record and is not thrown away")
