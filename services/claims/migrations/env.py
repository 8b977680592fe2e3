"""Where alembic finds the connection that `migrate` opened; there is no offline mode."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
