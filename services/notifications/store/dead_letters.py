"""Deliveries that were given up: ended with their endpoint, handed to the next channel, chosen to be told of."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.ports import Clock
from notifications.application.records import DeadBundle
from notifications.domain.collecting import SETTLING
from notifications.domain.endpoint import ChannelName
from notifications.domain.kinds import DEAD
from notifications.domain.retry import ScheduleName, Schedules, schedule_of
from notifications.store import rows
from notifications.store.claiming import COME_UP
from notifications.store.connection import business_now, transaction

MOST: Final = 200
"""Deliveries in one statement, and in one alert."""

_STAFF: Final = "operations"
"""Any role that is no authority's: what is handed on goes by the schedule of its new channel."""

_BURY = text("""
with chosen as (
  select d.id, case when e.deleted_at is not null then 'the endpoint was removed'
                    else 'the endpoint is disabled: ' || e.disabled_reason end as reason
  from deliveries d join endpoints e on e.id = d.endpoint_id
  where d.status = 'pending' and (e.deleted_at is not null or (e.gone_at is not null and not e.enabled))
  order by d.endpoint_id, d.id limit :most for update of d)
update deliveries d
set status = case when d.delivered_at is null then 'dead' else 'delivered' end, reason = c.reason, ended_at = :now,
    lease_until = null, held_until = null, version = d.version + 1
from chosen c where c.id = d.id
returning d.endpoint_id, d.lane
""")

_NEXT: Final = """
    select e.id, e.channel from endpoints e
    where e.recipient_id = d.recipient_id and e.enabled and e.deleted_at is null and e.fallback_order is not null
      and not exists (
        select from deliveries x where x.alert_id = d.alert_id and x.endpoint_id = e.id and x.repeat = d.repeat)
    order by e.fallback_order, e.id limit 1
"""
"""The first in line of the recipient's channels over which this was never sent."""

_HAND_ON = text(f"""
with dead as (
  select d.* from deliveries d
  where d.status = 'dead' and d.told_at is null and d.told_as is null and d.schedule = any(:handing)
    and exists ({_NEXT})
  order by d.endpoint_id, d.position limit :most for update of d skip locked),
next as (
  select d.id as dead_id, e.id as endpoint_id, e.channel, row_number() over (order by d.position) as place
  from dead d cross join lateral ({_NEXT}) e),
added as (
  insert into deliveries (id, alert_id, endpoint_id, recipient_id, role, tenant, channel, lane, next_at,
                          created_at, deadline_at, schedule, handed_from, repeat, digest_from, held_until)
  select i.id, d.alert_id, n.endpoint_id, d.recipient_id, d.role, d.tenant, n.channel, d.lane, :now, :now,
         cast(:now as timestamptz) + p.patience, p.schedule, d.id, d.repeat, d.digest_from,
         case when d.digest_from is not null then cast(:now as timestamptz) + cast(:settling as interval) end
  from next n join dead d on d.id = n.dead_id
  join unnest(cast(:ids as uuid[])) with ordinality as i (id, place) on i.place = n.place
  join unnest(cast(:channels as text[]), cast(:schedules as text[]), cast(:patience as interval[]))
    as p (channel, schedule, patience) on p.channel = n.channel
  order by n.place
  on conflict do nothing
  returning id, handed_from)
update deliveries d
set status = 'handed_on', version = d.version + 1, reason = left(d.reason || '; handed on as ' || a.id, 600)
from added a where a.handed_from = d.id
""")  # noqa: S608 - composed of constants

_NOT_WORTH_TELLING = text(f"""
update deliveries d set told_at = :now from alerts a
where a.id = d.alert_id and a.kind = :dead and d.status = 'dead' and d.told_at is null and d.told_as is null
  and (d.schedule <> all(:handing) or not exists ({_NEXT}))
""")  # noqa: S608 - composed of constants
"""What has another channel is left to be handed on, also when it died since that was done last."""

