"""A relay wired to a receiver, and what the receiver was told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from joserfc.jwk import ECKey
from tests.integration.alerts.receiver import Receiver
from tests.integration.projections.world import HISTORIES, REFERENCE, World
from tests.support.story import YUAN, at, ident

from claims.domain.claim.commands.advance import RequestAdvance
from claims.event_store.tail import PostgresTail
from claims.relay.gathering import Gathering
from claims.relay.notifications import Notifications
from claims.relay.relay import Relay
from claims.relay.service_token import ServiceToken
from claims.watch.sweep import sweep

KEY = ECKey.generate_key("P-256", auto_kid=True)
LATE = at("2026-03-20 00:00")


@dataclass
class Counted:
    """What the relay told its metrics."""

    alerts: list[str] = field(default_factory=list)
    refusals: list[tuple[str, int]] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def taken(self, kind: str) -> None:
        """Keep it."""
        self.alerts.append(kind)

    def refused(self, kind: str, status: int) -> None:
        """Keep it."""
        self.refusals.append((kind, status))

    def lag(self, seconds: float) -> None:
        """Keep it."""
        self.lags.append(seconds)

    def lost(self, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)


@dataclass
class Relayed:
    """One relay, its world, and the receiver."""

    relay: Relay
    world: World
    receiver: Receiver
    counted: Counted

    async def drain(self) -> None:
        """Relay all there is."""
        while await self.relay.step():
            pass

    def told(self) -> list[dict[str, Any]]:
        """The alerts that came in, in order."""
        return [orjson.loads(each.body) for each in self.receiver.received if each.path == "/v1/alerts"]

    def offsets(self) -> list[timedelta]:
        """The offsets of the sandbox's clock that came in, in order."""
        bodies = [orjson.loads(each.body) for each in self.receiver.received if each.path == "/v1/sandbox/clock"]
        return [timedelta(microseconds=body["offset_us"]) for body in bodies]

    async def a_late_rescue(self, name: str, *, number: str | None = None) -> UUID:
        """A claim whose rescue advance is overdue, as the watch saw it: three alerts, with the missed target."""
        claim_id = await self.world.a_claim(name, number=number or name)
        asked = RequestAdvance(at("2026-03-02 11:00"), ident(name), "rescue", "insured", 600_000 * YUAN, (), None, None)
        await self.world.service.execute(claim_id, asked, f"asked {name}")
        await sweep(self.world.pool, LATE)
        return claim_id


@asynccontextmanager
async def relayed(world: World, receiver: Receiver) -> AsyncIterator[Relayed]:
    """Yield a relay of its own, as each process has one."""
    token = ServiceToken(KEY, issuer="issuer", audience="anze")
    notifications = Notifications(receiver.url("").rstrip("/"), token)
    counted = Counted()
    relay = Relay(world.pool, PostgresTail(world.pool), Gathering(HISTORIES, REFERENCE), notifications, counted)
    try:
        yield Relayed(relay, world, receiver, counted)
    finally:
        await notifications.close()
