"""A worker that dies loses nothing: its leases run out and another one sends again, with the same id."""

import asyncio

from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.integration.alerts.service import Service

from notifications.application.records import Done
from notifications.domain.delivery import Delivered, DeliveryStatus, NextStep, Retry


async def test_the_delivery_of_a_worker_killed_while_sending_is_made_again_with_the_same_id(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    never = asyncio.Event()

    async def hang(_: Received) -> Answer:
        await never.wait()
        return 200, {}

    receiver.answering = hang
    await service.alert()
    killed = asyncio.create_task(service.worker("killed").run(asyncio.Event()))
    await receiver.arrived.wait()
    killed.cancel()
    await asyncio.wait([killed])
    assert await service.deliver() == 0, "the lease still stands"
    receiver.always(200)
    service.clock.forward(seconds=16)
    assert await service.deliver() == 1
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    [delivery] = await service.deliveries()
    assert delivery["status"] == "delivered"
    assert [made["outcome"] for made in delivery["attempts"]] == ["interrupted", "delivered"]


async def test_a_worker_that_lost_its_lease_does_not_undo_what_the_next_one_did(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    await service.alert()
    queue = service.parts.queue
    [late] = await queue.claim(10, "late")
    service.clock.forward(seconds=16)
    assert await service.deliver() == 1
    await queue.finish([Done(late, Retry("HTTP 500", 500), NextStep(DeliveryStatus.DEAD), 3)])
    [delivery] = await service.deliveries()
    assert delivery["status"] == "delivered"


async def test_a_failure_reported_after_the_lease_was_lost_does_not_end_the_new_lease(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    await service.alert()
    queue = service.parts.queue
    [late] = await queue.claim(10, "late")
    service.clock.forward(seconds=16)
    [taken_over] = await queue.claim(10, "next")
    assert taken_over.taken_over
    step = NextStep(DeliveryStatus.PENDING, await queue.business_now())
    await queue.finish([Done(late, Retry("HTTP 500", 500), step, 3)])
    assert await queue.claim(10, "third") == []


async def test_what_a_late_worker_delivered_is_delivered(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    await service.alert()
    queue = service.parts.queue
    [late] = await queue.claim(10, "late")
    service.clock.forward(seconds=16)
    await queue.claim(10, "next")
    await queue.finish([Done(late, Delivered("HTTP 200", 200), NextStep(DeliveryStatus.DELIVERED), 3)])
    service.clock.forward(seconds=16)
    assert await queue.claim(10, "third") == []
    assert (await service.deliveries())[0]["status"] == "delivered"


async def test_a_worker_that_was_held_up_leaves_what_it_leased_to_the_next(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    await service.alert()
    parts = service.parts
    [job] = await parts.queue.claim(10, "held up")
    service.clock.forward(seconds=6)
    await service.worker("held up").sender.send(job)
    assert receiver.received == [], "its attempt could last longer than its lease"
    service.clock.forward(seconds=10)
    assert await service.deliver() == 1
    assert len(receiver.received) == 1
