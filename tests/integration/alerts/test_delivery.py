"""What was taken in is delivered: signed, retried on its schedule, in order, and never held up by somebody else."""

import asyncio
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook
from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.integration.alerts.service import Service, event

from notifications.store.queue import PLACES, PostgresQueue


async def test_an_alert_is_delivered_with_a_signature_that_verifies(service: Service, receiver: Receiver) -> None:
    endpoint = await service.listener(receiver.url("/hook"))
    await service.alert(event(correlationid="corr-1"))
    assert await service.deliver() == 1
    [request] = receiver.received
    [delivery] = await service.deliveries()
    body = Webhook(endpoint["secret"]).verify(request.body, request.headers)
    assert body["type"] == "clock.breached"
    assert body["correlationid"] == "corr-1"
    assert request.path == "/hook"
    assert request.headers["webhook-id"] == delivery["id"]
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert delivery["status"] == "delivered"
    assert [made["outcome"] for made in delivery["attempts"]] == ["delivered"]
    assert await service.deliver() == 0


async def test_what_the_service_does_not_know_is_not_sent_on(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    alert = event(victim={"name": "张三"}, phone="13800000000")
    alert["data"]["claim"]["insured"] = "张三"
    alert["data"]["clock"]["note"] = {"name": "张三"}
    await service.alert(alert)
    await service.deliver()
    sent = receiver.received[0].body.decode()
    assert "张三" not in sent
    assert "13800000000" not in sent
    assert json.loads(sent)["data"]["clock"]["title"]["zh"] == "抢险救援费用预付"


async def test_a_failing_receiver_is_tried_again_on_schedule_with_the_same_id(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url())
    receiver.always(500)
    await service.alert()
    waits = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000]
    for wait in waits:
        assert await service.deliver() == 1
        service.clock.forward(seconds=wait - 1)
        assert await service.deliver() == 0
        service.clock.forward(seconds=1)
    receiver.always(204)
    assert await service.deliver() == 1
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    assert all(request.is_signed_with(endpoint["secret"]) for request in receiver.received)
    [delivery] = await service.deliveries()
    assert delivery["status"] == "delivered"
    assert len(delivery["attempts"]) == len(waits) + 1


