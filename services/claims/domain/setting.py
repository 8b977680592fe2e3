"""What surrounds a decision: business time, the regulation and the calendar, as of the moment that it is made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from claims.domain.rulebook import Rulebook, rulebooks_for
from claims.domain.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Setting:
    """Business time, the regulation and the calendar."""

    now: datetime
    rulebooks: Mapping[str, Rulebook]
    """By reference, every version that was ever in force."""
    calendar: Calendar

    def applied(self, region: str, at: datetime) -> tuple[str, ...]:
        """Return the references of the rulebooks that are applied in a region at an instant."""
        return tuple(each.reference for each in rulebooks_for(self.rulebooks.values(), region, at))

    def named(self, references: tuple[str, ...]) -> Iterator[Rulebook]:
        """Yield the rulebooks with these references."""
        return (self.rulebooks[each] for each in references)
