"""Every route with every role: who may call it, and whose things it shows."""

import re
from typing import Any

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.api.tokens import ROLES

UNKNOWN = "018f0000-0000-7000-8000-000000000000"
READ_ALERTS = {"admin", "operations", "insurer", "regulator"}
READ_DIRECTORY = {"admin", "operations", "insurer"}
MAY: dict[tuple[str, str], set[str]] = {
    ("POST", "/v1/alerts"): {"service"},
    ("GET", "/v1/alerts"): READ_ALERTS,
    ("GET", "/v1/alerts/{alert_id}"): READ_ALERTS,
    ("POST", "/v1/alerts/{alert_id}/acknowledgements"): {"operations", "regulator"},
    ("POST", "/v1/alerts/lookups"): {"service"},
    ("GET", "/v1/figures/{day}"): {"service", "admin"},
    ("POST", "/v1/maintenance-windows"): {"admin"},
    ("GET", "/v1/maintenance-windows"): READ_DIRECTORY,
    ("GET", "/v1/maintenance-windows/{window_id}"): READ_DIRECTORY,
    ("PATCH", "/v1/maintenance-windows/{window_id}"): {"admin"},
    ("DELETE", "/v1/maintenance-windows/{window_id}"): {"admin"},
    ("GET", "/v1/deliveries"): READ_ALERTS,
    ("GET", "/v1/deliveries/{delivery_id}"): READ_ALERTS,
    ("POST", "/v1/deliveries/{delivery_id}/redeliveries"): {"admin", "operations"},
    ("POST", "/v1/recipients"): {"admin"},
    ("GET", "/v1/recipients"): READ_DIRECTORY,
    ("GET", "/v1/recipients/{recipient_id}"): READ_DIRECTORY,
    ("PATCH", "/v1/recipients/{recipient_id}"): {"admin"},
    ("DELETE", "/v1/recipients/{recipient_id}"): {"admin"},
    ("POST", "/v1/endpoints"): {"admin"},
    ("GET", "/v1/endpoints"): READ_DIRECTORY,
    ("GET", "/v1/endpoints/{endpoint_id}"): READ_DIRECTORY,
    ("PATCH", "/v1/endpoints/{endpoint_id}"): {"admin"},
    ("DELETE", "/v1/endpoints/{endpoint_id}"): {"admin"},
    ("POST", "/v1/endpoints/{endpoint_id}/tests"): {"admin"},
    ("POST", "/v1/endpoints/{endpoint_id}/secret-rotations"): {"admin"},
    ("POST", "/v1/endpoints/{endpoint_id}/redeliveries"): {"admin", "operations"},
    ("POST", "/v1/subscriptions"): {"admin"},
    ("GET", "/v1/subscriptions"): READ_DIRECTORY,
    ("GET", "/v1/subscriptions/{subscription_id}"): READ_DIRECTORY,
    ("PATCH", "/v1/subscriptions/{subscription_id}"): {"admin"},
    ("DELETE", "/v1/subscriptions/{subscription_id}"): {"admin"},
    ("PUT", "/v1/sandbox/clock"): {"service", "admin"},
}
LINK = "/v1/acknowledgement-links/{token}"
PUBLIC = {("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/metrics"), ("GET", LINK), ("POST", LINK)}
"""Who has a signed link needs no token."""


async def test_the_table_of_this_test_names_every_route(service: Service) -> None:
    described = (await service.http.get("/openapi.json")).json()["paths"]
    routes = {(method.upper(), path) for path, operations in described.items() for method in operations}
    assert routes == set(MAY) | PUBLIC


@pytest.mark.parametrize("route", sorted(MAY), ids=" ".join)
async def test_a_route_is_for_its_roles_alone(service: Service, route: tuple[str, str]) -> None:
    method, path = route[0], re.sub(r"\{\w+\}", UNKNOWN, route[1])
    assert (await service.http.request(method, path)).status_code == 401
    for role in ROLES:
        answer = await service.http.request(method, path, headers=service.as_role(role))
        if role in MAY[route]:
            assert answer.status_code in {200, 404, 422}, (role, answer.text)
        else:
            assert answer.status_code == 403, (role, answer.text)
            assert answer.json()["type"] == "urn:anze:problem:forbidden"


