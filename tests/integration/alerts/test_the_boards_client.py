"""The board's client and the service itself, over one claim's clock: told, withdrawn, acknowledged, sent again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import ISSUER, Service, event, running
from tests.support.postgres import Database

from claims.application.calls import Caller
from claims.dashboard.alerts import Alerts, AlertsRefusedError
from claims.dashboard.delegation import Delegation
from claims.dashboard.told import DeliveryFilters
from notifications.bootstrap import build_app

CLOCK = UUID("018f0000-0000-7000-8000-000000000001")
OPERATIONS = Caller("operations", "li.wei", tenant="picc-sz")
REGULATOR = Caller("regulator", "sz", region="440300")
ADMIN = Caller("admin", "root")


@asynccontextmanager
async def asking(service: Service) -> AsyncIterator[Alerts]:
    """The client, with a key whose public half the service knows."""
    delegation = Delegation(service.key, issuer=ISSUER, audience="anze", wall=lambda: service.clock.wall().timestamp())
    alerts = Alerts("http://notifications", delegation, httpx2.ASGITransport(build_app(service.parts)))
    try:
        yield alerts
    finally:
        await alerts.close()


@pytest.fixture
async def board(service: Service) -> AsyncIterator[Alerts]:
    """The client of the service."""
    async with asking(service) as alerts:
        yield alerts


def breach(**more: object) -> dict[str, object]:
    """An alert on the clock, to the insurer's staff and the regulator."""
    said = {"id": str(CLOCK), "rule": "SZ-20.6", "tier": "service"}
    return event(clock=said, claim={"id": "c-1", "number": "C-2026-1"}, **more)


async def test_a_breach_and_its_withdrawal_are_shown_to_each_as_it_may_see_them(
    service: Service, receiver: Receiver, board: Alerts
) -> None:
    await service.listener(receiver.url("/staff"), "operations", tenant="picc-sz", name="理赔运营")
    await service.listener(receiver.url("/authority"), name="深圳监管局")
    await service.alert(breach())
    await service.alert(breach(type="breach.withdrawn", severity="information"))
    await service.deliver()
    await service.deliver()
    shown = {}
    for caller in (OPERATIONS, REGULATOR, ADMIN):
        told = (await board.of_clocks(caller, [CLOCK]))[CLOCK]
        assert [each.kind for each in told] == ["clock.breached", "breach.withdrawn"]
        assert all(each.arrived_at(who) is not None for each in told for who in each.recipients)
        shown[caller.role] = {(who.role, who.name) for who in told[0].recipients}
    assert shown == {
        "operations": {("operations", "理赔运营"), ("insurance_regulator", None)},
        "regulator": {("insurance_regulator", "深圳监管局")},
        "admin": {("operations", "理赔运营"), ("insurance_regulator", "深圳监管局")},
    }
    foreign = Caller("operations", "wang", tenant="cpic-sz")
    assert (await board.of_clocks(foreign, [CLOCK]))[CLOCK] == ()


async def test_a_breach_is_on_the_list_until_somebody_acknowledges_it(
    service: Service, receiver: Receiver, board: Alerts
) -> None:
    await service.listener(receiver.url(), "operations", tenant="picc-sz")
    await service.alert(breach())
    (open_one,) = (await board.unacknowledged(OPERATIONS)).items
    (made,) = await board.acknowledge(OPERATIONS, open_one.id, note="已联系客户")
    assert made.acknowledged_by == "li.wei"
    assert (await board.unacknowledged(OPERATIONS)).items == ()
    (said,) = (await board.of_clocks(OPERATIONS, [CLOCK]))[CLOCK]
    assert [each.note for each in said.acknowledgements_for(said.recipients[0])] == ["已联系客户"]


async def test_what_was_given_up_is_found_and_sent_again(service: Service, receiver: Receiver, board: Alerts) -> None:
    endpoint = await service.listener(receiver.url(), "operations", tenant="picc-sz")
    receiver.always(410)
    await service.alert(breach())
    await service.deliver()
    page = await board.deliveries(OPERATIONS, DeliveryFilters(status="dead", kind="clock.breached"))
    (dead,) = page.items
    assert (dead.about.claim_number, page.next_cursor) == ("C-2026-1", None)
    assert [each.status_code for each in dead.attempts] == [410]
    with pytest.raises(AlertsRefusedError) as refused:
        await board.redeliver(OPERATIONS, dead.id)
    assert (refused.value.status, "enable it first" in refused.value.detail) == (409, True)
    (shut,) = await board.endpoints(OPERATIONS)
    assert (shut.enabled, shut.role) == (False, "operations")
    receiver.always(200)
    path, enable = f"/v1/endpoints/{endpoint['id']}", {"enabled": True}
    assert (await service.http.patch(path, json=enable, headers=service.as_role("admin"))).status_code == 200
    now = service.clock.wall()
    again = await board.redeliver_range(OPERATIONS, shut.id, now - timedelta(days=1), now + timedelta(days=1))
    assert (again.redelivered, again.more) == (1, False)
    await service.deliver()
    assert (await board.delivery(OPERATIONS, dead.id)).status == "delivered"


async def test_the_token_is_taken_in_production(notifications_database: Database, tmp_path: Path) -> None:
    url = notifications_database.url("notifications_service")
    async with running(url, tmp_path, production=True, allow_loopback=False) as service, asking(service) as board:
        assert (await board.unacknowledged(ADMIN)).items == ()
