"""Alembic's entry: runs the revisions on the connection that `migrate` gives it, in that one transaction."""

from alembic import context

from notifications.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
