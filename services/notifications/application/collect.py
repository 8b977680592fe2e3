"""Looking at what is held: let go, held on, or collected into digests."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol
from uuid import UUID

import structlog

from notifications.domain.collecting import BLOCKED_FOR, Waiting, collect
from notifications.domain.holding import MaintenanceWindow, held_until
from notifications.domain.recipient import Recipient
from notifications.metrics import Metrics

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery whose hold is over, with what decides about it.

    `blocked`: something of its claim goes before it, so that it may not go with others; `pushed`: something of its
    claim that may not wait comes behind it.
    """

    waiting: Waiting
    endpoint_id: UUID
    kind: str
    severity: str
    repeats: bool
    recipient: Recipient
    blocked: bool
    pushed: bool

    @property
    def group(self) -> tuple[UUID, str, bool]:
        """What may become one digest: one kind at one endpoint, first notices and repeats apart."""
        return self.endpoint_id, self.kind, self.repeats


class Collecting(Protocol):
    """One transaction in which everything is looked at whose hold is over."""

    @property
    def business_now(self) -> datetime:
        """The business time of this transaction."""
        ...

    async def push(self) -> int:
        """Send deferred warnings that something stands behind that may not wait; how many."""
        ...

    async def held(self) -> Sequence[Held]:
        """Return them by group, each group in the order in which it came in."""
        ...

    async def maintenance_windows(self) -> Sequence[MaintenanceWindow]:
        """Return the windows that last now."""
        ...

    async def hold(self, until: datetime, deliveries: Sequence[UUID]) -> None:
        """Hold these on."""
        ...

    async def let_go(self, deliveries: Sequence[UUID]) -> None:
        """Send these, each by itself, in their order."""
        ...

    async def join(self, members: Sequence[UUID]) -> None:
        """Send these as one message, which the first of them carries."""
        ...


class Holds(Protocol):
    """What is held."""

    def looking(self) -> AbstractAsyncContextManager[Collecting | None]:
        """Open the transaction; None while another process is at it."""
        ...

    async def look_again(self) -> None:
        """Look at everything that is held with the next round: what held it was changed."""
        ...


@dataclass(frozen=True, slots=True)
class Collect:
    """Goes through what is held."""

    holds: Holds
    metrics: Metrics

    async def round(self) -> int:
        """Look at what is due for a look; how much there was. DatabaseUnavailableError."""
        async with self.holds.looking() as collecting:
            if collecting is None:
                return 0
            pushed = await collecting.push()
            found = await collecting.held()
            if not found:
                return pushed
            ready = await _hold_on(collecting, found)
            for _, group in groupby(ready, lambda each: each.group):
                await self._decide(collecting, list(group))
            return pushed + len(found)

    async def _decide(self, collecting: Collecting, group: Sequence[Held]) -> None:
        now = collecting.business_now
        decided = collect([each.waiting for each in group], now)
        if decided is not None and decided.digests:
            # A message for many claims cannot wait for one of them: who must come later is left for the next one.
            blocked = [each.waiting.id for each in group if each.blocked]
            if blocked:
                await collecting.hold(now + BLOCKED_FOR, blocked)
            decided = collect([each.waiting for each in group if not each.blocked], now)
        if decided is None:
            return
        if decided.single:
            await collecting.let_go(decided.single)
        for members in decided.digests:
            await collecting.join(members)
            self.metrics.digests.labels(group[0].kind).inc()
            _log.info("digest_made", delivery_id=str(members[0]), kind=group[0].kind, alerts=len(members))


async def _hold_on(collecting: Collecting, found: Sequence[Held]) -> list[Held]:
    """Hold on what quiet hours or a window still hold and nothing pushes; the rest."""
    now, windows = collecting.business_now, await collecting.maintenance_windows()
    ready: list[Held] = []
    longer: dict[datetime, list[UUID]] = {}
    for each in found:
        until = None if each.pushed else held_until(each.severity, each.recipient, windows, now)
        if until is None:
            ready.append(each)
        else:
            longer.setdefault(until, []).append(each.waiting.id)
    for until, ids in longer.items():
        await collecting.hold(until, ids)
    return ready
