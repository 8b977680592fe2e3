"""Tenants are told apart by the database: even a statement that forgot to ask shows nobody's things but one's own."""

import asyncio
from itertools import cycle

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope
from notifications.store.connection import reading, transaction
from notifications.store.tables import (
    acknowledgements,
    alerts,
    deliveries,
    endpoints,
    maintenance_windows,
    recipients,
    reminders,
    unheard_roles,
)

TENANTS = ("picc-sz", "cpic-sz")
BESIDE = (acknowledgements, reminders, maintenance_windows, unheard_roles)
READERS, READS = 40, 25


@pytest.fixture
async def engine(service: Service, receiver: Receiver) -> AsyncEngine:
    """Two insurers with an alert, a recipient and a delivery each."""
    for tenant in TENANTS:
        await service.listener(receiver.url(), "operations", tenant=tenant)
        alert = await service.alert(event(tenant=tenant, roles=["operations", "compliance"]))
        path, headers = f"/v1/alerts/{alert['id']}/acknowledgements", service.as_role("operations", tenant=tenant)
        assert (await service.http.post(path, json={}, headers=headers)).status_code == 201
        window = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-02T00:00:00Z", "reason": "升级"}
        await service.add("/v1/maintenance-windows", tenant=tenant, **window)
    return service.parts.engine


async def tenants_seen(engine: AsyncEngine, scope: Scope) -> set[str]:
    """Ask for all alerts, without a condition of one's own."""
    async with reading(engine, scope) as connection:
        return {row.tenant for row in await connection.execute(select(alerts.c.tenant))}


async def test_interleaved_reads_of_two_tenants_over_one_pool_leak_none(engine: AsyncEngine) -> None:
    whose = cycle(TENANTS)

    async def read() -> bool:
        seen = []
        for _ in range(READS):
            tenant = next(whose)
            seen.append(await tenants_seen(engine, OfTenant(tenant)) == {tenant})
        return all(seen)

    assert all(await asyncio.gather(*(read() for _ in range(READERS))))


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Everything(), set(TENANTS)),
        (OfTenant("picc-sz"), {"picc-sz"}),
        (OfTenant("nobody"), set()),
        (OfTenant(""), set()),
        (OfAuthority("440300"), set()),
    ],
    ids=["everything", "its own", "nobody's", "an empty tenant", "an authority that it was not addressed to"],
)
async def test_a_scope_sees_what_is_its_own(engine: AsyncEngine, scope: Scope, seen: set[str]) -> None:
    assert await tenants_seen(engine, scope) == seen


async def test_an_authority_sees_what_is_addressed_to_authorities_in_its_region(
    engine: AsyncEngine, service: Service
) -> None:
    await service.alert(event(tenant="picc-sz", region="440300", roles=["insurance_regulator"]))
    assert await tenants_seen(engine, OfAuthority("440000")) == {"picc-sz"}
    assert await tenants_seen(engine, OfAuthority("110000")) == set()


async def test_what_belongs_to_an_alert_or_a_recipient_is_seen_with_it(engine: AsyncEngine) -> None:
    async with reading(engine, OfTenant("picc-sz")) as connection:
        for table in (recipients, endpoints, deliveries, acknowledgements, reminders, maintenance_windows):
            assert await connection.scalar(select(func.count()).select_from(table)) == 1, table.name
        assert await connection.scalar(select(func.count()).select_from(unheard_roles)) == 0, "administrators see these"


async def test_without_settings_nothing_is_seen(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("set local role notifications_read"))
        for table in (alerts, recipients, endpoints, deliveries, *BESIDE):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0, table.name


async def test_what_is_read_for_a_caller_cannot_be_changed_by_it(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with reading(engine, Everything()) as connection:
            await connection.execute(alerts.delete())
