"""Alerts come in exactly once."""

import asyncio

from sqlalchemy import text
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.application.records import NewAlert
from notifications.bootstrap import new_id
from notifications.intake.cloud_event import CloudEvent, to_alert
from notifications.store.inbox import PostgresInbox


async def test_an_alert_is_accepted_once_and_the_same_again_changes_nothing(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url())
    alert = event()
    first = await service.alert(alert, expect=202)
    again = await service.alert(alert, expect=200)
    assert again == first
    assert first["deliveries"] == 1
    assert len(await service.deliveries()) == 1


async def test_the_same_alert_many_times_at_once_makes_one_set_of_deliveries(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/regulator"))
    await service.listener(receiver.url("/operations"), role="operations", tenant="picc-sz")
    alert = event()
    headers = service.as_role("service")
    answers = await asyncio.gather(*(service.http.post("/v1/alerts", json=alert, headers=headers) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [202]
    assert len({answer.text for answer in answers}) == 1
    assert len(await service.deliveries()) == 2


async def test_the_same_id_of_another_source_is_another_alert(service: Service) -> None:
    one = await service.alert(event(event_id="same"))
    other = await service.alert(event(event_id="same", source="/elsewhere"))
    assert one["id"] != other["id"]


async def test_alerts_of_one_claim_come_in_one_after_the_other(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url())
    first, second = event(), event()
    alert = to_alert(CloudEvent.model_validate(first), first, correlation_id="c", sandbox=False)
    inbox = PostgresInbox(service.parts.engine, service.clock)
    waits = text("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
    async with asyncio.timeout(20):
        async with inbox.intake([alert]) as intake:
            later = asyncio.create_task(service.alert(second))
            async with service.parts.engine.connect() as connection:
                while not later.done() and not (await connection.execute(waits)).scalar_one():
                    pass
            assert not later.done(), "the second would get its position before the first is there"
            await intake.add([NewAlert(new_id(), alert, ())])
        await later
