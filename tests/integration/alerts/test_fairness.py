"""Endpoints take turns, a lane waits for nobody else's, and what hangs or is dead takes up its own places only."""

import asyncio
import json
from uuid import UUID

from sqlalchemy import select
from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.integration.alerts.service import Service, event

from notifications.application.records import Done
from notifications.domain.delivery import DeliveryStatus, NextStep, Retry
from notifications.store.queue import PLACES, PostgresQueue
from notifications.store.tables import deliveries

ROLES = ["insurance_regulator"]


def alert(claim: str) -> dict[str, object]:
    """An alert to regulators on one claim."""
    return event(claim={"id": claim, "number": claim, "policy_number": "P-1"}, roles=ROLES)


async def behind(service: Service) -> int:
    """How many are known to stand behind another."""
    async with service.parts.engine.connect() as connection:
        query = select(deliveries.c.id).where(deliveries.c.behind, deliveries.c.status == "pending")
        return len((await connection.execute(query)).all())


async def test_one_with_a_long_queue_and_one_with_a_short_take_turns(service: Service, receiver: Receiver) -> None:
    long = await service.listener(receiver.url("/long"))
    for number in range(20):
        await service.alert(alert(f"c-{number}"))
    short = await service.listener(receiver.url("/short"))
    await service.alert(alert("last"))
    jobs = await service.parts.queue.claim(2, "worker")
    assert {job.endpoint_id for job in jobs} == {UUID(long["id"]), UUID(short["id"])}


async def test_well_ones_go_before_those_that_failed_last(service: Service, receiver: Receiver) -> None:
    failing = await service.listener(receiver.url("/failing"))
    await service.alert(alert("c-1"))
    queue = service.parts.queue
    [job] = await queue.claim(1, "worker")
    soon = NextStep(DeliveryStatus.PENDING, await queue.business_now())
    await queue.finish([Done(job, Retry("HTTP 500", 500), soon, 1)])
    well = await service.listener(receiver.url("/well"))
    for number in range(3):
        await service.alert(alert(f"d-{number}"))
    order = [job.endpoint_id for job in await queue.claim(10, "worker")]
    assert order.count(UUID(failing["id"])) == 1, "one at a time, until something arrives"
    first = await service.deliveries()
    assert len(first) == 1 + 2 * 3
    assert order.count(UUID(well["id"])) == 3


async def test_a_receiver_that_hangs_uses_its_own_places_and_every_other_one_gets_everything(
    service: Service, receiver: Receiver
) -> None:
    never = asyncio.Event()

    async def hang(_: Received) -> Answer:
        await never.wait()
        return 200, {}

    stop = asyncio.Event()
    alerts = 3 * PLACES
    async with Receiver(answering=hang) as hanging, asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        await service.listener(hanging.url())
        for number in range(3):
            await service.listener(receiver.url(f"/{number}"))
        for number in range(alerts):
            await service.alert(alert(f"c-{number}"))
        running = tasks.create_task(service.worker().run(stop))
        while len(receiver.received) < 3 * alerts:
            receiver.arrived.clear()
            await receiver.arrived.wait()
        assert len(hanging.received) == PLACES, "while all others got everything, it had what it has places for"
        running.cancel()


async def test_many_workers_keep_the_order_of_every_claim_at_every_endpoint(
    service: Service, receiver: Receiver
) -> None:
    for number in range(3):
        await service.listener(receiver.url(f"/{number}"))
    turns = iter(range(10_000))

    async def sometimes(_: Received) -> Answer:
        return (500, {}) if next(turns) % 5 == 0 else (200, {})

    receiver.answering = sometimes
    for _ in range(6):
        await asyncio.gather(*(service.alert(alert(f"c-{claim}")) for claim in range(4)))

    async def work(name: str) -> None:
        worker = service.worker(name)
        async with asyncio.TaskGroup() as tasks:
            await worker.start_due(tasks)

    async with asyncio.timeout(60):
        while any(each["status"] == "pending" for each in await service.deliveries()):
            await asyncio.gather(*(work(f"worker-{number}") for number in range(4)))
            service.clock.forward(seconds=6)
    seen: dict[tuple[str, str], list[int]] = {}
    for request in receiver.received:
        data = json.loads(request.body)["data"]
        order = seen.setdefault((request.path, data["claim"]["id"]), [])
        if data["sequence"] not in order:
            order.append(data["sequence"])
    assert len(seen) == 12
    assert all(order == sorted(order) and len(order) == 6 for order in seen.values())


async def test_what_stands_behind_another_is_not_looked_at_until_it_comes_up(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    for _ in range(4):
        await service.alert(alert("c-1"))
    assert await behind(service) == 3
    assert await service.deliver() == 1
    assert await behind(service) == 2
    while await service.deliver():
        pass
    assert len(receiver.received) == 4
    assert await behind(service) == 0


async def test_what_is_added_while_the_one_before_it_ends_is_never_left_behind(
    service: Service, receiver: Receiver
) -> None:
    """Whichever of the two is first: many times over, intake and worker at the same moment."""
    await service.listener(receiver.url())
    queue = PostgresQueue(service.parts.engine, service.clock)
    for _ in range(25):
        await service.alert(alert("c-1"))
        [job] = await queue.claim(10, "worker")
        done = Done(job, Retry("HTTP 500", 500), NextStep(DeliveryStatus.DEAD), 1)
        await asyncio.gather(queue.finish([done]), service.alert(alert("c-1")))
        [follower] = await queue.claim(10, "worker")
        await queue.finish([Done(follower, Retry("HTTP 500", 500), NextStep(DeliveryStatus.DEAD), 1)])
    assert await behind(service) == 0
