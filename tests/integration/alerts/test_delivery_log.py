"""The log of deliveries: every attempt with what came of it, by filters, an endpoint's health, and sending again."""

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.integration.alerts.service import Service, event

from notifications.store import replays


def alert(claim: str = "c-1", **more: Any) -> dict[str, Any]:
    """An alert to regulators on one claim."""
    return event(claim={"id": claim, "number": claim, "policy_number": "P-1"}, roles=["insurance_regulator"], **more)


async def replay(service: Service, endpoint_id: str, role: str = "admin", **body: Any) -> Any:
    """Ask for a range to be sent again; the answer."""
    around = {
        "from": (service.clock.wall() - timedelta(days=1)).isoformat(),
        "to": (service.clock.wall() + timedelta(days=1)).isoformat(),
    }
    path = f"/v1/endpoints/{endpoint_id}/redeliveries"
    return await service.http.post(path, json=around | body, headers=service.as_role(role))


async def test_every_attempt_is_logged_with_its_number_moment_duration_answer_and_worker(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    receiver.always(503)
    await service.alert(alert())
    await service.deliver()
    service.clock.forward(seconds=5)
    receiver.always(200)
    await service.deliver()
    [delivery] = await service.deliveries()
    shown = await service.get(f"/v1/deliveries/{delivery['id']}")
    first, second = shown["attempts"]
    assert [first["number"], second["number"]] == [1, 2]
    assert [first["outcome"], first["status_code"]] == ["failed", 503]
    assert [second["outcome"], second["status_code"]] == ["delivered", 200]
    assert first["started_at"] < second["started_at"]
    assert first["milliseconds"] >= 0
    assert [first["worker"], first["ambiguous"], first["replay"]] == ["worker-1", False, False]
    assert shown["schedule"] == "authority"


async def test_an_answer_that_never_came_is_logged_as_ambiguous_and_sent_again_with_the_same_id(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())

    async def hang_up(_: Received) -> Answer:
        raise ConnectionResetError

    receiver.answering = hang_up
    await service.alert(alert())
    await service.deliver()
    receiver.always(200)
    service.clock.forward(seconds=5)
    await service.deliver()
    [delivery] = await service.deliveries()
    assert [(each["outcome"], each["ambiguous"]) for each in delivery["attempts"]] == [
        ("ambiguous", True), ("delivered", False),
    ]  # fmt: skip
    assert {request.headers["webhook-id"] for request in receiver.received} == {delivery["id"]}


async def test_waits_that_the_receiver_asked_for_cost_no_attempt_and_rest_the_whole_endpoint(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    receiver.always(429, {"retry-after": "60"})
    await service.alert(alert("c-1"))
    await service.deliver()
    await service.alert(alert("c-2"))
    service.clock.forward(seconds=59)
    assert await service.deliver() == 0, "another claim's alert waits too"
    receiver.always(500)
    service.clock.forward(seconds=1)
    assert await service.deliver() == 2
    service.clock.forward(seconds=5)
    assert await service.deliver() == 1, "the first real failure waits five seconds, as if nothing had been before"
    outcomes = [[each["outcome"] for each in one["attempts"]] for one in await service.deliveries()]
    assert outcomes[0][0] == "deferred"


async def test_the_log_is_filtered_by_claim_subject_status_and_moment_and_paged(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url())
    for claim in ("c-1", "c-1", "c-2"):
        await service.alert(alert(claim, subject=f"claims/{claim}"))
    middle = service.clock.wall() + timedelta(minutes=1)
    service.clock.forward(hours=1)
    await service.alert(alert("c-3", subject="claims/c-3"))
    await service.deliver()

    async def found(**filters: str) -> int:
        answer = await service.http.get("/v1/deliveries", params=filters, headers=service.as_role("admin"))
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert await found(claim_id="c-1") == 2
    assert await found(subject="claims/c-2") == 1
    assert await found(endpoint_id=endpoint["id"]) == 4
    assert await found(status="pending") == 1, "the second of c-1 waits for the first"
    assert await found(to=middle.isoformat()) == 3
    assert await found(**{"from": middle.isoformat()}) == 1
    first = await service.get("/v1/deliveries?limit=3")
    rest = await service.get(f"/v1/deliveries?limit=3&cursor={first['next_cursor']}")
    assert len({each["id"] for each in first["items"] + rest["items"]}) == 4


async def test_an_endpoint_shows_how_it_does(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    path = f"/v1/endpoints/{endpoint['id']}"
    nothing = (await service.get(path))["health"]
    assert [nothing["last_success_at"], nothing["success_rate"], nothing["waiting"]] == [None, None, 0]
    await service.alert(alert("c-1"))
    await service.deliver()
    receiver.always(500)
    for claim in ("c-2", "c-3", "c-4"):
        await service.alert(alert(claim))
    await service.deliver()
    service.clock.forward(seconds=90)
    health = (await service.get(path))["health"]
    assert health["last_success_at"] is not None
    assert health["consecutive_failures"] == 3
    assert health["waiting"] == 3
    assert health["oldest_waiting_seconds"] == 90
    assert [health["attempts"], health["success_rate"]] == [4, 0.25]
    assert 0 <= health["p50_milliseconds"] <= health["p95_milliseconds"]
    service.clock.forward(days=2)
    assert (await service.get(path))["health"]["attempts"] == 0, "of the last 24 hours"


async def test_a_range_is_sent_again_in_order_with_the_same_ids_and_marked(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url())
    for _ in range(3):
        await service.alert(alert("c-1"))
    while await service.deliver():
        pass
    before = [request.headers["webhook-id"] for request in receiver.received]
    answer = await replay(service, endpoint["id"], statuses=["delivered", "dead"])
    assert answer.status_code == 202
    assert answer.json() == {"redelivered": 3, "more": False}
    receiver.received.clear()
    while await service.deliver():
        pass
    assert [request.headers["webhook-id"] for request in receiver.received] == before
    for each in await service.deliveries():
        assert [made["replay"] for made in each["attempts"]] == [False, True]
        assert each["status"] == "delivered"


async def test_a_range_that_is_asked_for_twice_is_sent_once(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    await service.alert(alert())
    await service.deliver()
    counts = []
    for _ in range(2):
        counts.append((await replay(service, endpoint["id"], statuses=["delivered"])).json()["redelivered"])
        counts.append((await replay(service, endpoint["id"], statuses=["delivered"])).json()["redelivered"])
        await service.deliver()
    assert counts == [1, 0, 0, 0], "neither while it waits nor in the minutes after"
    service.clock.forward(minutes=6)
    assert (await replay(service, endpoint["id"], statuses=["delivered"])).json()["redelivered"] == 1


async def test_a_range_is_bounded_and_says_when_there_is_more(
    service: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "MOST", 2)
    endpoint = await service.listener(receiver.url())
    for number in range(3):
        await service.alert(alert(f"c-{number}"))
    await service.deliver()
    answers = [(await replay(service, endpoint["id"], statuses=["delivered"])).json() for _ in range(2)]
    assert answers == [{"redelivered": 2, "more": True}, {"redelivered": 1, "more": False}]


@pytest.mark.parametrize(
    "body",
    [
        {"from": "2026-03-02T00:00:00+08:00", "to": "2026-03-01T00:00:00+08:00"},
        {"statuses": ["pending"]},
        {"statuses": []},
        {"from": "yesterday"},
    ],
    ids=["backwards", "what is sent anyway", "nothing", "no moment"],
)
async def test_a_range_that_makes_no_sense_is_refused(
    service: Service, receiver: Receiver, body: dict[str, Any]
) -> None:
    endpoint = await service.listener(receiver.url())
    assert (await replay(service, endpoint["id"], **body)).status_code == 422


async def test_operations_send_again_what_is_their_tenants_and_see_no_other(
    service: Service, receiver: Receiver
) -> None:
    own = await service.listener(receiver.url("/own"), "operations", tenant="picc-sz")
    foreign = await service.listener(receiver.url("/foreign"), "operations", tenant="cpic-sz")
    for tenant in ("picc-sz", "cpic-sz"):
        await service.alert(event(tenant=tenant, roles=["operations"]))
    assert (await replay(service, foreign["id"], "operations", statuses=["delivered"])).status_code == 404
    assert (await replay(service, own["id"], "operations", statuses=["delivered"])).status_code == 202
    listed = await service.get("/v1/deliveries", role="operations")
    assert {each["endpoint_id"] for each in listed["items"]} == {own["id"]}
    assert (await replay(service, own["id"], "regulator", statuses=["delivered"])).status_code == 403


async def test_sending_a_dead_one_again_starts_its_schedule_anew(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url())
    receiver.always(500)
    await service.alert(alert())
    service.clock.forward(hours=76)
    await service.deliver()
    [dead] = await service.deliveries()
    assert dead["status"] == "dead"
    assert dead["reason"].startswith("the time is up")
    began = (service.clock.wall() - timedelta(days=7)).isoformat()
    answer = await replay(service, endpoint["id"], **{"from": began})
    assert answer.json() == {"redelivered": 1, "more": False}
    await service.deliver()
    [again] = await service.deliveries()
    assert [again["status"], again["reason"]] == ["pending", None]
    assert json.loads(receiver.received[-1].body)["type"] == "clock.breached"