_CHOOSE = text(f"""
with one as (
  select d.endpoint_id, d.told_as from deliveries d
  where d.status = 'dead' and d.told_at is null
    and (d.told_as is not null or d.schedule <> all(:handing) or not exists ({_NEXT}))
  order by d.told_as nulls last, d.position limit 1)
update deliveries d set told_as = coalesce(one.told_as, :event_id)
from one
where d.id in (
  select d.id from deliveries d
  where d.status = 'dead' and d.told_at is null and d.endpoint_id = one.endpoint_id
    and d.told_as is not distinct from one.told_as
    and (d.told_as is not null or d.schedule <> all(:handing) or not exists ({_NEXT}))
  order by d.position limit :most)
returning d.told_as
""")  # noqa: S608 - composed of constants
"""Those that were chosen first and not told, else some of the endpoint whose first one has waited longest."""

_BUNDLE = text("""
select e.id as endpoint_id, e.channel, r.name, r.role,
       case when count(distinct coalesce(a.tenant, '')) = 1 then min(a.tenant) end as tenant,
       array_agg(d.id order by d.position) as ids, array_agg(a.kind order by d.position) as kinds,
       (array_agg(d.reason order by d.ended_at desc nulls last))[1] as reason
from deliveries d join endpoints e on e.id = d.endpoint_id join recipients r on r.id = d.recipient_id
join alerts a on a.id = d.alert_id
where d.told_as = :event_id and d.told_at is null
group by e.id, r.id
""")

_TOLD = text("update deliveries set told_at = :now where told_as = :event_id and told_at is null")


class PostgresDeadLetters:
    """Every step is a transaction of its own and may be repeated: a worker may end between any two."""

    def __init__(self, engine: AsyncEngine, clock: Clock, schedules: Schedules, new_id: Callable[[], UUID]) -> None:
        self._engine = engine
        self._clock = clock
        self._schedules = schedules
        self._new_id = new_id

    async def bury(self) -> int:
        """End what waits for endpoints that want nothing more or were removed, some at a time; how many were ended."""
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            buried = (await connection.execute(_BURY, {"now": now, "most": MOST})).all()
            # Whoever enables the endpoint before all are buried finds the others in their turn.
            lanes = {"endpoints": [row.endpoint_id for row in buried], "lanes": [row.lane for row in buried]}
            await connection.execute(COME_UP, lanes)
            return len(buried)

    async def hand_on(self) -> int:
        """Give some to the next channel of their recipients, who are staff; how many. 0: none is left to hand on."""
        by_channel = {str(channel): schedule_of(_STAFF, channel) for channel in ChannelName}
        asked = {
            "most": MOST,
            "handing": self._handing,
            "ids": [self._new_id() for _ in range(MOST)],
            "settling": SETTLING,
            "channels": list(by_channel),
            "schedules": [str(name) for name in by_channel.values()],
            "patience": [self._schedules[name].patience for name in by_channel.values()],
        }
        return await self._run(_HAND_ON, asked)

    async def choose(self) -> DeadBundle | None:
        """Choose some of one endpoint that nobody was told of and that go to no other channel; None without any."""
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            await connection.execute(_NOT_WORTH_TELLING, {"dead": DEAD, "now": now, "handing": self._handing})
            asked = {"handing": self._handing, "event_id": self._new_id(), "most": MOST}
            chosen = (await connection.execute(_CHOOSE, asked)).scalars().first()
            return None if chosen is None else await _bundle(connection, chosen)

    async def told(self, bundle: DeadBundle) -> None:
        """Mark those that were chosen as told."""
        await self._run(_TOLD, {"event_id": bundle.event_id})

    @property
    def _handing(self) -> list[str]:
        return [str(name) for name in ScheduleName if self._schedules[name].hands_on]

    async def _run(self, statement: Any, asked: dict[str, Any]) -> int:
        async with transaction(self._engine) as connection:
            now: datetime = await business_now(connection, self._clock)
            return (await connection.execute(statement, asked | {"now": now})).rowcount


async def _bundle(connection: AsyncConnection, event_id: UUID) -> DeadBundle:
    row: rows.AnyRow = (await connection.execute(_BUNDLE, {"event_id": event_id})).one()
    return DeadBundle(
        event_id, row.endpoint_id, ChannelName(row.channel), row.name, row.role, row.tenant, tuple(row.ids),
        tuple(row.kinds), row.reason,
    )  # fmt: skip
