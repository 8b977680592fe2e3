"""What cannot be delivered goes to the recipient's next channel; where there is none, administrators are told once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.application.ports import Channel, Message
from notifications.bootstrap import build_rounds
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry
from notifications.domain.endpoint import ChannelName

ROBOT, ANOTHER_ROBOT = (f"https://oapi.dingtalk.com/robot/send?access_token={64 * letter}" for letter in "ab")


@dataclass(slots=True)
class Answering:
    """A channel that answers as it is told and remembers what it was given."""

    outcome: Outcome
    sent: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Outcome:
        """Remember the message and answer."""
        self.sent.append(message)
        return self.outcome


def with_channels(service: Service, channels: Mapping[ChannelName, Channel]) -> Service:
    """The same service with other channels."""
    return replace(service, parts=replace(service.parts, channels={**service.parts.channels, **channels}))


async def settle(service: Service) -> None:
    """Go the rounds until what was given up has been told of, and deliver all that follows."""
    rounds = build_rounds(service.parts)
    for _ in range(2):
        await rounds.once(["tell_dead"])
        service.clock.forward(seconds=3)
        await rounds.once(["collect"])
        while await service.deliver():
            pass


async def staff(service: Service, *endpoints: Mapping[str, Any], role: str = "operations") -> list[str]:
    """A team with these endpoints, subscribed with the first; their ids."""
    who = {"name": "理赔一组", "role": role, "tenant": None if role == "admin" else "picc-sz"}
    recipient = await service.add("/v1/recipients", **who)
    ids = [(await service.add("/v1/endpoints", recipient_id=recipient["id"], **each))["id"] for each in endpoints]
    await service.add("/v1/subscriptions", recipient_id=recipient["id"], endpoint_ids=ids[:1], digest=False)
    return ids


async def told(receiver: Receiver) -> list[dict[str, Any]]:
    """What an administrator was told of dead letters."""
    events = [json.loads(request.body) for request in receiver.received]
    return [each["data"]["dead"] for each in events if each["type"] == "delivery.dead"]


async def by_endpoint(service: Service, kind: str = "clock.breached") -> dict[str, dict[str, Any]]:
    """The deliveries of the alerts of one kind, by endpoint."""
    alerts = (await service.get(f"/v1/alerts?kind={kind}"))["items"]
    return {each["endpoint_id"]: each for alert in alerts for each in alert["deliveries"]}


async def test_a_robot_that_fails_is_tried_briefly_and_then_the_next_channel_has_it(
    service: Service, receiver: Receiver
) -> None:
    robot = Answering(Retry("errcode 310000"))
    service = with_channels(service, {ChannelName.DINGTALK: robot})
    await service.listener(receiver.url(), "admin", tenant=None, region=None)
    first, second = await staff(
        service, {"channel": "dingtalk", "address": ROBOT}, {"channel": "webhook", "address": receiver.url("/second")}
    )
    await service.alert(event(roles=["operations"]))
    for wait in (0, 5, 30, 120):
        service.clock.forward(seconds=wait)
        assert await service.deliver() == 1
    await settle(service)
    found = await by_endpoint(service)
    assert [len(robot.sent), len({message.id for message in robot.sent})] == [4, 1]
    assert found[first]["status"] == "handed_on"
    assert found[second]["status"] == "delivered"
    assert found[second]["handed_from"] == found[first]["id"]
    assert await told(receiver) == [], "somebody was reached"


async def test_the_next_channel_is_the_lowest_in_line_that_was_not_tried_and_never_one_out_of_line(
    service: Service, receiver: Receiver
) -> None:
    service = with_channels(service, {ChannelName.DINGTALK: Answering(GiveUp("the robot was removed"))})
    never = {"address": receiver.url("/never"), "fallback_order": None}
    late = {"address": receiver.url("/late"), "fallback_order": 20}
    soon = {"channel": "dingtalk", "address": ANOTHER_ROBOT, "fallback_order": 10}
    await staff(service, {"channel": "dingtalk", "address": ROBOT, "fallback_order": 0}, never, late, soon)
    await service.alert(event(roles=["operations"]))
    await service.deliver()
    await settle(service)
    assert [request.path for request in receiver.received] == ["/late"]
    assert sorted(each["status"] for each in (await by_endpoint(service)).values()) == [
        "delivered", "handed_on", "handed_on",
    ]  # fmt: skip


async def test_a_notice_that_an_authority_did_not_get_is_told_to_administrators(
    service: Service, receiver: Receiver
) -> None:
    async with Receiver() as authority:
        authority.always(410)
        dead = await service.listener(authority.url())
        await service.listener(receiver.url(), "admin", tenant=None, region=None)
        await service.alert(event(roles=["insurance_regulator"]))
        await service.deliver()
    assert (await service.parts.queue.state()).untold == 1
    await settle(service)
    await settle(service)
    [said] = await told(receiver)
    assert (await service.parts.queue.state()).untold == 0
    assert said["endpoint_id"] == dead["id"]
    assert said["count"] == 1
    assert said["kinds"] == {"clock.breached": 1}
    assert said["reason"].startswith("HTTP 410")


async def test_a_receiver_that_is_gone_ends_all_that_waits_for_it_and_is_told_of_once(
    service: Service, receiver: Receiver
) -> None:
    async with Receiver() as gone:
        gone.always(410)
        dead = await service.listener(gone.url())
        await service.listener(receiver.url(), "admin", tenant=None, region=None)
        for _ in range(3):
            await service.alert(event(roles=["insurance_regulator"]))
        assert await service.deliver() == 1
    await settle(service)
    shown = await service.get(f"/v1/endpoints/{dead['id']}")
    assert not shown["enabled"]
    found = [each for each in await service.deliveries() if each["endpoint_id"] == dead["id"]]
    assert [each["status"] for each in found] == ["dead", "dead", "dead"]
    assert found[2]["reason"].startswith("the endpoint is disabled: HTTP 410")
    assert [said["count"] for said in await told(receiver)] == [3]


async def test_what_waits_for_an_endpoint_that_an_administrator_disabled_is_kept(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url())
    await service.alert(event(roles=["insurance_regulator"]))
    path, admin = f"/v1/endpoints/{endpoint['id']}", service.as_role("admin")
    await service.http.patch(path, json={"enabled": False}, headers=admin)
    await settle(service)
    assert [each["status"] for each in await service.deliveries()] == ["pending"]
    await service.http.patch(path, json={"enabled": True}, headers=admin)
    await settle(service)
    assert [each["status"] for each in await service.deliveries()] == ["delivered"]


async def test_a_dead_letter_about_dead_letters_is_told_to_nobody(service: Service, receiver: Receiver) -> None:
    receiver.always(410)
    await service.listener(receiver.url(), "admin", tenant=None, region=None)
    async with Receiver() as authority:
        authority.always(410)
        await service.listener(authority.url())
        await service.alert(event(roles=["insurance_regulator"]))
        await service.deliver()
    for _ in range(5):
        await settle(service)
    assert len(await by_endpoint(service, "delivery.dead")) == 1
    assert (await service.get("/v1/alerts?kind=delivery.dead"))["items"][0]["deliveries"][0]["status"] == "dead"


async def test_news_of_dead_letters_that_dies_after_the_handing_on_goes_to_the_next_channel_in_the_next_round(
    service: Service, receiver: Receiver
) -> None:
    service = with_channels(service, {ChannelName.DINGTALK: Answering(GiveUp("the robot was removed"))})
    second = {"address": receiver.url("/second"), "fallback_order": 200}
    await staff(service, {"channel": "dingtalk", "address": ROBOT, "fallback_order": 0}, second, role="admin")
    async with Receiver() as authority:
        authority.always(410)
        await service.listener(authority.url())
        await service.alert(event(roles=["insurance_regulator"]))
        await service.deliver()
    tell_dead = build_rounds(service.parts).by_name["tell_dead"].does
    await build_rounds(service.parts).once(["tell_dead"])
    await service.deliver()
    assert await tell_dead.dead.choose() is None  # type: ignore[attr-defined]
    await settle(service)
    assert [request.path for request in receiver.received] == ["/second"]


async def test_an_administrator_is_told_over_another_channel_than_the_dead_one(
    service: Service, receiver: Receiver
) -> None:
    robot = Answering(GiveUp("the robot was removed"))
    service = with_channels(service, {ChannelName.DINGTALK: robot, ChannelName.WECOM: Answering(Delivered("ok"))})
    first, second = await staff(
        service, {"channel": "dingtalk", "address": ROBOT}, {"address": receiver.url(), "fallback_order": 5},
        role="admin",
    )  # fmt: skip
    await service.alert(event(roles=["admin"]))
    await service.deliver()
    service = replace(service)
    # The way over the second channel is closed to the alert itself: nothing is left but to tell of it.
    async with service.parts.engine.begin() as connection:
        await connection.exec_driver_sql("update deliveries set schedule = 'authority'")
    await settle(service)
    [said] = await told(receiver)
    assert said["endpoint_id"] == first
    assert list(await by_endpoint(service, "delivery.dead")) == [second]


async def test_a_worker_that_ends_between_choosing_and_telling_leaves_it_to_be_told_once(
    service: Service, receiver: Receiver
) -> None:
    async with Receiver() as authority:
        authority.always(410)
        await service.listener(authority.url())
        await service.listener(receiver.url(), "admin", tenant=None, region=None)
        await service.alert(event(roles=["insurance_regulator"]))
        await service.deliver()
    tell_dead = build_rounds(service.parts).by_name["tell_dead"].does
    chosen = await tell_dead.dead.choose()  # type: ignore[attr-defined]
    again = await tell_dead.dead.choose()  # type: ignore[attr-defined]
    assert chosen == again is not None
    await settle(service)
    await settle(service)
    [alert] = (await service.get("/v1/alerts?kind=delivery.dead"))["items"]
    assert alert["event_id"] == str(chosen.event_id)
    assert len(await told(receiver)) == 1


@pytest.mark.parametrize("rounds", [2])
async def test_dead_letters_that_are_delivered_by_hand_and_die_again_are_told_again(
    service: Service, receiver: Receiver, rounds: int
) -> None:
    async with Receiver() as authority:
        dead = await service.listener(authority.url())
        await service.listener(receiver.url(), "admin", tenant=None, region=None)
        await service.alert(event(roles=["insurance_regulator"]))
        authority.always(410)
        admin = service.as_role("admin")
        for number in range(rounds):
            await service.deliver()
            await settle(service)
            assert len(await told(receiver)) == number + 1
            await service.http.patch(f"/v1/endpoints/{dead['id']}", json={"enabled": True}, headers=admin)
            found = next(each for each in await service.deliveries() if each["endpoint_id"] == dead["id"])
            path = f"/v1/deliveries/{found['id']}/redeliveries"
            assert (await service.http.post(path, headers=admin)).status_code == 202
