"""What other services and the administrators ask of this one: which alerts it knows, and a day in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Figures:
    """A stretch of business time in numbers; `waiting` is how many deliveries are under way at the time of asking."""

    alerts: int
    delivered: int
    dead: int
    waiting: int


class Ledger(Protocol):
    """Alerts and deliveries, counted and looked up."""

    async def unknown(self, source: str, event_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these events that were never taken in, in their order."""
        ...

    async def figures(self, since: datetime, until: datetime) -> Figures:
        """Count what came in and what ended from `since` until before `until`."""
        ...

    async def unheard_lately(self) -> int:
        """How many alerts about unheard ones nobody heard either, within a day."""
        ...
