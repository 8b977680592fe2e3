"""The command line: the processes, `claims rulebook check` for authors, and what operators do now and then.

A process imports what it runs alone: an interface takes twice as long to load as a migration.
"""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Never, TypeVar
from uuid import UUID

import typer
import uvloop
from pydantic import ValidationError

from claims.bootstrap import SetupError
from claims.logs import configure_logs
from claims.settings import MigrateSettings, Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

rulebook = typer.Typer(no_args_is_help=True, help="For authors of rulebooks.")
cli.add_typer(rulebook, name="rulebook")

S = TypeVar("S", Settings, MigrateSettings)

_FROM_THE_ENVIRONMENT: dict[str, Any] = {}


@cli.command()
def api() -> None:
    """Serve the REST interface."""
    from claims.bootstrap.interface import run_api

    settings = _read(Settings)
    _run(settings, "claims-api", lambda: uvloop.run(run_api(settings)))


@cli.command()
def worker() -> None:
    """Watch the clocks, keep the projections, relay to notifications."""
    from claims.bootstrap.worker import run_worker

    settings = _read(Settings)
    _run(settings, "claims-worker", lambda: uvloop.run(run_worker(settings)))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    from claims.bootstrap.migration import run_migrations

    settings = _read(MigrateSettings)
    _run(settings, "claims-migrate", lambda: run_migrations(settings))


@cli.command()
def rebuild(
    *, check: Annotated[bool, typer.Option(help="Change nothing: say which rows differ from the log.")] = False
) -> None:
    """Build every derived table anew from the log, or compare them with it."""
    from claims.upkeep import run_rebuild

    settings = _read(Settings)
    _run(settings, "claims-rebuild", lambda: uvloop.run(run_rebuild(settings, check=check)))


@cli.command()
def new_epoch(*, yes: Annotated[bool, typer.Option(prompt="Was this database restored from a dump?")]) -> None:
    """Begin a new epoch of the log: once after a restore, as owner, before any process starts."""
    if not yes:
        _fail("nothing was changed: an epoch begins with a restore alone")
    from claims.upkeep import run_new_epoch

    settings = _read(MigrateSettings)
    _run(
        settings,
        "claims-new-epoch",
        lambda: typer.echo(f"The log is in epoch {uvloop.run(run_new_epoch(settings))}."),
    )


@cli.command()
def erase_person(
    person_id: UUID,
    tenant: Annotated[str, typer.Option(help="Code of the insurer.")],
    *,
    yes: Annotated[bool, typer.Option(prompt="This cannot be undone. Erase the person?")],
) -> None:
    """Delete the keys of a person (a victim's id): its data reads as erased everywhere, for ever."""
    if not yes:
        _fail("nothing was changed")
    from claims.upkeep import run_erasure

    settings = _read(MigrateSettings)
    _run(
        settings,
        "claims-erase-person",
        lambda: typer.echo(f"{uvloop.run(run_erasure(settings, tenant, person_id))} keys deleted."),
    )


@rulebook.command("check")
def check_rulebook(file: Annotated[Path, typer.Argument(help="The rulebook, a TOML file.")]) -> None:
    """Say what is wrong with a rulebook, or that nothing is."""
    from claims.reference.rulebook_file import RulebookRefused, read_rulebook

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{file} cannot be read: {error}")
    try:
        found = read_rulebook(str(file), text).rulebook
    except RulebookRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file}: {found.reference} is sound, {len(found.obligations)} obligations")


def main() -> None:
    """The entry point of the installed command."""
    gc.disable()  # what a start loads stays: looking through it again and again is a sixth of the start
    cli()


def _read(kind: type[S]) -> S:
    try:
        return kind(**_FROM_THE_ENVIRONMENT)
    except ValidationError as error:
        _fail("; ".join(f"CLAIMS_{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors()))


def _run(settings: Settings | MigrateSettings, service: str, action: Callable[[], None]) -> None:
    configure_logs(settings.log_level, service)
    gc.freeze()
    gc.enable()
    try:
        action()
    except SetupError as error:
        _fail(str(error))


def _fail(reason: str) -> Never:
    line = " ".join(reason.split())
    typer.echo(f"claims: {line}", err=True)
    raise typer.Exit(1)
