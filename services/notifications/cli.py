"""The command line: `notifications api`, `notifications worker`, `notifications migrate`."""

from collections.abc import Callable
from typing import Any, Final, Never, TypeVar

import typer
import uvloop
from pydantic import ValidationError

from notifications import bootstrap, logs
from notifications.application.errors import DatabaseUnavailableError, InstanceMismatchError
from notifications.settings import MigrateSettings, Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

S = TypeVar("S", Settings, MigrateSettings)

_FROM_ENVIRONMENT: Final[dict[str, Any]] = {}


@cli.command()
def api() -> None:
    """Serve the REST interface."""
    settings = _read(Settings)
    logs.configure(settings.log_level, "notifications-api")
    _run(lambda: uvloop.run(bootstrap.run_api(settings)))


@cli.command()
def worker() -> None:
    """Deliver what is due."""
    settings = _read(Settings)
    logs.configure(settings.log_level, "notifications-worker")
    _run(lambda: uvloop.run(bootstrap.run_worker(settings)))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = _read(MigrateSettings)
    logs.configure(settings.log_level, "notifications-migrate")
    _run(lambda: bootstrap.run_migrations(settings))


def main() -> None:
    """The entry point of the installed command."""
    cli()


def _read(kind: type[S]) -> S:
    try:
        return kind(**_FROM_ENVIRONMENT)
    except ValidationError as error:
        wrong = "; ".join(f"NOTIFICATIONS_{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors())
        _fail(wrong)


def _run(action: Callable[[], None]) -> None:
    try:
        action()
    except DatabaseUnavailableError as error:
        _fail(f"the database cannot be reached: {error}")
    except (InstanceMismatchError, bootstrap.SetupError) as error:
        _fail(str(error))


def _fail(reason: str) -> Never:
    line = " ".join(reason.split())
    typer.echo(f"notifications: {line}", err=True)
    raise typer.Exit(1)
