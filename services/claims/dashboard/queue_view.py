"""Rows of clocks as lists show them: what it is, what is left of it, what to do next, and where a click leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from claims.application.board import BoardRow
from claims.application.clock_status import obligation_of
from claims.application.next_actions import action_of
from claims.dashboard.pages import Visit
from claims.dashboard.time_left import time_left


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock in a list."""

    row: BoardRow
    title: str
    citation: str
    action: str | None
    """What meets it, in words; None where it has ended or nothing can."""
    left: str | None
    late: bool
    address: str
    """Its claim; for what is of no claim, the clock itself."""

    @property
    def due_at(self) -> datetime:
        """Return when it is due."""
        return self.row.clock.due_at


def clock_views(visit: Visit, rows: Iterable[BoardRow]) -> tuple[ClockView, ...]:
    """Return the rows as lists show them."""
    rulebooks, calendar = visit.services.reference.rulebooks, visit.services.reference.calendar
    views = []
    for row in rows:
        clock = row.clock
        found = obligation_of(clock, rulebooks)
        left = time_left(clock, visit.now, calendar)
        action = None if found is None or clock.ended_at is not None else action_of(found)
        views.append(
            ClockView(
                row=row,
                title=clock.rule if found is None else visit.words.of(found.title_zh, found.title_en),
                citation="" if found is None else found.citation,
                action=None if action is None else visit.words(f"actions.{action.code}"),
                left=None if left is None else left.text(visit.words),
                late=left is not None and left.late,
                address=f"/board/claims/{clock.subject}" if row.claim else f"/board/clocks/{clock.clock_id}",
            )
        )
    return tuple(views)
