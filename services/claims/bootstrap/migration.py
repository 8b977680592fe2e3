"""From settings to a database that is up to date."""

import asyncpg

from claims.bootstrap import SetupError
from claims.migrations import InstanceMismatchError, migrate
from claims.reference.rulebook_file import RulebookRefused
from claims.settings import MigrateSettings


def run_migrations(settings: MigrateSettings) -> None:
    """Bring the database up to date; SetupError."""
    try:
        migrate(settings.database_url.get_secret_value(), sandbox=settings.sandbox)
    except (InstanceMismatchError, RulebookRefused) as error:
        raise SetupError(str(error)) from error
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise SetupError(f"the database cannot be migrated: {error}") from error
