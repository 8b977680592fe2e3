"""The command line: `notifications api`, `notifications worker`, `notifications migrate`; each imports what it runs."""

import gc
from collections.abc import Callable, Mapping
from typing import Any, Final, Never, TypeVar

import typer
import uvloop
from pydantic import ValidationError

from notifications import logs
from notifications.application.errors import DatabaseUnavailableError, InstanceMismatchError, SetupError
from notifications.settings import MigrateSettings, Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

S = TypeVar("S", Settings, MigrateSettings)

_FROM_ENVIRONMENT: Final[dict[str, Any]] = {}


@cli.command()
def api() -> None:
    """Serve the REST interface."""
    from notifications.bootstrap import run_api

    settings = _read(Settings)
    logs.configure(settings.log_level, "notifications-api")
    _run(lambda: uvloop.run(run_api(settings)))


@cli.command()
def worker() -> None:
    """Deliver what is due."""
    from notifications.bootstrap import run_worker

    settings = _read(Settings)
    logs.configure(settings.log_level, "notifications-worker")
    _run(lambda: uvloop.run(run_worker(settings)))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    from notifications.migrations import migrate as bring_up_to_date

    settings = _read(MigrateSettings)
    logs.configure(settings.log_level, "notifications-migrate")
    url, password = settings.database_url.get_secret_value(), settings.service_password
    _run(lambda: bring_up_to_date(url, settings.sandbox, None if password is None else password.get_secret_value()))


def main() -> None:
    """The entry point of the installed command."""
    gc.disable()  # what a start loads stays: looking through it again and again is a sixth of the start
    cli()


def _read(kind: type[S]) -> S:
    try:
        return kind(**_FROM_ENVIRONMENT)
    except ValidationError as error:
        _fail("; ".join(_complaint(each) for each in error.errors()))


def _complaint(error: Mapping[str, Any]) -> str:
    """Name the variable; a complaint about several of them names them itself."""
    if not error["loc"]:
        return str(error["msg"])
    return f"NOTIFICATIONS_{error['loc'][0]}".upper() + f": {error['msg']}"


def _run(action: Callable[[], None]) -> None:
    gc.freeze()
    gc.enable()
    try:
        action()
    except DatabaseUnavailableError as error:
        _fail(f"the database cannot be reached: {error}")
    except (InstanceMismatchError, SetupError) as error:
        _fail(str(error))


def _fail(reason: str) -> Never:
    line = " ".join(reason.split())
    typer.echo(f"notifications: {line}", err=True)
    raise typer.Exit(1)
