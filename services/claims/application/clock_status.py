"""How a clock stands, of both its sides: its status, its level at a moment, and whether it is the one that binds."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from claims.application.calls import ClockLevel
from claims.application.pages import ClockRow
from claims.domain.clock import Clock
from claims.domain.rulebook import Obligation, Rulebook, Tier

KnownClock: TypeAlias = Clock | ClockRow
ClockStatus: TypeAlias = Literal["open", "at_risk", "overdue", "met", "met_late", "extended", "cancelled", "missed"]

BREACHED = 4
"""The level of a breach."""


def status_of(clock: KnownClock, level: int) -> ClockStatus:
    """Return the status as the table of clocks generates it, of both sides."""
    if clock.ended_as == "met":
        return "met" if _met_in_time(clock) else "met_late"
    if clock.ended_as is not None:
        return "extended" if clock.ended_as == "extended" else "cancelled"
    if level == 0:
        return "open"
    if level < BREACHED:
        return "at_risk"
    return "missed" if clock.tier == Tier.TARGET else "overdue"


def _met_in_time(clock: KnownClock) -> bool:
    """A provisional clock has no mark of its breach; its due moment is the bound all the same."""
    bound = clock.due_at if clock.provisional else clock.marks[BREACHED - 1]
    return clock.ended_at is not None and clock.ended_at < bound


def level_at(clock: Clock, judged_at: datetime) -> ClockLevel:
    """Return the level by the marks that had passed at a moment, or when the clock had ended.

    A target has no levels behind its miss.
    """
    until = judged_at if clock.ended_at is None else min(clock.ended_at, judged_at)
    passed = bisect_right(clock.marks, until)
    level = min(passed, BREACHED) if clock.tier == Tier.TARGET else passed
    return ClockLevel(level, breached_at=clock.marks[BREACHED - 1] if level >= BREACHED else None)


def level_of(clock: Clock, levels: Mapping[UUID, ClockLevel] | None, judged_at: datetime) -> ClockLevel:
    """Return the watch's word on a clock where it is known, or else what the marks say."""
    known = None if levels is None else levels.get(clock.clock_id)
    return level_at(clock, judged_at) if known is None else known


def obligation_of(clock: KnownClock, rulebooks: Mapping[str, Rulebook]) -> Obligation | None:
    """Return the rule that the clock runs by; None if this process does not know the rulebook yet."""
    rulebook = rulebooks.get(clock.rulebook)
    if rulebook is None:
        return None
    return next((each for each in rulebook.obligations if each.id == clock.rule), None)


def binding_ids(clocks: Iterable[KnownClock], rulebooks: Mapping[str, Rulebook]) -> frozenset[UUID]:
    """Return, of ONE subject's running clocks that the same act meets, the one that ends first."""
    groups: dict[tuple[object, str], list[KnownClock]] = defaultdict(list)
    for clock in clocks:
        if clock.ended_at is None:
            obligation = obligation_of(clock, rulebooks)
            act = frozenset(obligation.met_by if obligation else ()) or clock.rule
            groups[act, clock.scope].append(clock)
    return frozenset(min(each, key=lambda clock: (*ends_first(clock), clock.rule)).clock_id for each in groups.values())


def ends_first(clock: KnownClock) -> tuple[bool, datetime]:
    """Return what running clocks are ordered by: of one that is paused the due moment is only the earliest possible."""
    return "paused" in clock.flags, clock.due_at
