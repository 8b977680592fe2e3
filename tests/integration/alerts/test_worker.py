"""The worker: quick, patient with a missing database, and gone when something in it breaks."""

import asyncio
import time
from dataclasses import replace

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service
from tests.support.postgres import Database

from notifications.application.ports import Message
from notifications.bootstrap import build_loop
from notifications.domain.delivery import Outcome
from notifications.domain.endpoint import ChannelName


async def test_a_new_alert_is_on_its_way_within_moments(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(service.worker().run(stop))
        waits = []
        for _ in range(5):
            receiver.arrived.clear()
            await service.alert()
            accepted = time.perf_counter()
            await receiver.arrived.wait()
            waits.append(time.perf_counter() - accepted)
        stop.set()
    assert min(waits) < 0.25, "looks are a tenth of a second apart; a busy machine may be late, but not every time"


async def test_stopping_lets_what_is_under_way_come_to_its_end(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    stop = asyncio.Event()

    async def stop_then_answer(_: object) -> tuple[int, dict[str, str]]:
        stop.set()
        return 200, {}

    receiver.answering = stop_then_answer
    await service.alert()
    async with asyncio.timeout(20):
        await service.worker().run(stop)
    assert (await service.deliveries())[0]["status"] == "delivered"


async def test_a_task_that_breaks_takes_the_worker_down(service: Service, receiver: Receiver) -> None:
    class Broken:
        async def send(self, message: Message) -> Outcome:
            raise ZeroDivisionError

    await service.listener(receiver.url())
    await service.alert()
    parts = service.parts
    loop = build_loop(replace(parts, channels={ChannelName.WEBHOOK: Broken()}), "broken")
    with pytest.raises(ExceptionGroup) as failure:
        async with asyncio.timeout(20):
            await loop.run(asyncio.Event())
    assert failure.group_contains(ZeroDivisionError)


async def test_the_worker_outlives_a_restart_of_the_database(
    service: Service, receiver: Receiver, notifications_database: Database
) -> None:
    await service.listener(receiver.url())
    stop = asyncio.Event()
    cluster = notifications_database.cluster
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(service.worker().run(stop))
        await service.alert()
        await receiver.arrived.wait()
        receiver.arrived.clear()
        await asyncio.to_thread(cluster.stop, "fast")
        refused = await service.http.post("/v1/alerts", json={}, headers=service.as_role("service"))
        assert refused.status_code == 422, "what needs no database is answered without one"
        gone = await service.http.get("/v1/alerts", headers=service.as_role("admin"))
        assert gone.status_code == 503
        assert gone.headers["retry-after"]
        assert gone.json()["type"] == "urn:anze:problem:unavailable"
        assert (await service.http.get("/health/live")).status_code == 200
        assert (await service.http.get("/health/ready")).status_code == 503
        assert (await service.http.get("/metrics")).status_code == 200
        await asyncio.to_thread(cluster.start)
        assert (await service.http.get("/health/ready")).status_code == 200
        await service.alert()
        await receiver.arrived.wait()
        stop.set()
