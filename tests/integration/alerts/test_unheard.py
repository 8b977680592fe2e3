"""What nobody hears is told to the administrators: each alert and role once, many in one alert, never in a circle."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event


async def told(service: Service, receiver: Receiver, *, seconds: float = 3) -> list[dict[str, Any]]:
    """Let time pass, and return what the administrators are told by then."""
    receiver.received.clear()
    service.clock.forward(seconds=seconds)
    await service.round("unheard")
    while await service.deliver():
        pass
    return [json.loads(request.body) for request in receiver.received if request.path == "/admin"]


@pytest.fixture
async def administrators(service: Service, receiver: Receiver) -> dict[str, Any]:
    """Administrators who hear of everything."""
    return await service.listener(receiver.url("/admin"), role="admin", region=None)


async def test_a_role_that_nobody_hears_an_alert_in_is_told_once(
    service: Service, receiver: Receiver, administrators: dict[str, Any]
) -> None:
    await service.listener(receiver.url("/regulator"))
    alert = await service.alert()
    [unheard] = await told(service, receiver)
    assert unheard["type"] == "routing.unheard"
    assert unheard["data"]["unheard"] == {
        "role": "operations", "count": 1, "kinds": {"clock.breached": 1}, "alert_ids": [alert["id"]],
    }  # fmt: skip
    assert (unheard["data"]["tenant"], unheard["data"]["region"]) == ("picc-sz", "440300")
    assert await told(service, receiver, seconds=7200) == []


async def test_many_are_one_alert_and_the_next_comes_an_hour_later_with_all_that_came_since(
    service: Service, receiver: Receiver, administrators: dict[str, Any]
) -> None:
    roles = {"roles": ["operations"]}
    for _ in range(4):
        await service.alert(event(**roles))
    [first] = await told(service, receiver)
    assert first["data"]["unheard"]["count"] == 4
    for _ in range(3):
        await service.alert(event(**roles))
    await service.alert(event(**roles, tenant="pingan-bj"))
    [other] = await told(service, receiver)
    assert other["data"]["tenant"] == "pingan-bj", "another insurer's subscription is missing too"
    [later] = await told(service, receiver, seconds=3600)
    assert later["data"]["unheard"]["count"] == 3


async def test_a_subscription_that_does_not_want_the_kind_does_not_hear_it(
    service: Service, receiver: Receiver, administrators: dict[str, Any]
) -> None:
    recipient = await service.add("/v1/recipients", name="深圳监管局", role="insurance_regulator", region="440000")
    endpoint = await service.add("/v1/endpoints", recipient_id=recipient["id"], address=receiver.url("/r"))
    subscribed = {"recipient_id": recipient["id"], "endpoint_ids": [endpoint["id"]]}
    await service.add("/v1/subscriptions", **subscribed, kinds=["clock.escalated"])
    await service.alert(event(roles=["insurance_regulator"]))
    [unheard] = await told(service, receiver)
    assert unheard["data"]["unheard"]["role"] == "insurance_regulator"


async def test_a_heartbeat_need_not_be_heard(
    service: Service, receiver: Receiver, administrators: dict[str, Any]
) -> None:
    await service.alert(event(type="heartbeat", roles=["admin", "insurance_regulator"], severity="information"))
    assert [alert["type"] for alert in await told(service, receiver)] == ["heartbeat"]


async def test_where_no_administrator_hears_it_is_said_in_the_log_the_metrics_and_with_readiness(
    service: Service, receiver: Receiver
) -> None:
    assert (await service.http.get("/health/ready")).json() == {"status": "ready", "warnings": []}
    await service.alert(event(roles=["operations"]))
    with capture_logs() as lines:
        for _ in range(3):
            assert await told(service, receiver) == []
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [line["event"] for line in errors] == ["unheard_is_unheard"]
    kinds = [alert["kind"] for alert in (await service.get("/v1/alerts"))["items"]]
    assert sorted(kinds) == ["clock.breached", "routing.unheard"], "and no alert about the alert"
    metrics = (await service.http.get("/metrics")).text
    assert 'notifications_alerts_unheard_total{kind="routing.unheard"} 1.0' in metrics
    assert 'notifications_roles_unheard_total{kind="clock.breached",role="operations"} 1.0' in metrics
    ready = await service.http.get("/health/ready")
    assert ready.status_code == 200
    assert "routing.unheard" in ready.json()["warnings"][0]
    service.clock.forward(days=2)
    assert (await service.http.get("/health/ready")).json()["warnings"] == []


async def test_a_notice_to_a_disabled_endpoint_goes_to_the_next_one_and_without_any_the_administrators_are_told(
    service: Service, receiver: Receiver, administrators: dict[str, Any]
) -> None:
    await service.listener(receiver.url("/another"))
    endpoint = await service.listener(receiver.url("/disabled"))
    second = await service.add("/v1/endpoints", recipient_id=endpoint["recipient_id"], address=receiver.url("/second"))
    admin = service.as_role("admin")
    for each, expected in ((endpoint, ["/another", "/second"]), (second, ["/admin", "/another"])):
        path = f"/v1/endpoints/{each['id']}"
        assert (await service.http.patch(path, json={"enabled": False}, headers=admin)).status_code == 200
        await service.alert(event(roles=["insurance_regulator"]))
        await told(service, receiver)
        assert sorted(request.path for request in receiver.received) == expected
