"""Quiet hours: when a recipient's staff are not to be woken by a warning."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one zone without summer time since 1992."""

EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a time of day until another, in Shanghai; over midnight when `until` is not after `since`.

    `weekdays` (ISO: Monday is 1) are those on which a stretch begins. The same time twice is a whole day.
    """

    since: time
    until: time
    weekdays: tuple[int, ...] = EVERY_DAY

    def ends_after(self, now: datetime) -> datetime | None:
        """The moment at which the stretch that `now` lies in ends, its own last moment excluded; None outside one."""
        local = now.astimezone(SHANGHAI)
        for day in (local.date() - _DAY, local.date()):
            if day.isoweekday() not in self.weekdays:
                continue
            begins = datetime.combine(day, self.since, SHANGHAI)
            ends = datetime.combine(day, self.until, SHANGHAI)
            ends += _DAY if ends <= begins else timedelta()
            if begins <= local < ends:
                return ends
        return None
