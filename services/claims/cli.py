"""The command line: `claims api`, `claims worker`, `claims migrate`, `claims rebuild`."""

from collections.abc import Callable
from typing import Annotated, Any, Never, TypeVar

import typer
import uvloop
from pydantic import ValidationError

from claims import bootstrap
from claims.settings import MigrateSettings, Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

S = TypeVar("S", Settings, MigrateSettings)

_FROM_THE_ENVIRONMENT: dict[str, Any] = {}


@cli.command()
def api() -> None:
    """Serve the REST interface."""
    settings = _read(Settings)
    _run(settings, "claims-api", lambda: uvloop.run(bootstrap.run_api(settings)))


@cli.command()
def worker() -> None:
    """Watch the clocks, keep the projections, relay to notifications."""
    settings = _read(Settings)
    _run(settings, "claims-worker", lambda: uvloop.run(bootstrap.run_worker(settings)))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = _read(MigrateSettings)
    _run(settings, "claims-migrate", lambda: bootstrap.run_migrations(settings))


@cli.command()
def rebuild(
    *, check: Annotated[bool, typer.Option(help="Change nothing: say which rows differ from the log.")] = False
) -> None:
    """Build every derived table anew from the log, or compare them with it."""
    settings = _read(Settings)
    _run(settings, "claims-rebuild", lambda: uvloop.run(bootstrap.run_rebuild(settings, check=check)))


def main() -> None:
    """The entry point of the installed command."""
    cli()


def _read(kind: type[S]) -> S:
    try:
        return kind(**_FROM_THE_ENVIRONMENT)
    except ValidationError as error:
        _fail("; ".join(f"CLAIMS_{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors()))


def _run(settings: Settings | MigrateSettings, service: str, action: Callable[[], None]) -> None:
    bootstrap.configure_logs(settings.log_level, service)
    try:
        action()
    except bootstrap.SetupError as error:
        _fail(str(error))


def _fail(reason: str) -> Never:
    line = " ".join(reason.split())
    typer.echo(f"claims: {line}", err=True)
    raise typer.Exit(1)
