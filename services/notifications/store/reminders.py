"""What is said again until somebody acknowledges: when next, and how often so far."""

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.ports import Clock
from notifications.application.records import NewDelivery
from notifications.application.remind import DueReminder, Reminding
from notifications.domain.alert import Alert
from notifications.domain.endpoint import Endpoint
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.kinds import AUTHORITIES
from notifications.domain.reminding import ENDING, REPEATED, Again, Ending, Later, Reminder
from notifications.domain.routing import Listener
from notifications.store import rows
from notifications.store.claiming import COME_UP
from notifications.store.connection import business_now, transaction
from notifications.store.lanes import TAKE_LANE
from notifications.store.listeners import read_listeners, read_windows
from notifications.store.new_deliveries import add_deliveries
from notifications.store.tables import acknowledgements, alerts, deliveries, endpoints, recipients, reminders

_DUE = text("""
select alert_id, recipient_id from reminders where next_at <= :now order by next_at limit :most
""")
_OUTDATED = text("""
select n.id
from unnest(cast(:ids as uuid[]), cast(:clocks as text[]), cast(:sequences as bigint[])) as n (id, clock_id, sequence)
cross join lateral (
  select from alerts a
  where a.clock_id = n.clock_id and a.sequence > n.sequence and a.kind = any(:kinds) limit 1) later
""")
_END = text("""
update reminders r set next_at = null, ended_by = n.why
from unnest(cast(:ids as uuid[]), cast(:clocks as text[]), cast(:whys as text[])) as n (id, clock_id, why)
join alerts newer on newer.id = n.id
join alerts a on a.clock_id = n.clock_id and a.id <> n.id and (a.sequence < newer.sequence) is not false
where r.alert_id = a.id and r.ended_by is null
""")
_members = deliveries.alias("members")


async def add_reminders(
    connection: AsyncConnection, hearers: Sequence[tuple[UUID, UUID]], next_at: datetime, until: datetime
) -> None:
    """Repeat alerts from `next_at` on, each to a recipient; to whom it is repeated already nothing changes."""
    new = [
        {"alert_id": alert_id, "recipient_id": recipient_id, "next_at": next_at, "until": until}
        for alert_id, recipient_id in hearers
    ]
    await connection.execute(upsert(reminders).on_conflict_do_nothing(), new)


async def read_outdated(connection: AsyncConnection, new: Sequence[tuple[UUID, Alert]]) -> AbstractSet[UUID]:
    """Return those of these alerts whose clock has a breach, an escalation or a withdrawal of a higher sequence."""
    asked = {
        "ids": [alert_id for alert_id, _ in new],
        "clocks": [alert.clock_id for _, alert in new],
        "sequences": [alert.sequence for _, alert in new],
        "kinds": sorted(REPEATED | ENDING),
    }
    return set((await connection.execute(_OUTDATED, asked)).scalars())


async def end_reminders(connection: AsyncConnection, newest: Sequence[tuple[UUID, str, Ending]]) -> None:
    """End the repeats of all earlier alerts about some clocks, and take back those not yet under way.

    `newest` names alert, clock and reason, each clock once. What came of the same event, with the same sequence, to
    others goes on; without a sequence, whatever came in before is earlier.
    """
    ids, clocks = [alert_id for alert_id, _, _ in newest], [clock_id for _, clock_id, _ in newest]
    asked = {"ids": ids, "clocks": clocks, "whys": [str(why) for _, _, why in newest]}
    await connection.execute(_END, asked)
    newer = alerts.alias("newer")
    is_earlier = (alerts.c.sequence < newer.c.sequence).is_not(False)
    pairs = and_(newer.c.clock_id == alerts.c.clock_id, newer.c.id != alerts.c.id, is_earlier)
    earlier = select(alerts.c.id).join(newer, pairs).where(alerts.c.clock_id.in_(clocks), newer.c.id.in_(ids))
    await cancel_repeats(connection, deliveries.c.alert_id.in_(earlier))


async def cancel_repeats(connection: AsyncConnection, which: Any) -> None:
    """Take back repeats that wait and are part of no digest; what a worker has leased is on its way."""
    carries = exists(select(_members.c.id).where(_members.c.digest_id == deliveries.c.id))
    waiting = and_(
        which, deliveries.c.repeat > 0, deliveries.c.status == "pending", deliveries.c.lease_until.is_(None),
        deliveries.c.digest_id.is_(None), ~carries,
    )  # fmt: skip
    locked = select(deliveries.c.id).where(waiting).order_by(deliveries.c.endpoint_id, deliveries.c.id)
    ids = (await connection.execute(locked.with_for_update())).scalars().all()
    if not ids:
        return
    cancelled = {"status": "cancelled", "held_until": None, "version": deliveries.c.version + 1}
    ended = (
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(cancelled)
        .returning(deliveries.c.endpoint_id, deliveries.c.lane)
    )
    lanes = (await connection.execute(ended)).all()
    behind = {"endpoints": [row.endpoint_id for row in lanes], "lanes": [row.lane for row in lanes]}
    await connection.execute(COME_UP, behind)


