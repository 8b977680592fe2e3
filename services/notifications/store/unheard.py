"""Alerts and the roles that nobody hears them in, put together for the administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.ports import Clock, NewId
from notifications.application.tell_unheard import UnheardBundle
from notifications.store.connection import business_now, transaction
from notifications.store.tables import unheard_roles

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('notifications.unheard', 0))")

_RIPE = text("""
select u.role, u.tenant, u.region from unheard_roles u
where u.told_at is null and u.bundle_id is null
group by u.role, u.tenant, u.region
having min(u.unheard_at) <= cast(:now as timestamptz) - cast(:settling as interval) and not exists (
  select from unheard_roles told
  where told.role = u.role and told.tenant is not distinct from u.tenant and told.region is not distinct from u.region
    and told.told_at > cast(:now as timestamptz) - cast(:apart as interval))
""")

_BUNDLE = text("""
update unheard_roles set bundle_id = :bundle
where told_at is null and bundle_id is null and role = :role
  and tenant is not distinct from cast(:tenant as text) and region is not distinct from cast(:region as text)
""")

_BUNDLED = text("""
select u.bundle_id, u.role, u.tenant, u.region, min(u.unheard_at) as since,
       array_agg(u.alert_id order by u.alert_id) as alert_ids, array_agg(a.kind order by u.alert_id) as kinds
from unheard_roles u join alerts a on a.id = u.alert_id
where u.told_at is null and u.bundle_id is not null
group by u.bundle_id, u.role, u.tenant, u.region
""")


@dataclass(frozen=True, slots=True)
class PostgresUnheard:
    """What nobody hears."""

    engine: AsyncEngine
    clock: Clock
    new_id: NewId

    async def bundles(self, settling: timedelta, apart: timedelta) -> Sequence[UnheardBundle]:
        """Put those together that nobody was told of; the same ones again, as they were, until they are told."""
        async with transaction(self.engine) as connection:
            await connection.execute(_ONE_AT_A_TIME)
            now = await business_now(connection, self.clock)
            asked = {"now": now, "settling": settling, "apart": apart}
            for ripe in (await connection.execute(_RIPE, asked)).all():
                group = {"role": ripe.role, "tenant": ripe.tenant, "region": ripe.region}
                await connection.execute(_BUNDLE, group | {"bundle": self.new_id()})
            return [
                UnheardBundle(
                    row.bundle_id, row.role, row.tenant, row.region, row.since, tuple(row.kinds), tuple(row.alert_ids)
                )
                for row in await connection.execute(_BUNDLED)
            ]

    async def told(self, bundle_id: UUID) -> None:
        """Mark a bundle as told."""
        async with transaction(self.engine) as connection:
            now = await business_now(connection, self.clock)
            its = update(unheard_roles).where(unheard_roles.c.bundle_id == bundle_id)
            await connection.execute(its.values(told_at=now))
