"""What an instance's log says, read past its processes, and what must follow from it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid5

import asyncpg
import httpx2
from tests.support.machine import PATIENCE, Instance, Json
from tests.support.recipients import INSURER, OPERATIONS, REGULATOR

__all__ = ["INSURER", "Stored", "feed", "follow", "gaps", "stored", "wanted_alerts", "watch_is_idle"]

_LOG = """
select stream_id, version, name, correlation_id, causation_id, actor from events where tenant = $1
order by epoch, tx_id, seq
"""
_PAUSE = 0.02
_IDLE = "select not exists (select from clocks where next_at <= business_now())"

TOLD_OF_CLOCKS = frozenset(
    {"clock_at_risk", "clock_breached", "clock_escalated", "breach_withdrawn", "clock_missed", "miss_withdrawn"}
)
_OUTSIDE = frozenset({"clock_breached", "clock_escalated", "breach_withdrawn"})


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as its row says it."""

    stream_id: UUID
    version: int
    name: str
    correlation_id: str
    causation_id: UUID | None
    actor: str


async def stored(instance: Instance, tenant: str) -> list[Stored]:
    """Every event of a tenant, in the order of the log."""
    connection = await asyncpg.connect(instance.machine.databases.claims)
    try:
        return [Stored(*row) for row in await connection.fetch(_LOG, tenant)]
    finally:
        await connection.close()


async def watch_is_idle(instance: Instance) -> bool:
    """Whether no clock waits for the watch."""
    connection = await asyncpg.connect(instance.machine.databases.claims)
    try:
        return bool(await connection.fetchval(_IDLE))
    finally:
        await connection.close()


def feed(instance: Instance, tenant: str) -> list[Json]:
    """The whole feed, as the insurer reads it."""
    items: list[Json] = []
    headers = instance.bearer("insurer", tenant=tenant)
    with httpx2.Client(base_url=instance.url("claims"), headers=headers, trust_env=False, timeout=PATIENCE) as client:
        after: dict[str, str] = {}
        while True:
            answer = client.get("/v1/events", params={"limit": "200", **after})
            assert answer.status_code == httpx2.codes.OK, answer.text
            page = answer.json()
            if not page["items"]:
                return items
            items += page["items"]
            after = {"after": page["next_cursor"]}


async def follow(instance: Instance, tenant: str, seen: list[tuple[UUID, int]]) -> None:
    """Read the feed on and on, as a client that was there all the time, until cancelled; what it shows is added."""
    headers = instance.bearer("insurer", tenant=tenant)
    url = instance.url("claims")
    after: dict[str, str] = {}
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        while True:
            with suppress(httpx2.TransportError):
                answer = await client.get("/v1/events", params={"limit": "50", **after})
                if answer.is_success:
                    page = answer.json()
                    seen += [(UUID(event["stream_id"]), event["version"]) for event in page["items"]]
                    after = {"after": page["next_cursor"]}
            await asyncio.sleep(_PAUSE)


def wanted_alerts(events: Iterable[Json]) -> Counter[tuple[str, str]]:
    """Who must hear of which event, by role and CloudEvent id; worked out from the feed and the regulation's levels."""
    wanted: Counter[tuple[str, str]] = Counter()
    for event in events:
        is_of_clock = event["name"] in TOLD_OF_CLOCKS
        if not (event["name"] == "advance_requested" or (is_of_clock and event["data"]["alert"])):
            continue
        event_id = str(uuid5(UUID(event["stream_id"]), str(event["version"])))
        wanted[OPERATIONS, event_id] += 1
        if event["name"] in _OUTSIDE and event["data"]["tier"] != "target":
            wanted[REGULATOR, event_id] += 1
    return wanted


def gaps(events: Iterable[Stored]) -> dict[UUID, list[int]]:
    """Streams whose versions do not come as 1, 2, 3 … in the order of the log."""
    versions: dict[UUID, list[int]] = defaultdict(list)
    for event in events:
        versions[event.stream_id].append(event.version)
    return {stream: found for stream, found in versions.items() if found != list(range(1, len(found) + 1))}