async def test_a_stranger_is_refused_before_its_body_is_read(service: Service) -> None:
    answer = await service.http.post("/v1/alerts", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 401
    answer = await service.http.post(
        "/v1/alerts", content=b"{", headers={"content-type": "application/json"} | service.as_role("admin")
    )
    assert answer.status_code == 403


async def _two_tenants(service: Service, receiver: Receiver) -> dict[str, dict[str, Any]]:
    await service.listener(receiver.url("/regulator"), region="440300")
    await service.listener(receiver.url("/ours"), role="operations", tenant="picc-sz", region=None)
    await service.listener(receiver.url("/theirs"), role="operations", tenant="pingan-bj", region=None)
    inside = ["operations"]
    return {
        "ours": await service.alert(event()),
        "ours, internal": await service.alert(event(roles=inside)),
        "theirs": await service.alert(event(tenant="pingan-bj", region="110000")),
        "nobody's": await service.alert(event(type="heartbeat", tenant=None, region=None)),
    }


@pytest.mark.parametrize(
    ("role", "claims", "sees"),
    [
        ("admin", {}, {"ours", "ours, internal", "theirs", "nobody's"}),
        ("operations", {"tenant": "picc-sz"}, {"ours", "ours, internal"}),
        ("operations", {"tenant": "pingan-bj"}, {"theirs"}),
        ("insurer", {"tenant": "picc-sz"}, {"ours", "ours, internal"}),
        ("operations", {"tenant": "nobody"}, set()),
        ("regulator", {"region": "440000"}, {"ours"}),
        ("regulator", {"region": "440300"}, {"ours"}),
        ("regulator", {"region": "440305"}, set()),
        ("regulator", {"region": "110000"}, {"theirs"}),
        ("regulator", {"region": "000000"}, {"ours", "theirs"}),
    ],
)
async def test_a_caller_sees_what_is_its_own(
    service: Service, receiver: Receiver, role: str, claims: dict[str, str], sees: set[str]
) -> None:
    made = await _two_tenants(service, receiver)
    listed = {item["id"] for item in (await service.get("/v1/alerts", role, **claims))["items"]}
    assert listed == {made[name]["id"] for name in sees}
    deliveries = (await service.get("/v1/deliveries", role, **claims))["items"]
    assert {delivery["alert_id"] for delivery in deliveries} <= listed
    hidden = {delivery["id"] for delivery in await service.deliveries()} - {delivery["id"] for delivery in deliveries}
    headers = service.as_role(role, **claims)
    for name, alert in made.items():
        answer = await service.http.get(f"/v1/alerts/{alert['id']}", headers=headers)
        assert answer.status_code == (200 if name in sees else 404)
    for delivery_id in hidden:
        assert (await service.http.get(f"/v1/deliveries/{delivery_id}", headers=headers)).status_code == 404
        if role == "operations":
            again = await service.http.post(f"/v1/deliveries/{delivery_id}/redeliveries", headers=headers)
            assert again.status_code == 404


async def test_a_regulator_does_not_see_who_else_was_told(service: Service, receiver: Receiver) -> None:
    made = await _two_tenants(service, receiver)
    shown = await service.get(f"/v1/alerts/{made['ours']['id']}", "regulator")
    everything = await service.get(f"/v1/alerts/{made['ours']['id']}")
    assert len(shown["deliveries"]) == 1
    assert len(everything["deliveries"]) == 2


async def test_a_tenant_reads_its_own_part_of_the_directory(service: Service, receiver: Receiver) -> None:
    await _two_tenants(service, receiver)
    for path in ("/v1/recipients", "/v1/endpoints", "/v1/subscriptions"):
        everything = {item["id"] for item in (await service.get(path))["items"]}
        own = {item["id"] for item in (await service.get(path, "operations"))["items"]}
        assert (len(everything), len(own)) == (3, 1)
        for item in everything - own:
            answer = await service.http.get(f"{path}/{item}", headers=service.as_role("operations"))
            assert answer.status_code == 404


async def test_an_alert_reaches_no_recipient_of_another_tenant(service: Service, receiver: Receiver) -> None:
    await _two_tenants(service, receiver)
    while await service.deliver():
        pass
    told = sorted(request.path for request in receiver.received if b'"picc-sz"' in request.body)
    assert told == ["/ours", "/ours", "/regulator"]
