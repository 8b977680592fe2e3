"""From October on, once a week, administrators hear that next year's calendar is missing."""

from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from tests.support.service import PackagedReference
from tests.support.story import at, calendar, rulebooks
from tests.unit.calendars.examples import OF_2027
from tests.unit.relay.test_notifications import Receiver, speaking_to

from claims.domain.calendar_notice import with_notice
from claims.event_store.sandbox import SandboxState
from claims.relay import missing_calendar
from claims.relay.missing_calendar import MissingCalendar, alert_of_missing, missing_year
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known


def state(now: str) -> SandboxState:
    """Business time."""
    return SandboxState(False, timedelta(), at(now), None, None)


class Observer:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.statuses: list[int] = []

    def taken(self, kind: str) -> None:
        self.kinds.append(kind)

    def refused(self, kind: str, status: int) -> None:
        self.statuses.append(status)

    def lag(self, seconds: float) -> None:
        raise AssertionError

    def lost(self, error: Exception) -> None:
        raise AssertionError


async def told(monkeypatch: pytest.MonkeyPatch, moments: list[str], status: int = 202) -> list[dict[str, Any]]:
    """What one process tells that looks at these moments."""
    receiver, observer = Receiver(status), Observer()
    reference = PackagedReference(MappingProxyType(dict(rulebooks())), calendar())
    passing = iter(moments)

    async def clock(_: object) -> SandboxState:
        return state(next(passing))

    monkeypatch.setattr(missing_calendar, "sandbox_state", clock)
    async with speaking_to(receiver) as notifications:
        looking = MissingCalendar(None, reference, notifications, observer)
        for _ in moments:
            await looking.tell_if_missing()
    return [orjson.loads(request.content) for request in receiver.requests]


@pytest.mark.parametrize(
    ("today", "last", "missing"),
    [
        (date(2026, 9, 30), 2026, None),
        (date(2026, 10, 1), 2026, 2027),
        (date(2026, 12, 31), 2027, None),
        (date(2027, 1, 1), 2026, 2027),
        (date(2027, 11, 1), 2026, 2027),
    ],
)
def test_a_calendar_is_missing_from_october_of_the_year_before(today: date, last: int, missing: int | None) -> None:
    assert missing_year(today, last) == missing


async def test_it_is_told_once_a_week_to_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = ["2026-09-30 23:59", "2026-10-01 00:00", "2026-10-04 23:59", "2026-10-05 00:00", "2026-10-05 00:01"]
    first, second = await told(monkeypatch, moments)
    assert (first["type"], first["data"]["roles"]) == ("calendar.missing", ["admin"])
    assert first["data"]["calendar"] == {"year": 2027, "version": 1, "last_published_year": 2026}
    assert first["id"] != second["id"]


async def test_another_process_in_the_same_week_sends_the_same_id_so_that_it_is_taken_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = await told(monkeypatch, ["2026-11-16 08:00"])
    (other,) = await told(monkeypatch, ["2026-11-22 23:00"], status=200)
    assert one["id"] == other["id"]


async def test_a_refusal_is_not_sent_again_in_its_week(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(await told(monkeypatch, ["2026-11-16 08:00", "2026-11-16 08:01"], status=422)) == 1


def test_nothing_is_told_once_the_calendar_is_there() -> None:
    assert missing_year(date(2026, 12, 1), with_notice(calendar(), 2027, OF_2027).last_published_year) is None


def test_notifications_takes_the_alert_and_keeps_all_of_it() -> None:
    document = orjson.loads(orjson.dumps(alert_of_missing(2027, 1, 2026, state("2026-11-16 08:00")).document))
    CloudEvent.model_validate(document)
    assert only_known(document["data"], DATA) == document["data"]
