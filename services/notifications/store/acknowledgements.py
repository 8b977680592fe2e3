"""Acknowledgements: kept for ever, and what each of them puts off."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.acknowledge import Given, expiry
from notifications.application.errors import NotFoundError, NothingToAcknowledgeError, UnknownReferenceError
from notifications.application.ports import Clock, NewId
from notifications.application.records import AcknowledgementRecord, LinkedAlerts
from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope
from notifications.domain import regions
from notifications.domain.kinds import AUTHORITIES
from notifications.store import rows, visibility
from notifications.store.connection import business_now, reading, transaction
from notifications.store.reminders import cancel_repeats
from notifications.store.tables import acknowledgements, alerts, deliveries, recipients, reminders

Told = tuple[UUID, UUID]
"""An alert and a recipient that was told it."""


async def read_acknowledgements(
    connection: AsyncConnection, alert_ids: Sequence[UUID]
) -> dict[UUID, list[AcknowledgementRecord]]:
    """Return what was acknowledged of these alerts, oldest first, as far as the connection's role may see it."""
    query = select(acknowledgements).where(acknowledgements.c.alert_id.in_(alert_ids))
    found: defaultdict[UUID, list[AcknowledgementRecord]] = defaultdict(list)
    for row in await connection.execute(query.order_by(acknowledgements.c.id)):
        found[row.alert_id].append(rows.to_acknowledgement(row))
    return found


@dataclass(frozen=True, slots=True)
class PostgresAcknowledgements:
    """Where acknowledgements are kept."""

    engine: AsyncEngine
    clock: Clock
    new_id: NewId

    async def add(
        self, alert_id: UUID, scope: Scope, recipient_id: UUID | None, given: Given
    ) -> Sequence[AcknowledgementRecord]:
        """Acknowledge for one recipient that was told, or for all whom the caller stands for."""
        async with reading(self.engine, scope) as connection:
            seen = select(alerts.c.id).where(alerts.c.id == alert_id, visibility.of_alerts(scope))
            if (await connection.execute(seen)).first() is None:
                raise NotFoundError
        async with transaction(self.engine) as connection:
            told = await self._told(connection, alert_id, scope)
            if recipient_id is not None and recipient_id not in told:
                raise UnknownReferenceError("/recipient_id", "you do not stand for it, or it was not told this alert")
            if not told:
                raise NothingToAcknowledgeError
            chosen = told if recipient_id is None else [recipient_id]
            return await self._add(connection, [(alert_id, each) for each in chosen], given)

    async def add_for_delivery(self, delivery_id: UUID, given: Given) -> None:
        """Acknowledge what one message said, for its recipient; what stands already stays as it is."""
        async with transaction(self.engine) as connection:
            told = await _said_by(connection, delivery_id)
            now = await business_now(connection, self.clock)
            standing = await _standing(connection, told, now)
            if missing := [each for each in told if each not in standing]:
                await self._add(connection, missing, given)

    async def of_delivery(self, delivery_id: UUID) -> LinkedAlerts:
        """Return what one message said, and until when all of it is acknowledged; NotFoundError."""
        async with transaction(self.engine) as connection:
            told = await _said_by(connection, delivery_id)
            now = await business_now(connection, self.clock)
            standing = await _standing(connection, told, now)
            of_these = select(alerts.c.document).where(alerts.c.id.in_([each for each, _ in told]))
            documents = (await connection.execute(of_these.order_by(alerts.c.id))).scalars().all()
            whose = select(recipients).where(recipients.c.id == told[0][1])
            recipient = rows.to_recipient((await connection.execute(whose)).one())
        until = min(standing.values()) if len(standing) == len(told) else None
        return LinkedAlerts(recipient.name, recipient.language, tuple(documents), until)

    async def _told(self, connection: AsyncConnection, alert_id: UUID, scope: Scope) -> list[UUID]:
        its = select(deliveries.c.recipient_id).where(deliveries.c.alert_id == alert_id)
        query = select(recipients.c.id).where(recipients.c.id.in_(its), _stood_for(scope)).order_by(recipients.c.id)
        return list((await connection.execute(query)).scalars())

    async def _add(
        self, connection: AsyncConnection, told: Sequence[Told], given: Given
    ) -> list[AcknowledgementRecord]:
        now = await business_now(connection, self.clock)
        ends = expiry(given, now)
        common = {"acknowledged_by": given.by, "note": given.note, "acknowledged_at": now, "expires_at": ends}
        values = [{"id": self.new_id(), "alert_id": a, "recipient_id": r} | common for a, r in told]
        await connection.execute(insert(acknowledgements), values)
        await self._put_off(connection, told, given, ends)
        return [AcknowledgementRecord(**value) for value in values]  # type: ignore[arg-type]

    async def _put_off(self, connection: AsyncConnection, told: Sequence[Told], given: Given, ends: datetime) -> None:
        """The next repeat comes when the acknowledgement expires, however long the alert was to be repeated."""
        alert_ids, recipient_id = [each for each, _ in told], {each for _, each in told}
        mine = and_(reminders.c.alert_id.in_(alert_ids), reminders.c.recipient_id.in_(recipient_id))
        until = func.greatest(reminders.c.until, ends + given.how.every)
        put_off = {"next_at": ends, "until": until, "unanswered": 0, "ended_by": None}
        again = or_(reminders.c.ended_by.is_(None), reminders.c.ended_by == "expired")
        await connection.execute(update(reminders).where(mine, again).values(put_off))
        its = and_(deliveries.c.alert_id.in_(alert_ids), deliveries.c.recipient_id.in_(recipient_id))
        await cancel_repeats(connection, its)


def _stood_for(scope: Scope) -> ColumnElement[bool]:
    """Whom a caller may acknowledge for: an insurer's staff for its own, a regulator for authorities of its region.

    Who is of no insurer hears for all of them, and who is of no region for the whole country: neither is one's own.
    """
    table = recipients
    authority = table.c.role.in_(sorted(AUTHORITIES))
    match scope:
        case Everything():
            return true()
        case OfTenant(tenant):
            return and_(~authority, table.c.tenant == tenant)
        case OfAuthority(region):
            where = func.coalesce(table.c.region, regions.EVERYWHERE)
            return and_(authority, where.startswith(regions.prefix(region), autoescape=True))
        case _:
            assert_never(scope)


async def _said_by(connection: AsyncConnection, delivery_id: UUID) -> list[Told]:
    """What one message said: its own alert, and those of its digest."""
    its = or_(deliveries.c.id == delivery_id, deliveries.c.digest_id == delivery_id)
    found = (await connection.execute(select(deliveries.c.alert_id, deliveries.c.recipient_id).where(its))).all()
    if not found:
        raise NotFoundError
    return [(row.alert_id, row.recipient_id) for row in found]


async def _standing(connection: AsyncConnection, told: Sequence[Told], now: datetime) -> dict[Told, datetime]:
    table = acknowledgements
    query = (
        select(table.c.alert_id, table.c.recipient_id, func.max(table.c.expires_at).label("until"))
        .where(table.c.alert_id.in_([each for each, _ in told]), table.c.expires_at > now)
        .group_by(table.c.alert_id, table.c.recipient_id)
    )
    found = {(row.alert_id, row.recipient_id): row.until for row in await connection.execute(query)}
    return {each: found[each] for each in told if each in found}
