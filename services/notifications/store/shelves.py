"""The directory: recipients, endpoints and subscriptions, each kept in the same way."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.errors import NotFoundError, StaleVersionError
from notifications.application.ports import Clock
from notifications.application.records import Kept, Page
from notifications.application.scope import Scope
from notifications.domain.endpoint import Endpoint
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.recipient import Recipient
from notifications.domain.subscription import Subscription
from notifications.store import rows, visibility
from notifications.store.connection import business_now, reading, transaction
from notifications.store.tables import endpoints, maintenance_windows, recipients, subscriptions

T = TypeVar("T")

_Removal = Callable[[AsyncConnection, UUID, datetime], Awaitable[None]]
"""What else goes when something is removed, and when."""


@dataclass(frozen=True, slots=True)
class PostgresShelf(Generic[T]):
    """One table of the directory; what is removed stays for the log of deliveries, out of sight."""

    engine: AsyncEngine
    clock: Clock
    table: Table
    read: Callable[[rows.AnyRow], T]
    write: Callable[[T], dict[str, object]]
    visible: Callable[[Scope], visibility.Condition]
    remove_rest: _Removal

    async def add(self, value: T) -> Kept[T]:
        """Store a new one."""
        async with transaction(self.engine) as connection:
            values = self.write(value) | {"created_at": await business_now(connection, self.clock)}
            row = (await connection.execute(insert(self.table).values(values).returning(self.table))).one()
        return self._kept(row)

    async def get(self, item_id: UUID, scope: Scope) -> Kept[T]:
        """Return one; NotFoundError also when the scope does not reach it or it was removed."""
        async with reading(self.engine, scope) as connection:
            row = (await connection.execute(self._standing(scope).where(self.table.c.id == item_id))).first()
        if row is None:
            raise NotFoundError
        return self._kept(row)

    async def page(self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None) -> Page[Kept[T]]:
        """Return them, oldest first."""
        query = self._standing(scope).order_by(self.table.c.id).limit(limit + 1)
        for name, value in filters.items():
            query = query.where(self.table.c[name] == value)
        if after is not None:
            query = query.where(self.table.c.id > after)
        async with reading(self.engine, scope) as connection:
            found = (await connection.execute(query)).all()
        page = tuple(self._kept(row) for row in found[:limit])
        return Page(page, found[limit - 1].id if len(found) > limit else None)

    async def change(self, value: T, version: int) -> Kept[T]:
        """Store a changed one; StaleVersionError when it no longer stands at `version`."""
        values = self.write(value)
        changed = (
            update(self.table)
            .where(self.table.c.id == values["id"], self.table.c.version == version, self.table.c.deleted_at.is_(None))
            .values(values | {"version": version + 1})
            .returning(self.table)
        )
        async with transaction(self.engine) as connection:
            row = (await connection.execute(changed)).first()
        if row is None:
            raise StaleVersionError
        return self._kept(row)

    async def remove(self, item_id: UUID, version: int | None) -> None:
        """Remove one with what belongs to it; NotFoundError, StaleVersionError."""
        async with transaction(self.engine) as connection:
            its = self.table.c.id == item_id
            query = select(self.table.c.version).where(its, self.table.c.deleted_at.is_(None)).with_for_update()
            standing = (await connection.execute(query)).scalar_one_or_none()
            if standing is None:
                raise NotFoundError
            if version not in (None, standing):
                raise StaleVersionError
            now = await business_now(connection, self.clock)
            await connection.execute(update(self.table).where(its).values(deleted_at=now))
            await self.remove_rest(connection, item_id, now)

    def _standing(self, scope: Scope) -> Select[Any]:
        return select(self.table).where(self.table.c.deleted_at.is_(None), self.visible(scope))

    def _kept(self, row: rows.AnyRow) -> Kept[T]:
        return Kept(self.read(row), row.version, row.created_at)


async def _nothing_else(_connection: AsyncConnection, _item_id: UUID, _now: datetime) -> None:
    """Nothing belongs to a subscription or a maintenance window."""


async def _of_endpoint(connection: AsyncConnection, endpoint_id: UUID, _now: datetime) -> None:
    """No subscription names it any more; what was still to be delivered there is given up by the next round, and told.

    See notifications.store.dead_letters: what an alert that comes in at this moment adds is given up too.
    """
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.endpoint_ids.any_() == endpoint_id)
        .values(
            endpoint_ids=func.array_remove(subscriptions.c.endpoint_ids, endpoint_id),
            version=subscriptions.c.version + 1,
        )
    )


async def _of_recipient(connection: AsyncConnection, recipient_id: UUID, now: datetime) -> None:
    """Its subscriptions and endpoints go with it."""
    for table in (subscriptions, endpoints):
        its = (table.c.recipient_id == recipient_id, table.c.deleted_at.is_(None))
        gone = await connection.execute(update(table).where(*its).values(deleted_at=now).returning(table.c.id))
        if table is endpoints:
            for endpoint_id in gone.scalars().all():
                await _of_endpoint(connection, endpoint_id, now)


def recipient_shelf(engine: AsyncEngine, clock: Clock) -> PostgresShelf[Recipient]:
    """Where recipients are kept."""
    return PostgresShelf(
        engine, clock, recipients, rows.to_recipient, rows.recipient_values, visibility.of_recipients, _of_recipient
    )


def endpoint_shelf(engine: AsyncEngine, clock: Clock) -> PostgresShelf[Endpoint]:
    """Where endpoints are kept."""
    return PostgresShelf(
        engine, clock, endpoints, rows.to_endpoint, rows.endpoint_values, visibility.of_endpoints, _of_endpoint
    )


def subscription_shelf(engine: AsyncEngine, clock: Clock) -> PostgresShelf[Subscription]:
    """Where subscriptions are kept."""
    return PostgresShelf(
        engine, clock, subscriptions, rows.to_subscription, rows.subscription_values, visibility.of_subscriptions,
        _nothing_else,
    )  # fmt: skip


def window_shelf(engine: AsyncEngine, clock: Clock) -> PostgresShelf[MaintenanceWindow]:
    """Where maintenance windows are kept."""
    return PostgresShelf(
        engine, clock, maintenance_windows, rows.to_window, rows.window_values, visibility.of_windows, _nothing_else
    )
