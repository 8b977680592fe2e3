"""Since when something has been so, out of statements that may have been recorded in any order."""

from collections.abc import Iterable
from datetime import datetime


def holding_since(statements: Iterable[tuple[datetime, bool]]) -> datetime | None:
    """Return since when the latest statement has held without a break; None if it does not hold.

    Each statement says when it was made about the world, and whether it said so; of two at one moment the one recorded
    last counts.
    """
    since: datetime | None = None
    for at, holds in sorted(statements, key=lambda statement: statement[0]):
        since = (since or at) if holds else None
    return since