async def test_a_delivery_is_given_up_after_seventy_five_hours(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    receiver.always(503)
    await service.alert()
    began = service.clock.wall()
    while await service.deliver():
        next_at = (await service.deliveries())[0]["next_at"]
        if next_at is not None:
            service.clock.moment = datetime.fromisoformat(next_at)
    [delivery] = await service.deliveries()
    assert delivery["status"] == "dead"
    assert service.clock.wall() - began == timedelta(hours=75)
    assert service.parts.metrics.registry.get_sample_value(
        "notifications_deliveries_dead_total", {"channel": "webhook"}
    )


@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_asks_for_time_gets_it(service: Service, receiver: Receiver, status: int) -> None:
    await service.listener(receiver.url())
    receiver.always(status, {"retry-after": "900"})
    await service.alert()
    await service.deliver()
    service.clock.forward(seconds=899)
    assert await service.deliver() == 0
    service.clock.forward(seconds=1)
    assert await service.deliver() == 1


async def test_gone_disables_the_endpoint_and_what_is_queued_waits_until_it_is_enabled(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url())
    receiver.always(410)
    await service.alert()
    await service.alert()
    assert await service.deliver() == 1
    assert await service.deliver() == 0
    shown = await service.get(f"/v1/endpoints/{endpoint['id']}")
    assert shown["enabled"] is False
    assert shown["disabled_reason"].startswith("HTTP 410")
    assert [d["status"] for d in await service.deliveries()] == ["dead", "pending"]
    assert (await service.alert())["unheard"] is True
    receiver.always(200)
    await service.http.patch(
        f"/v1/endpoints/{endpoint['id']}", json={"enabled": True}, headers=service.as_role("admin")
    )
    assert await service.deliver() == 1
    assert [d["status"] for d in await service.deliveries()] == ["dead", "delivered"]


async def test_redirects_are_not_followed(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/first"))
    receiver.always(307, {"location": receiver.url("/second")})
    await service.alert()
    await service.deliver()
    assert [request.path for request in receiver.received] == ["/first"]
    assert (await service.deliveries())[0]["status"] == "pending"


async def test_alerts_of_one_claim_reach_an_endpoint_in_order_even_when_the_first_fails(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    refused: list[bool] = [True]

    async def first_fails(_: Received) -> Answer:
        return (500, {}) if refused and refused.pop() else (200, {})

    receiver.answering = first_fails
    for number in (1, 2, 3):
        await service.alert(event(event_id=f"in-order-{number}"))
    await service.alert(event(event_id="another-claim", claim={"id": "c-2"}, subject="claims/c-2"))
    assert await service.deliver() == 2
    assert await service.deliver() == 0
    service.clock.forward(seconds=6)
    while await service.deliver():
        pass
    ids = [json.loads(request.body)["id"] for request in receiver.received]
    assert sorted(ids[:2]) == ["another-claim", "in-order-1"]
    assert ids[2:] == ["in-order-1", "in-order-2", "in-order-3"]


async def test_a_slow_endpoint_does_not_delay_another(service: Service, receiver: Receiver) -> None:
    release = asyncio.Event()

    async def slowly(_: Received) -> Answer:
        await release.wait()
        return 200, {}

    async with Receiver(answering=slowly) as slow:
        await service.listener(slow.url())
        await service.listener(receiver.url())
        stop = asyncio.Event()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            tasks.create_task(service.worker().run(stop))
            for number in range(2 * PLACES):
                await service.alert(event(claim={"id": f"c-{number}"}))
            while len(receiver.received) < 2 * PLACES:
                receiver.arrived.clear()
                await receiver.arrived.wait()
            assert len(slow.received) <= PLACES, "no more than the endpoint's places are used"
            release.set()
            stop.set()


async def test_an_endpoint_that_failed_gets_one_attempt_at_a_time(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    receiver.always(500)
    for number in range(PLACES + 2):
        await service.alert(event(claim={"id": f"c-{number}"}))
    assert await service.deliver() == PLACES
    assert await service.deliver() == 1
    receiver.always(200)
    assert await service.deliver() == 1
    service.clock.forward(seconds=6)
    assert await service.deliver() == PLACES


async def test_workers_that_look_at_the_same_moment_never_take_the_same_delivery(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    await asyncio.gather(*(service.alert(event(claim={"id": f"c-{number}"})) for number in range(120)))
    parts = service.parts
    taken: list[UUID] = []

    async def work(name: str) -> None:
        queue = PostgresQueue(parts.engine, parts.clock, places=1000)
        while jobs := await queue.claim(3, name):
            taken.extend(job.delivery_id for job in jobs)

    await asyncio.gather(*(work(f"worker-{number}") for number in range(8)))
    assert len(taken) == len(set(taken)) == 120


async def test_a_message_to_a_closed_port_is_tried_again(service: Service, receiver: Receiver) -> None:
    async with Receiver() as closed:
        url = closed.url()
    await service.listener(url)
    await service.alert()
    await service.deliver()
    [delivery] = await service.deliveries()
    assert delivery["status"] == "pending"
    assert delivery["attempts"][0]["outcome"] == "failed"
    assert delivery["attempts"][0]["detail"].startswith("not reached")


async def test_an_alert_of_a_sandbox_is_marked_as_one(sandbox_service: Service, receiver: Receiver) -> None:
    await sandbox_service.listener(receiver.url())
    await sandbox_service.alert(event(sandbox=False))
    await sandbox_service.deliver()
    assert json.loads(receiver.received[0].body)["data"]["sandbox"] is True


async def test_retries_follow_the_sandbox_clock(sandbox_service: Service, receiver: Receiver) -> None:
    await sandbox_service.listener(receiver.url())
    receiver.always(500)
    await sandbox_service.alert()
    assert await sandbox_service.deliver() == 1
    assert await sandbox_service.deliver() == 0
    headers = sandbox_service.as_role("service")
    moved = await sandbox_service.http.put("/v1/sandbox/clock", json={"offset_us": 5_000_000}, headers=headers)
    assert moved.status_code == 200
    assert await sandbox_service.deliver() == 1
