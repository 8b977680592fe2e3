"""Alerts and deliveries, read under a caller's eyes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Text, and_, any_, bindparam, exists, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.errors import NotFoundError
from notifications.application.records import AlertRecord, DeliveryRecord, Page
from notifications.application.scope import Scope
from notifications.store import rows, visibility
from notifications.store.acknowledgements import read_acknowledgements
from notifications.store.connection import reading
from notifications.store.tables import acknowledgements, alerts, deliveries, endpoints, recipients

_ABOUT: Final = ("kind", "severity", "time", "region", "rule", "clock_id", "claim_id")


class PostgresDeliveryLog:
    """Reads; every query carries the caller's scope."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def alert(self, alert_id: UUID, scope: Scope) -> AlertRecord:
        """Return one alert with its deliveries; NotFoundError also when the scope does not reach it."""
        async with reading(self._engine, scope) as connection:
            query = select(alerts).where(alerts.c.id == alert_id, visibility.of_alerts(scope))
            return (await self._with_deliveries(connection, [await _one(connection, query)], scope))[0]

    async def alerts(
        self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None
    ) -> Page[AlertRecord]:
        """Return alerts, newest first."""
        seen = select(alerts).where(
            visibility.of_alerts(scope), *_of_alerts(filters), *_by_range(alerts.c.received_at, filters)
        )
        query = _newest(seen, alerts, limit, after)
        async with reading(self._engine, scope) as connection:
            found = list(await connection.execute(query))
            page = await self._with_deliveries(connection, found[:limit], scope)
        return Page(page, page[-1].id if len(found) > limit else None)

    async def delivery(self, delivery_id: UUID, scope: Scope) -> DeliveryRecord:
        """Return one delivery; NotFoundError also when the scope does not reach it."""
        query = _deliveries(scope).where(deliveries.c.id == delivery_id)
        async with reading(self._engine, scope) as connection:
            return (await rows.with_attempts(connection, [await _one(connection, query)]))[0]

    async def deliveries(
        self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None
    ) -> Page[DeliveryRecord]:
        """Return deliveries, newest first."""
        seen = select(deliveries.c.id).where(
            visibility.of_deliveries(scope), *_of_deliveries(filters), *_by_range(deliveries.c.created_at, filters)
        )
        chosen = deliveries.c.id.in_(_newest(seen, deliveries, limit, after))
        query = _deliveries(scope).where(chosen).order_by(deliveries.c.id.desc())
        async with reading(self._engine, scope) as connection:
            found = list(await connection.execute(query))
            page = await rows.with_attempts(connection, found[:limit])
        return Page(page, page[-1].id if len(found) > limit else None)

    async def _with_deliveries(
        self, connection: AsyncConnection, found: list[rows.AnyRow], scope: Scope
    ) -> tuple[AlertRecord, ...]:
        its = _deliveries(scope).where(deliveries.c.alert_id.in_([row.id for row in found]))
        made = (await connection.execute(its.order_by(deliveries.c.id))).all()
        by_alert: defaultdict[UUID, list[DeliveryRecord]] = defaultdict(list)
        for delivery in await rows.with_attempts(connection, made):
            by_alert[delivery.alert_id].append(delivery)
        acknowledged = await read_acknowledgements(connection, [row.id for row in found])
        return tuple(rows.to_alert(row, by_alert[row.id], acknowledged.get(row.id, ())) for row in found)


def _deliveries(scope: Scope) -> Select[Any]:
    """The deliveries that a scope reaches, with what it may read of their recipients, endpoints and alerts."""
    about = (alerts.c[name] for name in _ABOUT)
    number = alerts.c.document.cast(JSONB)[("data", "claim", "number")].astext
    reached = and_(endpoints.c.id == deliveries.c.endpoint_id, visibility.of_endpoints(scope))
    return (
        select(deliveries, recipients.c.name.label("recipient_name"), endpoints.c.address, *about)
        .add_columns(number.label("claim_number"))
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .outerjoin(recipients, recipients.c.id == deliveries.c.recipient_id)
        .outerjoin(endpoints, reached)
        .where(visibility.of_deliveries(scope))
    )


def _of_alerts(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The filters of alerts; acknowledged is what somebody acknowledged whom the connection's role may see."""
    equal = [alerts.c[name] == value for name, value in filters.items() if name in alerts.c and name != "clock_id"]
    if "clock_id" in filters:
        equal.append(alerts.c.clock_id == any_(literal(filters["clock_id"], ARRAY(Text))))
    if "acknowledged" in filters:
        said = exists().where(acknowledgements.c.alert_id == alerts.c.id)
        equal.append(said if filters["acknowledged"] else ~said)
    return equal


def _of_deliveries(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The filters of deliveries and of their alerts. The planner is told the status: the dead have their own index."""
    equal = [
        deliveries.c[name] == value for name, value in filters.items() if name in deliveries.c and name != "status"
    ]
    if "status" in filters:
        equal.append(deliveries.c.status == bindparam(None, str(filters["status"]), literal_execute=True))
    if "kind" in filters:
        its = select(alerts.c.id).where(alerts.c.id == deliveries.c.alert_id, alerts.c.kind == filters["kind"])
        equal.append(visibility.each_by_itself(its))
    of_few = [alerts.c[name] == filters[name] for name in ("claim_id", "subject") if name in filters]
    return equal + ([deliveries.c.alert_id.in_(select(alerts.c.id).where(*of_few))] if of_few else [])


def _by_range(moment: ColumnElement[Any], filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    bounds = []
    if "begins" in filters:
        bounds.append(moment >= filters["begins"])
    if "ends" in filters:
        bounds.append(moment < filters["ends"])
    return bounds


def _newest(query: Select[Any], table: Table, limit: int, after: UUID | None) -> Select[Any]:
    """The first so many: the planner is told how many, else it thinks of a tenth of all and reads them first."""
    query = query.order_by(table.c.id.desc()).limit(literal(limit + 1, literal_execute=True))
    return query if after is None else query.where(table.c.id < after)


async def _one(connection: AsyncConnection, query: Select[Any]) -> rows.AnyRow:
    row: rows.AnyRow | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFoundError
    return row
