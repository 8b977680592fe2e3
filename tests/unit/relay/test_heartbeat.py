"""Once a day, from nine o'clock in Shanghai on, the heartbeat about the day before."""

from datetime import date, datetime, time, timedelta
from typing import Any

import httpx2
import orjson
import pytest
from joserfc.jwk import ECKey
from tests.support.story import at
from tests.unit.relay.test_missing_calendar import Observer, state

from claims.event_store.sandbox import SandboxState
from claims.projections.day_figures import DayFigures
from claims.relay import heartbeat
from claims.relay.heartbeat import Heartbeat, alert_of_day, day_to_tell
from claims.relay.notifications import DayOfAlerts, Notifications
from claims.relay.service_token import ServiceToken
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known

KEY = ECKey.generate_key("P-256", auto_kid=True)
LONG_AGO = at("2026-01-01 00:00")


class Knowing:
    """Notifications that remembers what it was told, however many ask."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}
        self.refuses = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, json={"alerts": 5, "delivered": 9, "dead": 1, "waiting": 2})
        body = orjson.loads(request.content)
        if request.url.path.endswith("/lookups"):
            return httpx2.Response(200, json={"unknown": [each for each in body["ids"] if each not in self.told]})
        if self.refuses:
            self.refuses -= 1
            return httpx2.Response(422, json={})
        first = body["id"] not in self.told
        self.told.setdefault(body["id"], body)
        return httpx2.Response(202 if first else 200)


async def told(
    monkeypatch: pytest.MonkeyPatch, moments: list[str], known: Knowing, since: datetime = LONG_AGO
) -> list[bool]:
    """Whether one process tells at each of these moments, of an instance that was there `since`."""
    passing = iter(moments)

    async def clock(_: object) -> SandboxState:
        return state(next(passing))

    async def figures(*_: object) -> DayFigures:
        return DayFigures(12, 3, 1)

    async def there(_: object, moment: datetime) -> bool:
        return since < moment

    monkeypatch.setattr(heartbeat, "sandbox_state", clock)
    monkeypatch.setattr(heartbeat, "read_day", figures)
    monkeypatch.setattr(heartbeat, "was_there", there)
    token = ServiceToken(KEY, issuer="issuer", audience="anze")
    notifications = Notifications("http://127.0.0.1:1", token, httpx2.MockTransport(known))
    try:
        beating = Heartbeat(None, notifications, Observer())
        return [await beating.tell_if_due() for _ in moments]
    finally:
        await notifications.close()


def days(known: Knowing) -> list[str]:
    """The days that were told of, in order."""
    return [body["data"]["heartbeat"]["day"] for body in known.told.values()]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-20 08:59", date(2026, 11, 18)),
        ("2026-11-20 09:00", date(2026, 11, 19)),
        ("2026-11-20 23:59", date(2026, 11, 19)),
        ("2026-11-21 00:00", date(2026, 11, 19)),
    ],
)
def test_it_is_about_the_day_before_from_nine_on(now: str, day: date) -> None:
    assert day_to_tell(at(now)) == day
    assert day_to_tell(at(now) - timedelta(hours=1), time(8)) == day


async def test_it_is_told_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowing()
    moments = ["2026-11-20 08:59", "2026-11-20 09:00", "2026-11-20 09:01", "2026-11-21 08:59", "2026-11-21 09:00"]
    assert await told(monkeypatch, moments, known) == [True, True, False, False, True]
    assert days(known) == ["2026-11-18", "2026-11-19", "2026-11-20"]


async def test_another_process_and_one_that_starts_again_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowing()
    assert await told(monkeypatch, ["2026-11-20 09:00"], known) == [True]
    assert await told(monkeypatch, ["2026-11-20 09:00", "2026-11-21 08:00"], known) == [False, False]
    assert days(known) == ["2026-11-19"]


async def test_a_day_that_was_refused_is_told_when_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowing()
    known.refuses = 2
    moments = ["2026-11-20 09:00", "2026-11-20 09:05", "2026-11-20 09:10", "2026-11-20 09:15"]
    assert await told(monkeypatch, moments, known) == [False, False, True, False]
    assert days(known) == ["2026-11-19"]


async def test_of_days_that_passed_unseen_the_last_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowing()
    assert await told(monkeypatch, ["2026-11-02 09:00", "2026-11-20 12:00"], known) == [True, True]
    assert days(known) == ["2026-11-01", "2026-11-19"]


async def test_an_instance_says_nothing_of_a_day_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowing()
    moments = ["2026-11-20 12:00", "2026-11-21 09:00"]
    assert await told(monkeypatch, moments, known, since=at("2026-11-20 10:00")) == [False, True]


def test_notifications_takes_it_and_keeps_all_of_it() -> None:
    told = alert_of_day(date(2026, 11, 19), DayFigures(12, 3, 1), DayOfAlerts(5, 9, 1, 2), state("2026-11-20 09:00"))
    document = orjson.loads(orjson.dumps(told.document))
    CloudEvent.model_validate(document)
    assert only_known(document["data"], DATA) == document["data"]
    assert document["data"]["heartbeat"] == {
        "day": "2026-11-19", "due": 12, "breached": 3, "missed": 1, "alerts": 5, "delivered": 9, "dead": 1,
        "waiting": 2,
    }  # fmt: skip
    assert set(document["data"]["roles"]) == {"insurance_regulator", "admin"}
