"""Recipients, endpoints and subscriptions are kept; secrets are shown once."""

import asyncpg
import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

RECIPIENT = {"name": "深圳监管局", "role": "insurance_regulator", "region": "440300", "tenant": None, "language": "zh"}
UNKNOWN = "018f0000-0000-7000-8000-000000000000"


async def test_a_secret_is_shown_once_and_stored_unreadable(service: Service) -> None:
    recipient = await service.add("/v1/recipients", **RECIPIENT)
    created = await service.add("/v1/endpoints", recipient_id=recipient["id"], address="https://example.com/hook")
    assert created["secret"].startswith("whsec_")
    shown = await service.get(f"/v1/endpoints/{created['id']}")
    assert "secret" not in shown
    [listed] = (await service.get("/v1/endpoints"))["items"]
    assert listed.items() <= shown.items()
    connection = await asyncpg.connect(service.parts.settings.database_url.get_secret_value())
    stored = await connection.fetchval("select secret from endpoints")
    await connection.close()
    assert created["secret"].encode() not in stored


async def test_a_chosen_secret_is_used_and_can_be_replaced(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    secret = "whsec_" + "QUFB" * 10
    changed = await service.http.patch(
        f"/v1/endpoints/{endpoint['id']}", json={"secret": secret}, headers=service.as_role("admin")
    )
    assert "secret" not in changed.json()
    await service.alert()
    await service.deliver()
    assert receiver.received[0].is_signed_with(secret)


@pytest.mark.parametrize("secret", ["secret", "whsec_", "whsec_!!", "whsec_QUFB", "whsec_" + "QUFB" * 40])
async def test_a_weak_or_malformed_secret_is_refused(service: Service, secret: str) -> None:
    recipient = await service.add("/v1/recipients", **RECIPIENT)
    body = {"recipient_id": recipient["id"], "address": "https://example.com", "secret": secret}
    answer = await service.http.post("/v1/endpoints", json=body, headers=service.as_role("admin"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/secret"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.com", "https://", "https://user@example.com", "https://10.0.0.1/", "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://0x0a000001/", "not a url",
    ],
)  # fmt: skip
async def test_an_address_that_must_not_be_sent_to_is_refused(service: Service, address: str) -> None:
    recipient = await service.add("/v1/recipients", **RECIPIENT)
    body = {"recipient_id": recipient["id"], "address": address}
    answer = await service.http.post("/v1/endpoints", json=body, headers=service.as_role("admin"))
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:anze:problem:address-refused"
    assert answer.json()["errors"][0]["pointer"] == "/address"


async def test_changes_need_the_newest_version_when_one_is_named(service: Service) -> None:
    recipient = await service.add("/v1/recipients", **RECIPIENT)
    path, headers = f"/v1/recipients/{recipient['id']}", service.as_role("admin")
    read = await service.http.get(path, headers=headers)
    assert read.headers["etag"] == '"1"'
    first = await service.http.patch(path, json={"region": "440000"}, headers=headers | {"if-match": '"1"'})
    assert (first.status_code, first.headers["etag"], first.json()["region"]) == (200, '"2"', "440000")
    for stale in ('"1"', "nonsense"):
        late = await service.http.patch(path, json={"region": None}, headers=headers | {"if-match": stale})
        assert late.status_code == 412
        assert (await service.http.delete(path, headers=headers | {"if-match": stale})).status_code == 412
    assert (await service.http.delete(path, headers=headers | {"if-match": '"2"'})).status_code == 204
    assert (await service.http.get(path, headers=headers)).status_code == 404


async def test_removing_a_recipient_ends_what_was_still_to_come_and_administrators_are_told(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url())
    await service.alert()
    path = f"/v1/recipients/{endpoint['recipient_id']}"
    assert (await service.http.delete(path, headers=service.as_role("admin"))).status_code == 204
    assert await service.deliver() == 0
    assert (await service.get("/v1/endpoints"))["items"] == []
    await service.round("tell_dead")
    [ended] = await service.deliveries()
    assert (ended["status"], ended["reason"]) == ("dead", "the endpoint was removed")
    [told] = (await service.get("/v1/alerts?kind=delivery.dead"))["items"]
    assert told["unheard"] is True, "there are no administrators here"
    assert (await service.get("/v1/subscriptions"))["items"] == []
    assert (await service.alert())["unheard"] is True


async def test_another_address_or_enabling_forgets_what_failed_and_nothing_else_does(service: Service) -> None:
    endpoint = await service.listener("https://example.com/hook")
    path, admin = f"/v1/endpoints/{endpoint['id']}", service.as_role("admin")
    seen = "select failures, rests_until is not null as rests, gone_at is not null as gone from endpoints"
    connection = await asyncpg.connect(service.parts.settings.database_url.get_secret_value())
    for change, kept in (
        ({"fallback_order": 5}, (9, True, True)), ({"enabled": False}, (9, True, True)),
        ({"address": "https://example.com/other"}, (0, False, False)), ({"enabled": True}, (0, False, False)),
    ):  # fmt: skip
        await connection.execute(
            "update endpoints set failures = 9, rests_until = now() + interval '1h', gone_at = now(), enabled = false"
        )
        assert (await service.http.patch(path, json=change, headers=admin)).status_code == 200
        assert tuple(await connection.fetchrow(seen)) == kept, change
    await connection.close()


async def test_removing_an_endpoint_takes_it_out_of_its_subscriptions(service: Service) -> None:
    endpoint = await service.listener("https://example.com/hook")
    await service.http.delete(f"/v1/endpoints/{endpoint['id']}", headers=service.as_role("admin"))
    [subscription] = (await service.get("/v1/subscriptions"))["items"]
    assert subscription["endpoint_ids"] == []
    assert subscription["version"] == 2


async def test_a_subscription_names_endpoints_of_its_own_recipient(service: Service) -> None:
    endpoint = await service.listener("https://example.com/hook")
    other = await service.add("/v1/recipients", **RECIPIENT)
    for recipient_id, endpoint_id, pointer in (
        (other["id"], endpoint["id"], "/endpoint_ids/0"),
        (other["id"], UNKNOWN, "/endpoint_ids/0"),
        (UNKNOWN, endpoint["id"], "/recipient_id"),
    ):
        body = {"recipient_id": recipient_id, "endpoint_ids": [endpoint_id]}
        answer = await service.http.post("/v1/subscriptions", json=body, headers=service.as_role("admin"))
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:anze:problem:unknown-reference"
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_subscription_can_be_narrowed(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    [subscription] = (await service.get("/v1/subscriptions"))["items"]
    path, headers = f"/v1/subscriptions/{subscription['id']}", service.as_role("admin")
    narrowed = await service.http.patch(path, json={"kinds": ["breach.withdrawn"]}, headers=headers)
    assert narrowed.json()["kinds"] == ["breach.withdrawn"]
    assert (await service.alert())["unheard"] is True
    assert (await service.alert(event(type="breach.withdrawn")))["deliveries"] == 1
    assert (await service.http.patch(path, json={"endpoint_ids": None}, headers=headers)).status_code == 422
    assert endpoint["id"] in subscription["endpoint_ids"]


async def test_a_subscription_is_to_severities_that_there_are(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url(), "operations", tenant="picc-sz")
    whole = {"recipient_id": endpoint["recipient_id"], "endpoint_ids": [endpoint["id"]]}
    made = await service.add("/v1/subscriptions", **whole, severities=["breach", "escalation"])
    path, admin = f"/v1/subscriptions/{made['id']}", service.as_role("admin")
    assert (await service.get(path))["severities"] == ["breach", "escalation"]
    assert (await service.get("/v1/subscriptions"))["items"][0]["severities"] is None, "the other hears everything"
    changed = await service.http.patch(path, json={"severities": ["information"]}, headers=admin)
    assert (changed.status_code, changed.json()["severities"]) == (200, ["information"])
    for wrong, pointer in ((["breech"], "/severities/0"), ([], "/severities"), ("breach", "/severities")):
        for answer in (
            await service.http.patch(path, json={"severities": wrong}, headers=admin),
            await service.http.post("/v1/subscriptions", json=whole | {"severities": wrong}, headers=admin),
        ):
            assert answer.status_code == 422
            error = answer.json()["errors"][0]
            assert error["pointer"] == pointer
            assert wrong != ["breech"] or "one of information, warning, breach, escalation" in error["reason"]


async def test_only_alerts_of_the_severities_that_were_chosen_are_sent(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url(), "operations", tenant="picc-sz")
    [subscription] = (await service.get("/v1/subscriptions"))["items"]
    path, admin = f"/v1/subscriptions/{subscription['id']}", service.as_role("admin")
    await service.http.patch(path, json={"severities": ["breach"]}, headers=admin)
    sent = {each: (await service.alert(event(severity=each)))["deliveries"] for each in ("warning", "breach")}
    assert sent == {"warning": 0, "breach": 1}


async def test_lists_come_in_pages(service: Service) -> None:
    names = [f"recipient {number}" for number in range(5)]
    for name in names:
        await service.add("/v1/recipients", **RECIPIENT | {"name": name})
    found, cursor = [], ""
    while cursor is not None:
        page = await service.get(f"/v1/recipients?limit=2{cursor and f'&cursor={cursor}'}")
        found += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == names


async def test_a_test_message_says_what_came_back(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    path, headers = f"/v1/endpoints/{endpoint['id']}/tests", service.as_role("admin")
    well = await service.http.post(path, headers=headers)
    assert well.json() | {"milliseconds": 0, "message_id": ""} == {
        "message_id": "", "outcome": "delivered", "status_code": 200, "detail": "HTTP 200", "milliseconds": 0,
    }  # fmt: skip
    assert receiver.received[0].is_signed_with(endpoint["secret"])
    receiver.always(404)
    ill = await service.http.post(path, headers=headers)
    assert (ill.json()["outcome"], ill.json()["status_code"]) == ("failed", 404)
    assert await service.deliveries() == []


async def test_a_delivery_can_be_sent_again(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    await service.alert()
    await service.deliver()
    [delivery] = await service.deliveries()
    path, headers = f"/v1/deliveries/{delivery['id']}/redeliveries", service.as_role("operations")
    again = await service.http.post(path, headers=headers)
    assert (again.status_code, again.headers["location"]) == (202, f"/v1/deliveries/{delivery['id']}")
    assert again.json()["status"] == "pending"
    await service.parts.queue.claim(1, "under way")
    assert (await service.http.post(path, headers=headers)).json()["type"] == "urn:anze:problem:delivery-under-way"
    service.clock.forward(seconds=16)
    assert await service.deliver() == 1
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    await service.http.patch(
        f"/v1/endpoints/{endpoint['id']}", json={"enabled": False}, headers=service.as_role("admin")
    )
    headers = service.as_role("operations")
    refused = await service.http.post(path, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:anze:problem:endpoint-disabled")
    await service.http.delete(f"/v1/endpoints/{endpoint['id']}", headers=service.as_role("admin"))
    refused = await service.http.post(path, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:anze:problem:endpoint-removed")