@dataclass(frozen=True, slots=True)
class PostgresReminding:
    """One transaction in which one reminder is dealt with."""

    connection: AsyncConnection
    due: DueReminder
    business_now: datetime

    async def listeners(self, alert: Alert, roles: Sequence[str]) -> Sequence[Listener]:
        """Return the subscriptions of those who hold one of the roles."""
        return await read_listeners(self.connection, [replace(alert, roles=tuple(roles))])

    async def maintenance_windows(self) -> Sequence[MaintenanceWindow]:
        """Return the windows that last now."""
        return await read_windows(self.connection, self.business_now)

    async def say(self, new: Sequence[NewDelivery]) -> None:
        """Add deliveries of the alert; those that are there already stay as they are."""
        table, its = deliveries, self.due
        known = select(table.c.endpoint_id, table.c.repeat).where(table.c.alert_id == its.alert_id)
        there = {(row.endpoint_id, row.repeat) for row in await self.connection.execute(known)}
        fresh = [each for each in new if (each.endpoint_id, each.repeat) not in there]
        await add_deliveries(self.connection, its.alert_id, its.alert.lane, fresh, self.business_now)

    async def remind(self, hearers: Sequence[UUID], next_at: datetime, until: datetime) -> None:
        """Repeat the alert to others too."""
        await add_reminders(self.connection, [(self.due.alert_id, each) for each in hearers], next_at, until)

    async def moved(self, step: Again | Later) -> None:
        """Write down what was decided of the reminder."""
        values: dict[Any, Any] = {"next_at": step.next_at}
        if isinstance(step, Again):
            values |= {"repeats": reminders.c.repeats + 1, "unanswered": reminders.c.unanswered + 1}
            values |= {"ended_by": Ending.EXPIRED} if step.next_at is None else {}
        await self.connection.execute(update(reminders).where(*_of(self.due)).values(values))


@dataclass(frozen=True, slots=True)
class PostgresReminders:
    """Opens the transactions of reminders."""

    engine: AsyncEngine
    clock: Clock

    async def due(self, most: int) -> Sequence[tuple[UUID, UUID]]:
        """Return alert and recipient of reminders whose moment has come, the oldest first."""
        async with transaction(self.engine) as connection:
            now = await business_now(connection, self.clock)
            return [
                (row.alert_id, row.recipient_id) for row in await connection.execute(_DUE, {"now": now, "most": most})
            ]

    @asynccontextmanager
    async def open(self, alert_id: UUID, recipient_id: UUID) -> AsyncIterator[Reminding | None]:
        """Open the transaction for one; None when somebody else is at it, or was."""
        async with transaction(self.engine) as connection:
            of_alert = select(alerts).where(alerts.c.id == alert_id)
            alert = rows.to_alert((await connection.execute(of_alert)).one(), ()).alert
            await connection.execute(TAKE_LANE, {"lane": alert.lane})
            now = await business_now(connection, self.clock)
            due = await _read(connection, alert_id, recipient_id, alert, now)
            yield None if due is None else PostgresReminding(connection, due, now)


async def _read(
    connection: AsyncConnection, alert_id: UUID, recipient_id: UUID, alert: Alert, now: datetime
) -> DueReminder | None:
    mine = (reminders.c.alert_id == alert_id, reminders.c.recipient_id == recipient_id, reminders.c.next_at <= now)
    query = select(reminders).where(*mine).with_for_update(skip_locked=True)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    whose = (await connection.execute(select(recipients).where(recipients.c.id == recipient_id))).one()
    recipient = rows.to_recipient(whose)
    standing = await _acknowledged_until(connection, alert_id)
    told = select(recipients.c.role).where(
        recipients.c.id.in_(select(deliveries.c.recipient_id).where(deliveries.c.alert_id == alert_id))
    )
    return DueReminder(
        alert_id=alert_id,
        alert=alert,
        recipient=recipient,
        reminder=Reminder(row.repeats, row.unanswered, row.until, standing.get(recipient_id), recipient.quiet_hours),
        endpoints=await _endpoints(connection, alert_id, recipient_id),
        told=frozenset((await connection.execute(told)).scalars()),
        is_acknowledged=any(moment > now for moment in standing.values()),
    )


async def _acknowledged_until(connection: AsyncConnection, alert_id: UUID) -> dict[UUID, datetime]:
    """By recipient, of staff alone: that an authority has read a breach does not mean that somebody acts."""
    table = acknowledgements
    query = (
        select(table.c.recipient_id, func.max(table.c.expires_at).label("until"))
        .join(recipients, recipients.c.id == table.c.recipient_id)
        .where(table.c.alert_id == alert_id, recipients.c.role.not_in(sorted(AUTHORITIES)))
        .group_by(table.c.recipient_id)
    )
    return {row.recipient_id: row.until for row in await connection.execute(query)}


async def _endpoints(
    connection: AsyncConnection, alert_id: UUID, recipient_id: UUID
) -> tuple[tuple[Endpoint, int | None], ...]:
    """Where the recipient was told the alert first, as far as it can still be reached there."""
    query = (
        select(endpoints, deliveries.c.digest_from)
        .join(deliveries, deliveries.c.endpoint_id == endpoints.c.id)
        .where(
            deliveries.c.alert_id == alert_id, deliveries.c.recipient_id == recipient_id, deliveries.c.repeat == 0,
            deliveries.c.handed_from.is_(None), endpoints.c.enabled, endpoints.c.deleted_at.is_(None),
        )
        .order_by(endpoints.c.id)
    )  # fmt: skip
    return tuple((rows.to_endpoint(row), row.digest_from) for row in await connection.execute(query))


def _of(due: DueReminder) -> tuple[Any, Any]:
    return reminders.c.alert_id == due.alert_id, reminders.c.recipient_id == due.recipient.id
