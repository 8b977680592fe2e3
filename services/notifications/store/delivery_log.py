"""Alerts and deliveries, read under a caller's eyes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.errors import NotFoundError
from notifications.application.records import AlertRecord, DeliveryRecord, Page
from notifications.application.scope import Scope
from notifications.store import rows, visibility
from notifications.store.acknowledgements import read_acknowledgements
from notifications.store.connection import reading
from notifications.store.tables import alerts, deliveries


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
        query = _newest(alerts, filters, limit, after).where(visibility.of_alerts(scope))
        async with reading(self._engine, scope) as connection:
            found = list(await connection.execute(query))
            page = await self._with_deliveries(connection, found[:limit], scope)
        return Page(page, page[-1].id if len(found) > limit else None)

    async def delivery(self, delivery_id: UUID, scope: Scope) -> DeliveryRecord:
        """Return one delivery; NotFoundError also when the scope does not reach it."""
        query = select(deliveries).where(deliveries.c.id == delivery_id, visibility.of_deliveries(scope))
        async with reading(self._engine, scope) as connection:
            return (await rows.with_attempts(connection, [await _one(connection, query)]))[0]

    async def deliveries(
        self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None
    ) -> Page[DeliveryRecord]:
        """Return deliveries, newest first."""
        query = _newest(deliveries, _of_deliveries(filters), limit, after).where(
            visibility.of_deliveries(scope), *_by_range(filters), *_by_alert(filters)
        )
        async with reading(self._engine, scope) as connection:
            found = list(await connection.execute(query))
            page = await rows.with_attempts(connection, found[:limit])
        return Page(page, page[-1].id if len(found) > limit else None)

    async def _with_deliveries(
        self, connection: AsyncConnection, found: list[rows.AnyRow], scope: Scope
    ) -> tuple[AlertRecord, ...]:
        its = select(deliveries).where(
            deliveries.c.alert_id.in_([row.id for row in found]), visibility.of_deliveries(scope)
        )
        made = (await connection.execute(its.order_by(deliveries.c.id))).all()
        by_alert: defaultdict[UUID, list[DeliveryRecord]] = defaultdict(list)
        for delivery in await rows.with_attempts(connection, made):
            by_alert[delivery.alert_id].append(delivery)
        acknowledged = await read_acknowledgements(connection, [row.id for row in found])
        return tuple(rows.to_alert(row, by_alert[row.id], acknowledged.get(row.id, ())) for row in found)


def _of_deliveries(filters: Mapping[str, object]) -> dict[str, object]:
    """The filters that are columns of a delivery."""
    return {name: value for name, value in filters.items() if name in deliveries.c}


def _by_range(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    created_at = deliveries.c.created_at
    bounds = []
    if "begins" in filters:
        bounds.append(created_at >= filters["begins"])
    if "ends" in filters:
        bounds.append(created_at < filters["ends"])
    return bounds


def _by_alert(filters: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """The filters that are columns of its alert."""
    of_alert = [alerts.c[name] == filters[name] for name in ("claim_id", "subject") if name in filters]
    return [deliveries.c.alert_id.in_(select(alerts.c.id).where(*of_alert))] if of_alert else []


def _newest(table: Table, filters: Mapping[str, object], limit: int, after: UUID | None) -> Select[Any]:
    query = select(table).order_by(table.c.id.desc()).limit(limit + 1)
    for name, value in filters.items():
        query = query.where(table.c[name] == value)
    return query if after is None else query.where(table.c.id < after)


async def _one(connection: AsyncConnection, query: Select[Any]) -> rows.AnyRow:
    row: rows.AnyRow | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFoundError
    return row
