"""What holds a warning never holds the breach behind it, however the two came together."""

from datetime import timedelta
from typing import Any

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event
from tests.integration.alerts.test_holding import about, said, send_all, settle, warning


async def maintain(service: Service, *, hours: float) -> None:
    """Begin a maintenance window of all insurers."""
    now = service.clock.wall()
    lasts = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=hours)).isoformat()}
    await service.add("/v1/maintenance-windows", reason="升级", **lasts)


def kinds(receiver: Receiver, path: str = "/staff") -> list[tuple[str, int | None]]:
    """Kind and number of repeat of what arrived there, in order."""
    return [(body["type"], body["data"].get("repeat")) for body in said(receiver, path)]


async def test_a_repeat_and_the_notice_to_the_next_rung_take_along_the_warnings_before_them(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz")
    await service.listener(receiver.url("/insurer"), role="insurer", tenant="picc-sz")
    await service.alert(about(1, roles=["operations"]))
    await send_all(service)
    await maintain(service, hours=48)
    await service.alert(warning(1))
    await service.alert(warning(1) | {"data": warning(1)["data"] | {"roles": ["insurer"]}})
    await send_all(service)
    assert kinds(receiver) == [("clock.breached", None)]
    for _ in range(3):
        service.clock.forward(hours=4.1)
        await service.round("remind")
        await send_all(service)
    assert kinds(receiver)[1:] == [("clock.at_risk", None), *(("clock.breached", number) for number in (1, 2, 3))]
    assert kinds(receiver, "/insurer") == [("clock.at_risk", None), ("clock.breached", None)]


async def test_a_breach_that_is_handed_on_is_not_held_by_a_warning_at_the_next_channel(
    service: Service, receiver: Receiver
) -> None:
    who = {"name": "理赔一组", "role": "operations", "tenant": "picc-sz"}
    team = (await service.add("/v1/recipients", **who))["id"]
    async with Receiver() as broken:
        broken.always(410)
        for url, wanted in ((broken.url(), "clock.breached"), (receiver.url("/staff"), "clock.at_risk")):
            endpoint = await service.add("/v1/endpoints", recipient_id=team, channel="webhook", address=url)
            named = {"recipient_id": team, "endpoint_ids": [endpoint["id"]], "digest": False}
            await service.add("/v1/subscriptions", kinds=[wanted], **named)
        await maintain(service, hours=10)
        await service.alert(warning(1))
        await service.alert(about(1, roles=["operations"]))
        await send_all(service)
    assert kinds(receiver) == []
    await service.round("tell_dead")
    await send_all(service)
    assert kinds(receiver) == [("clock.at_risk", None), ("clock.breached", None)]


async def test_a_window_that_begins_while_both_settle_holds_neither(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", digest=None)
    await service.alert(warning(1))
    await service.alert(about(1))
    await service.alert(warning(2))
    await maintain(service, hours=10)
    await settle(service)
    assert kinds(receiver) == [("clock.at_risk", None), ("clock.breached", None)], "what is alone waits"


@pytest.mark.parametrize("claims", [1, 12])
async def test_a_warning_and_a_breach_of_one_claim_both_go_once_they_have_settled(
    service: Service, receiver: Receiver, claims: int
) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", digest=None)
    sent: list[dict[str, Any]] = [each for claim in range(claims) for each in (warning(claim), about(claim))]
    await service.take(sent)
    await settle(service)
    if claims == 1:
        assert kinds(receiver) == [("clock.at_risk", None), ("clock.breached", None)]
        return
    service.clock.forward(seconds=31)
    await send_all(service)
    listed = [[item["type"] for item in digest] for digest in said(receiver)]
    assert listed == [["clock.at_risk"] * claims, ["clock.breached"] * claims], "a burst stays two messages"


async def test_what_was_deferred_is_no_more_overdue_than_what_came_in_just_now(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz")
    await maintain(service, hours=24 * 10)
    await service.alert(warning(1))
    service.clock.forward(days=9)
    assert await service.round("audit") == 0
    await service.alert(event(claim={"id": "c-1", "number": "C-2026-1"}, roles=["operations"]))
    service.clock.forward(minutes=1)
    assert await service.round("audit") == 0, "let go with the breach, its patience begins"
