"""The command `anze`: everything on one machine."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from anze import ports, sandbox, tokens
from anze.data_folder import DataFolder, default_path
from anze.demo.fill import DAYS
from anze.demo.play import play
from anze.development_keys import DevelopmentKeys
from anze.errors import AnzeError
from anze.machine import Machine, Plan
from anze.terminal import Terminal

app = typer.Typer(
    help="Anze on one machine: embedded PostgreSQL, all processes, the demo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data folder (default: $ANZE_DATA or ~/.local/share/anze).")
]


@app.command()
def up(
    sandbox_start: Annotated[
        str | None,
        typer.Option("--sandbox", metavar="[=START]", help="Live by a clock of its own, from START (RFC 3339) or now."),
    ] = None,
    *,
    board_sign_in: Annotated[
        bool, typer.Option("--board-sign-in", help="Let everybody on this machine sign in to the board, as anybody.")
    ] = False,
    data: DataOption = None,
    claims_port: Annotated[int, typer.Option(min=1, max=65535)] = ports.CLAIMS_PORT,
    notifications_port: Annotated[int, typer.Option(min=1, max=65535)] = ports.NOTIFICATIONS_PORT,
) -> None:
    """Start PostgreSQL and all processes, and keep them running until Ctrl-C."""
    terminal = Terminal()
    plan = Plan(
        data=data or default_path(),
        ports=ports.choose(claims_port, notifications_port),
        sandbox=sandbox_start is not None,
        sandbox_start=sandbox.parse_start(sandbox_start) if sandbox_start else None,
        board_sign_in=board_sign_in,
    )
    with _until_interrupted(terminal), Machine(plan, terminal.say) as machine:
        terminal.addresses(plan.ports, plan.data, board_sign_in=board_sign_in)
        machine.supervisor.wait()


@app.command()
def demo(
    *,
    days: Annotated[
        int, typer.Option(min=0, max=DAYS, help="Days of other work that fill the board; 0: the story alone.")
    ] = DAYS,
    leave: Annotated[bool, typer.Option("--exit", help="Play, verify, stop; status 0 only if all came.")] = False,
) -> None:
    """Fill the board with weeks of work, play an accident among it, and show its every clock and alert."""
    terminal = Terminal()
    complete = False
    with _until_interrupted(terminal):
        complete = play(terminal, days=days, leave=leave)
    if leave and not complete:
        raise typer.Exit(1)


@app.command()
def token(  # noqa: PLR0913, PLR0917 - an option each
    role: Annotated[tokens.Role, typer.Option(help="What the caller may do.")],
    tenant: Annotated[str | None, typer.Option(help="Code of the insurer (insurer, operations).")] = None,
    broker: Annotated[str | None, typer.Option(help="Code of the broker (broker).")] = None,
    region: Annotated[str | None, typer.Option(help="GB/T 2260 code (regulator).")] = None,
    data: DataOption = None,
    ttl: Annotated[int, typer.Option(min=1, help="Seconds until it expires.")] = int(
        tokens.DEFAULT_LIFE.total_seconds()
    ),
) -> None:
    """Print a bearer token signed by the development key of a data folder."""
    keys = DevelopmentKeys(DataFolder(data or default_path()).keys)
    caller = tokens.Caller(role, tenant=tenant, broker=broker, region=region)
    sys.stdout.write(tokens.sign(keys, caller, timedelta(seconds=ttl)) + "\n")


def main() -> None:
    """Run the command line; what goes wrong is one line on stderr and status 1."""
    try:
        app(args=with_optional_value(sys.argv[1:]))
    except AnzeError as error:
        sys.stderr.write(f"anze: {error}\n")
        sys.exit(1)


def with_optional_value(arguments: list[str]) -> list[str]:
    """The same arguments with a lone `--sandbox` spelt out: the option's value may be left out."""
    followed = [*arguments[1:], "--"]
    return [
        f"--sandbox={sandbox.NOW}" if argument == "--sandbox" and following.startswith("-") else argument
        for argument, following in zip(arguments, followed, strict=True)
    ]


@contextmanager
def _until_interrupted(terminal: Terminal) -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is inside in order, and are no failure."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        terminal.say("Stopped")
