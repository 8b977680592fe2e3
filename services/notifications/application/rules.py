"""The rules that an operator may set: how long deliveries are tried, how breaches are repeated."""

from dataclasses import dataclass, field

from notifications.domain.reminding import Repeating
from notifications.domain.retry import Schedules


@dataclass(frozen=True, slots=True)
class Rules:
    """What intake and rounds go by."""

    schedules: Schedules = field(default_factory=Schedules.standing)
    repeating: Repeating = field(default_factory=Repeating)
