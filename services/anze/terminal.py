"""What the person at the terminal sees."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from anze.ports import Ports

_WIDTH_OF_A_LOG = 160


@dataclass(frozen=True, slots=True)
class Terminal:
    """Prints progress, addresses and tables."""

    console: Console = field(default_factory=lambda: Console(highlight=False, width=_width()))

    def say(self, line: str) -> None:
        """One line of progress."""
        self.console.print(f"[dim]·[/dim] {line}", soft_wrap=True)

    def step(self, moment: str, line: str) -> None:
        """One step of a story, at a moment of business time."""
        self.console.print(f"[bold cyan]{moment}[/bold cyan]  {line}", soft_wrap=True)

    def addresses(self, ports: Ports, data: Path, *, board_sign_in: bool) -> None:
        """Where everything is, and how to stop it."""
        way_in = "sign in as anybody" if board_sign_in else "to sign in: anze up --board-sign-in"
        lines = (
            "",
            f"  [bold]claims[/bold]         {ports.claims_url}   (reference: {ports.claims_url}/docs)",
            f"  [bold]notifications[/bold]  {ports.notifications_url}   (reference: {ports.notifications_url}/docs)",
            f"  [bold]board[/bold]          {ports.claims_url}/board/   ({way_in})",
            f"  data and logs  {data}",
            f"  a token        anze token --role insurer --tenant picc-sz --data {data}",
            "  Ctrl-C stops everything.",
            "",
        )
        self.console.print("\n".join(lines), soft_wrap=True)

    def table(self, title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        """A table of the story's outcome."""
        table = Table(*columns, title=title, title_justify="left", title_style="bold")
        for row in rows:
            table.add_row(*row)
        self.console.print(table)


def _width() -> int | None:
    """A terminal's own; a log has none, and a narrow table is hard to read in it."""
    return None if sys.stdout.isatty() else _WIDTH_OF_A_LOG
