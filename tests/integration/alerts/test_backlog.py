"""Alerts go on being taken while thousands of deliveries wait, also by a service that began with empty tables."""

from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

LISTENERS, BATCHES, ALERTS = 10, 5, 100


async def test_a_service_that_was_idle_at_first_takes_batch_after_batch_while_nothing_is_delivered(
    service: Service, receiver: Receiver
) -> None:
    for number in range(LISTENERS):
        await service.listener(receiver.url(f"/{number}"))
    # The statements are planned once, and here for tables that are as good as empty.
    await service.take([event(roles=["insurance_regulator"], claim={"id": "first", "number": "first"})])
    for batch in range(BATCHES):
        names = [f"c-{batch}-{number}" for number in range(ALERTS)]
        await service.take([event(roles=["insurance_regulator"], claim={"id": n, "number": n}) for n in names])
    assert (await service.parts.queue.state()).due == (BATCHES * ALERTS + 1) * LISTENERS
