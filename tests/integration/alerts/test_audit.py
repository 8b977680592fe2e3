"""The auditor of notifications: what must never be is found, told and shown; and what the claims service may ask."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.domain.auditing import Finding
from notifications.domain.quiet_hours import SHANGHAI
from notifications.store.connection import transaction

SPOILT = {
    Finding.UNDELIVERED: "delete from deliveries where alert_id = :alert",
    Finding.OVERDUE: "update deliveries set deadline_at = now() - interval '1 day' where alert_id = :alert",
    Finding.NOT_TAKEN: "update deliveries set next_at = now() - interval '1 hour' where alert_id = :alert",
    Finding.NOT_LOOKED_AT: "update deliveries set held_until = now() - interval '1 hour' where alert_id = :alert",
    Finding.LOST_CARRIER: "update deliveries set digest_id = (select id from deliveries where status = 'delivered')"
    " where alert_id = :alert",
}
"""How each finding comes to be, by hand: nothing in the service does it."""


async def spoil(service: Service, statement: str, alert: dict[str, Any]) -> None:
    """Change what is stored of an alert behind the service's back."""
    async with transaction(service.parts.engine) as connection:
        await connection.execute(text(statement), {"alert": UUID(alert["id"])})


def shown(service: Service) -> dict[str, float]:
    """The findings that the metrics show, by name."""
    samples = next(iter(service.parts.metrics.audit_findings.collect())).samples
    return {sample.labels["finding"]: sample.value for sample in samples if sample.value}


def about(name: str) -> dict[str, Any]:
    """An alert on a claim of its own, for the regulator alone."""
    return event(roles=["insurance_regulator"], claim={"id": name, "number": name})


@pytest.fixture
async def world(service: Service, receiver: Receiver) -> dict[str, Any]:
    """A regulator with one alert that arrived and one that is on its way."""
    endpoint = await service.listener(receiver.url("/regulator"))
    await service.alert(event(roles=["insurance_regulator"]))
    await service.deliver()
    await service.alert(event(roles=["insurance_regulator"]))
    return endpoint


async def test_where_all_is_well_nothing_is_found(service: Service, world: dict[str, Any]) -> None:
    assert await service.round("audit") == 0
    service.clock.forward(minutes=1)
    assert await service.round("audit") == 0
    assert shown(service) == {}


async def test_what_must_never_be_is_found_told_once_a_day_and_repaired_where_that_is_safe(
    service: Service, receiver: Receiver, world: dict[str, Any]
) -> None:
    alerts = {finding: await service.alert(about(finding)) for finding in SPOILT}
    service.clock.forward(minutes=20)
    for finding, statement in SPOILT.items():
        await spoil(service, statement, alerts[finding])
    await service.listener(receiver.url("/admin"), role="admin", region=None)
    await service.round("audit")
    assert shown(service).keys() >= SPOILT.keys()
    await service.round("audit")
    while await service.deliver():
        pass
    said = [json.loads(request.body) for request in receiver.received if request.path == "/admin"]
    assert {alert["type"] for alert in said} == {"audit.finding"}
    named = {alert["data"]["audit"]["finding"]: alert["data"]["audit"] for alert in said}
    assert len(named) == len(said), "each once"
    assert named.keys() == SPOILT.keys()
    assert named[Finding.UNDELIVERED]["ids"] == [alerts[Finding.UNDELIVERED]["id"]]
    repaired = alerts[Finding.LOST_CARRIER]["id"]
    assert (await service.get(f"/v1/alerts/{repaired}"))["deliveries"][0]["status"] == "delivered"
    assert Finding.LOST_CARRIER not in shown(service)


async def test_the_first_of_a_lane_that_was_left_behind_is_found_and_comes_up(
    service: Service, receiver: Receiver, world: dict[str, Any]
) -> None:
    alert = await service.alert(about("left-behind"))
    await spoil(service, "update deliveries set behind = true where alert_id = :alert", alert)
    while await service.deliver():
        pass
    service.clock.forward(minutes=20)
    await service.round("audit")
    assert shown(service) == {Finding.NOT_TAKEN: 1}
    assert await service.deliver() == 1
    assert (await service.get(f"/v1/alerts/{alert['id']}"))["deliveries"][0]["status"] == "delivered"


async def test_what_waits_for_days_for_a_disabled_endpoint_is_found(service: Service, world: dict[str, Any]) -> None:
    path, admin = f"/v1/endpoints/{world['id']}", service.as_role("admin")
    assert (await service.http.patch(path, json={"enabled": False}, headers=admin)).status_code == 200
    service.clock.forward(hours=74)
    await service.round("audit")
    assert Finding.ENDPOINT_DISABLED not in shown(service)
    service.clock.forward(hours=2)
    await service.round("audit")
    assert shown(service)[Finding.ENDPOINT_DISABLED] == 1


async def test_the_claims_service_learns_which_of_its_alerts_were_never_taken(service: Service) -> None:
    known = event()
    await service.alert(known)
    headers = service.as_role("service")
    asked = {"source": "/claims", "ids": ["lost-1", known["id"], "lost-2"]}
    answer = await service.http.post("/v1/alerts/lookups", json=asked, headers=headers)
    assert answer.json() == {"unknown": ["lost-1", "lost-2"]}
    elsewhere = await service.http.post("/v1/alerts/lookups", json=asked | {"source": "/other"}, headers=headers)
    assert elsewhere.json() == {"unknown": asked["ids"]}


async def test_a_day_in_numbers(service: Service, receiver: Receiver, world: dict[str, Any]) -> None:
    day = service.clock.wall().astimezone(SHANGHAI).date()
    today = await service.get(f"/v1/figures/{day}", "service")
    assert today == {"alerts": 2, "delivered": 1, "dead": 0, "waiting": 1}
    receiver.always(410)
    await service.deliver()
    assert (await service.get(f"/v1/figures/{day}", "admin"))["dead"] == 1
    assert (await service.get("/v1/figures/2020-01-01", "admin"))["alerts"] == 0
    assert (await service.http.get("/v1/figures/yesterday", headers=service.as_role("admin"))).status_code == 404
