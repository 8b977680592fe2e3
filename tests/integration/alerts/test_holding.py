"""What waits and what becomes one message, on the database: quiet hours, maintenance, digests; and who never waits."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.domain.quiet_hours import SHANGHAI
from notifications.store.connection import transaction

BURST = 500


def about(claim: int, **data: Any) -> dict[str, Any]:
    """A breach on a claim of its own."""
    return event(claim={"id": f"c-{claim}", "number": f"C-2026-{claim}"}, **data)


def warning(claim: int = 1, **data: Any) -> dict[str, Any]:
    """A warning to staff."""
    return about(claim, type="clock.at_risk", severity="warning", roles=["operations"], **data)


async def send_all(service: Service) -> None:
    """Let workers do what there is to do now."""
    await service.round("collect")
    while await service.deliver():
        pass


async def settle(service: Service) -> None:
    """Let what settles settle, and send it."""
    service.clock.forward(seconds=3)
    await send_all(service)


def said(receiver: Receiver, path: str = "/staff") -> list[Any]:
    """The bodies that arrived there, in order: an event, or the list of a digest."""
    return [json.loads(request.body) for request in receiver.received if request.path == path]


def listed(digest: list[dict[str, Any]]) -> list[str]:
    """The ids of the alerts in a digest."""
    return [item["id"] for item in digest]


def to_ten_in_the_evening(service: Service) -> None:
    """Move the clock to 22:30 in Shanghai."""
    now = service.clock.moment.astimezone(SHANGHAI)
    evening = now.replace(hour=22, minute=30)
    service.clock.moment = evening if evening > now else evening + timedelta(days=1)


async def asleep(service: Service, receiver: Receiver, digest: bool | None = False) -> dict[str, Any]:
    """Operations staff who are not to be woken between 22:00 and 08:00."""
    to_ten_in_the_evening(service)
    quiet = {"from": "22:00", "to": "08:00", "zone": "Asia/Shanghai"}
    return await service.listener(
        receiver.url("/staff"), role="operations", tenant="picc-sz", quiet_hours=quiet, digest=digest
    )


async def test_a_burst_is_one_digest_for_staff_and_each_notice_by_itself_for_an_authority(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", digest=None)
    await service.listener(receiver.url("/regulator"), digest=None)
    sent = [about(number) for number in range(BURST)]
    for start in range(0, BURST, 50):
        await service.take(sent[start : start + 50])
    await service.deliver()
    by_itself = [json.loads(each.body)["id"] for each in receiver.received]
    assert {request.path for request in receiver.received} == {"/regulator"}, "an authority waits for nothing"
    assert sorted(by_itself) == sorted(each["id"] for each in sent[: len(by_itself)])
    service.clock.forward(seconds=3)
    await service.round("collect")
    await service.deliver()
    [digest] = said(receiver)
    assert listed(digest) == [each["id"] for each in sent]
    async with transaction(service.parts.engine) as connection:
        messages = text(
            "select r.role, count(*), count(distinct coalesce(digest_id, d.id)), count(*) filter (where held_until is"
            " null) from deliveries d join recipients r on r.id = d.recipient_id group by 1 order by 1"
        )
        found = [tuple(row) for row in await connection.execute(messages)]
    assert found == [("insurance_regulator", BURST, BURST, BURST), ("operations", BURST, 1, BURST)]
    assert {d["status"] for d in await service.deliveries() if d["digest_id"]} == {"delivered"}


async def test_a_few_alerts_to_staff_are_no_burst(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", digest=None)
    sent = [about(number) for number in range(9)]
    for each in sent:
        await service.alert(each)
    await settle(service)
    assert [body["id"] for body in said(receiver)] == [each["id"] for each in sent]


async def test_an_authority_that_asks_for_one_document_gets_one(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), digest=True)
    for number in range(3):
        await service.alert(about(number))
    await settle(service)
    [digest] = said(receiver)
    assert len(listed(digest)) == 3


async def test_a_digest_that_arrives_late_keeps_what_follows_behind_it(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", digest=True)
    receiver.always(500)
    for number in range(3):
        await service.alert(about(number))
    await settle(service)
    assert [d["status"] for d in await service.deliveries()] == ["pending"] * 3
    await service.alert(about(1, type="breach.withdrawn", severity="information"))
    service.clock.forward(seconds=3)
    await service.round("collect")
    receiver.received.clear()
    receiver.always(200)
    service.clock.forward(seconds=30)
    await send_all(service)
    first, *_ = said(receiver)
    assert len(listed(first)) == 3
    service.clock.forward(seconds=31)
    await send_all(service)
    assert [body["type"] for body in said(receiver)[1:]] == ["breach.withdrawn"]
    records = await service.deliveries()
    assert {record["status"] for record in records} == {"delivered"}
    leader = records[0]["id"]
    assert [record["digest_id"] for record in records] == [None, leader, leader, None]
    assert [len(record["attempts"]) for record in records] == [2, 0, 0, 1], "the attempts of the message are the proof"


async def test_what_a_digest_listed_can_be_sent_again_by_itself(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", digest=True)
    sent = [about(number) for number in range(3)]
    for each in sent:
        await service.alert(each)
    await settle(service)
    last = (await service.deliveries())[-1]
    again = await service.http.post(f"/v1/deliveries/{last['id']}/redeliveries", headers=service.as_role("admin"))
    assert again.status_code == 202
    await send_all(service)
    assert said(receiver)[-1]["id"] == sent[-1]["id"]


async def test_a_warning_waits_for_the_morning_and_a_breach_does_not(service: Service, receiver: Receiver) -> None:
    await asleep(service, receiver)
    quiet, loud = warning(1), about(2)
    await service.alert(quiet)
    await service.alert(loud)
    await send_all(service)
    assert [body["id"] for body in said(receiver)] == [loud["id"]]
    [held, _] = await service.deliveries()
    assert datetime.fromisoformat(held["held_until"]).astimezone(SHANGHAI).hour == 8
    service.clock.moment = datetime.fromisoformat(held["held_until"])
    await send_all(service)
    assert [body["id"] for body in said(receiver)] == [loud["id"], quiet["id"]]


async def test_what_was_held_goes_out_in_order_and_recording_never_stopped(
    service: Service, receiver: Receiver
) -> None:
    await asleep(service, receiver)
    sent = [warning(number % 2) for number in range(6)]
    for each in sent:
        await service.alert(each)
        service.clock.forward(minutes=3)
    assert len((await service.get("/v1/alerts"))["items"]) == 6
    service.clock.forward(hours=11)
    await send_all(service)
    by_claim = {
        claim: [b["id"] for b in said(receiver) if b["data"]["claim"]["id"] == claim] for claim in ("c-0", "c-1")
    }
    assert by_claim == {"c-0": [each["id"] for each in sent[::2]], "c-1": [each["id"] for each in sent[1::2]]}


async def test_a_breach_takes_along_the_warnings_of_its_claim(service: Service, receiver: Receiver) -> None:
    await asleep(service, receiver)
    before, elsewhere, breach = warning(1), warning(2), about(1)
    for each in (before, elsewhere, breach):
        await service.alert(each)
    await send_all(service)
    assert [body["id"] for body in said(receiver)] == [before["id"], breach["id"]]


async def test_waking_up_early_lets_everything_go(service: Service, receiver: Receiver) -> None:
    endpoint = await asleep(service, receiver)
    await service.alert(warning())
    await send_all(service)
    assert said(receiver) == []
    path = f"/v1/recipients/{endpoint['recipient_id']}"
    changed = await service.http.patch(path, json={"quiet_hours": None}, headers=service.as_role("admin"))
    assert changed.json()["quiet_hours"] is None
    await send_all(service)
    assert len(said(receiver)) == 1


async def test_maintenance_defers_warnings_of_its_insurer_and_can_be_called_off(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz")
    await service.listener(receiver.url("/other"), role="operations", tenant="pingan-bj", region=None)
    await service.listener(receiver.url("/regulator"))
    now = service.clock.wall()
    lasts = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=2)).isoformat()}
    window = await service.add("/v1/maintenance-windows", reason="核心系统升级", tenant="picc-sz", **lasts)
    await service.alert(warning(1))
    await service.alert(warning(2, tenant="pingan-bj"))
    notice = about(3, severity="warning")
    await service.alert(notice)
    await send_all(service)
    assert said(receiver) == []
    assert len(said(receiver, "/other")) == 1
    assert [body["id"] for body in said(receiver, "/regulator")] == [notice["id"]]
    path = f"/v1/maintenance-windows/{window['id']}"
    assert (await service.get(path, "operations"))["reason"] == "核心系统升级"
    assert (await service.http.delete(path, headers=service.as_role("admin"))).status_code == 204
    await send_all(service)
    assert len(said(receiver)) == 2
