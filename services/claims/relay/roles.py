"""Who hears of what: the rulebook's recipients by level, kept inside the insurer where it is nobody else's business."""

from collections.abc import Iterable, Mapping

from claims.application.pages import ClockRow
from claims.application.recorded import Recorded
from claims.domain.claim.grades import at_least
from claims.domain.clock_events import BreachWithdrawn, ClockEvent, MissWithdrawn
from claims.domain.rulebook import Recipients, Rulebook, parameters_of

BREACHED = 4
"""From this level on a clock is breached, or a target missed; above it, escalated."""

INSIDE = frozenset({"operations", "compliance", "insurer"})
"""Roles within the insurer; a target and a provisional clock never leave it."""

STAFF = ("operations",)

REPORTERS = ("operations", "compliance")
"""Who hears, in the party that owes it, that a periodic report is due."""


def roles_of_level(clock: ClockRow, rulebook: Rulebook, level: int) -> tuple[str, ...]:
    """Return who hears that a clock reached a level."""
    named = _named(rulebook.obligation(clock.rule).heard_by(clock.responsible), level)
    return _bounded(named, inside=clock.tier == "target" or clock.provisional)


def roles_of_recalculation(clock: ClockRow, rulebook: Rulebook) -> tuple[str, ...]:
    """Return who hears that a new calendar moved a due date: those in the insurer who hear of its risk."""
    return _bounded(rulebook.obligation(clock.rule).heard_by(clock.responsible).at_risk, inside=True)


def roles_of_withdrawal(clock: ClockRow, rulebook: Rulebook, before: Iterable[Recorded]) -> tuple[str, ...]:
    """Return who heard of the withdrawn breach and of its escalations; `before` is the clock's stream till then.

    A clock that became provisional since is no reason to leave out those who were told when it was not.
    """
    recipients = rulebook.obligation(clock.rule).heard_by(clock.responsible)
    named = [role for level in _told_levels(before) for role in _named(recipients, level)]
    return _bounded(tuple(named) or recipients.breached, inside=clock.tier == "target")


def roles_of_accident(
    grades: Iterable[str], rulebooks: Mapping[str, Rulebook], named: Iterable[str]
) -> tuple[str, ...]:
    """Return who hears of an emergency, where one of the grades makes it one by the named rulebooks (SZ-20 (5))."""
    figures = parameters_of(rulebooks[reference] for reference in named)
    grave = any(at_least(grade, figures.emergency_grade) for grade in grades)
    return _once(figures.emergency_recipients) if grave else ()


def with_staff(roles: Iterable[str]) -> tuple[str, ...]:
    """Return the roles with the insurer's operations staff among them."""
    return _once((*STAFF, *roles))


def _told_levels(before: Iterable[Recorded]) -> list[int]:
    """Return the levels of the last breach that were told; of several at one moment that is the last alone."""
    levels: list[int] = []
    for recorded in before:
        match recorded.event:
            case BreachWithdrawn() | MissWithdrawn():
                levels.clear()
            case ClockEvent(level=level, alert=True) if level >= BREACHED:
                levels.append(level)
            case _:
                pass
    return levels


def _named(recipients: Recipients, level: int) -> tuple[str, ...]:
    if level < BREACHED:
        return recipients.at_risk
    return recipients.breached if level == BREACHED else recipients.escalated


def _bounded(roles: tuple[str, ...], *, inside: bool) -> tuple[str, ...]:
    return _once(role for role in roles if role in INSIDE or not inside) or STAFF


def _once(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))
