"""What of a series clocks run on: each period once, from the first instant of its window to a date."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.clock import Clock
from claims.domain.clockwork import Duty
from claims.domain.periodic.series import Owed, Series
from claims.domain.rulebook import Limit, Unit
from claims.domain.setting import Setting


@dataclass(frozen=True, slots=True)
class SeriesSubject:
    """A series as the clockwork sees it."""

    series: Series
    setting: Setting

    @property
    def subject_id(self) -> UUID:
        """Return the id of its stream."""
        return self.series.series_id

    @property
    def round(self) -> int:
        """Return 1: a series goes on."""
        return 1

    @property
    def round_since(self) -> datetime | None:
        """Return None: it is begun once."""
        return None

    @property
    def emergency(self) -> bool:
        """Return False: an emergency is an accident."""
        return False

    @property
    def clocks(self) -> Mapping[UUID, Clock]:
        """Return the clocks of all periods."""
        return self.series.clocks

    def duties(self) -> Iterator[Duty]:
        """Yield every report that was ever owed, under the rulebook by which it was opened."""
        for about, owed in self.series.owed.items():
            opened = owed.opened
            yield Duty(
                rulebook=opened.rulebook,
                obligation=self.setting.rulebooks[opened.rulebook].obligation(opened.rule),
                scope=about,
                limit=Limit((opened.due_date - opened.window_begins_on).days + 1, Unit.FIRST_DAYS),
                moment=_Moments(owed),
                owed_by=opened.party_kind,
            )


@dataclass(frozen=True, slots=True)
class _Moments:
    """When the milestones of a period were reached, also where that was before the window began."""

    owed: Owed

    def __call__(self, name: str, _: datetime | None) -> datetime | None:
        return _MILESTONES[name](self.owed)


_MILESTONES: dict[str, Callable[[Owed], datetime | None]] = {
    "window_opened": lambda owed: owed.begins_at,
    "report_submitted": lambda owed: owed.submitted_at,
    "activity_ended": lambda owed: owed.lapsed_at,
}


def names() -> frozenset[str]:
    """Return every milestone that is defined."""
    return frozenset(_MILESTONES)
