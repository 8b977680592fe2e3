"""The auditor of the relay: whatever notifications has lost is found, sent again, and told of."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
import orjson
import pytest
from tests.integration.projections.world import HISTORIES, REFERENCE, World
from tests.integration.relay.scenes import KEY, LATE, Counted
from tests.support.story import YUAN, at, ident

from claims.application.rows import Position
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.moments import start_of
from claims.event_store.checkpoints import load_checkpoint
from claims.event_store.tail import PostgresTail
from claims.projections.day_figures import read_day, was_there
from claims.relay import auditor
from claims.relay.auditor import FINDING, Auditor
from claims.relay.gathering import Gathering
from claims.relay.notifications import Notifications
from claims.relay.relay import Relay
from claims.relay.service_token import ServiceToken
from claims.watch.sweep import sweep
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known


@dataclass
class Observed(Counted):
    """What the auditor told its metrics."""

    absent: list[str] = field(default_factory=list)

    def missing(self, kind: str) -> None:
        """Keep it."""
        self.absent.append(kind)


@dataclass
class Known:
    """Notifications, as far as it knows alerts; `refused` are kinds that it does not take."""

    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as notifications does."""
        body = orjson.loads(request.content)
        if request.url.path.endswith("/lookups"):
            return httpx2.Response(200, json={"unknown": [each for each in body["ids"] if each not in self.alerts]})
        if body["type"] in self.refused:
            return httpx2.Response(422, text="not like this")
        first = body["id"] not in self.alerts
        self.alerts[body["id"]] = body
        return httpx2.Response(202 if first else 200)


@dataclass
class Scene:
    """A relay, an auditor behind it, and what notifications knows."""

    world: World
    relay: Relay
    auditor: Auditor
    observed: Observed
    known: Known

    async def drain(self) -> None:
        """Relay all there is."""
        while await self.relay.step():
            pass

    async def audit(self) -> int:
        """Audit all there is; how many events."""
        audited = 0
        while done := await self.auditor.step():
            audited += done
        return audited

    def of_clocks(self) -> list[str]:
        """The ids of what is known about clocks."""
        return [each for each, body in self.known.alerts.items() if "clock" in body["data"]]


@pytest.fixture
async def scene(world: World) -> AsyncIterator[Scene]:
    """A claim whose rescue advance is overdue, told."""
    known = Known()
    transport = httpx2.MockTransport(known.answer)
    notifications = Notifications("http://127.0.0.1:1", ServiceToken(KEY, issuer="i", audience="a"), transport)
    tail, gathering, observed = PostgresTail(world.pool), Gathering(HISTORIES, REFERENCE), Observed()
    relay = Relay(world.pool, tail, gathering, notifications, observed)
    auditor = Auditor(world.pool, tail, gathering, notifications, observed)
    claim_id = await world.a_claim("a", number="a")
    asked = RequestAdvance(at("2026-03-02 11:00"), ident("a"), "rescue", "insured", 600_000 * YUAN, (), None, None)
    await world.service.execute(claim_id, asked, "asked a")
    await sweep(world.pool, LATE)
    yield Scene(world, relay, auditor, observed, known)
    await notifications.close()


async def test_what_the_relay_has_not_passed_is_not_missed(scene: Scene) -> None:
    assert await scene.audit() == 0
    assert scene.observed.absent == []


async def test_where_everything_is_known_nothing_is_found_and_nothing_is_sent(scene: Scene) -> None:
    await scene.drain()
    told = dict(scene.known.alerts)
    assert await scene.audit() > 0
    assert scene.known.alerts == told
    assert scene.observed.absent == []


async def test_a_fired_clock_without_an_alert_is_found_sent_again_and_told(scene: Scene) -> None:
    await scene.drain()
    told = dict(scene.known.alerts)
    lost = scene.of_clocks()
    assert lost
    for each in lost:
        del scene.known.alerts[each]
    await scene.audit()
    assert {each: scene.known.alerts[each] for each in lost} == {each: told[each] for each in lost}, (
        "the same, by its id"
    )
    assert len(scene.observed.absent) == len(lost)
    [finding] = [body for body in scene.known.alerts.values() if body["type"] == "audit.finding"]
    assert finding["data"]["audit"] | {"since": None} == {
        "finding": FINDING, "count": len(lost), "since": None, "ids": lost, "repaired": len(lost),
    }  # fmt: skip
    CloudEvent.model_validate(finding)
    assert only_known(finding["data"], DATA) == finding["data"]
    assert await scene.audit() == 0, "and once"


async def test_what_notifications_knew_once_and_lost_in_a_restore_is_found_in_the_next_look_at_the_last_days(
    scene: Scene,
) -> None:
    await scene.drain()
    await scene.audit()
    lost = scene.of_clocks()
    assert lost
    for _ in range(2):
        for each in lost:
            del scene.known.alerts[each]
        assert await scene.audit() == 0
        assert await scene.auditor.again(limit=2) > 0
        assert scene.known.alerts.keys() >= set(lost)
    assert len(scene.observed.absent) == 2 * len(lost)


async def test_what_was_told_long_ago_is_not_looked_at_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.drain()
    monkeypatch.setattr(auditor, "LATELY", timedelta(0))
    assert await scene.auditor.again(limit=2) == 0
    window = await load_checkpoint(scene.world.pool, auditor.WINDOW)
    assert window != Position(), "and where the last days begin is kept"
    assert await scene.auditor.again() == 0


async def test_what_notifications_refused_was_never_lost(scene: Scene) -> None:
    scene.known.refused = {"clock.escalated"}
    await scene.drain()
    scene.known.refused = set()
    await scene.audit()
    assert scene.observed.absent == []


async def test_the_day_in_numbers_counts_limits_of_the_texts_and_targets_apart(scene: Scene) -> None:
    day = at("2026-03-09 12:00").date()
    figures = await read_day(scene.world.pool, start_of(day), at("2026-03-10 00:00"))
    assert (figures.due, figures.breached) == (1, 1), "SZ-20.6: five working days from 2 March"
    before = await read_day(scene.world.pool, at("2026-01-01 00:00"), at("2026-01-02 00:00"))
    assert (before.due, before.breached, before.missed) == (0, 0, 0)
    assert not await was_there(scene.world.pool, at("2020-01-01 00:00"))
    assert await was_there(scene.world.pool, at("2099-01-01 00:00"))
