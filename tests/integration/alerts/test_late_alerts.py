"""Alerts may come in another order than what they tell happened: what is repeated follows what happened last."""

import json

from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event
from tests.integration.alerts.test_acknowledgements import repeats


async def test_what_comes_late_about_a_clock_undoes_nothing_that_was_said_later(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz")
    later, earlier = event(type="clock.escalated"), event()
    later["data"]["sequence"], earlier["data"]["sequence"] = 10**6, 10**6 - 1
    both = [await service.alert(each) for each in (later, earlier)]
    while await service.deliver():
        pass
    assert await repeats(service, receiver, hours=4.1) == [1]
    assert json.loads(receiver.received[0].body)["id"] == later["id"]
    withdrawn = event(type="breach.withdrawn")
    withdrawn["data"]["sequence"] = 10**6 + 2
    await service.alert(withdrawn)
    late = event()
    late["data"]["sequence"] = 10**6 + 1
    assert (await service.alert(late))["id"] not in {each["id"] for each in both}
    assert await repeats(service, receiver, hours=4.1) == [], "it is over"


async def test_what_one_event_tells_in_two_alerts_is_repeated_to_both(service: Service, receiver: Receiver) -> None:
    for role in ("operations", "compliance"):
        await service.listener(receiver.url(f"/{role}"), role=role, tenant="picc-sz")
        one = event(roles=[role])
        one["data"]["sequence"] = 10**6
        await service.alert(one)
    assert await repeats(service, receiver, hours=4.1) == [1, 1]
    assert sorted(request.path for request in receiver.received[-2:]) == ["/compliance", "/operations"]
