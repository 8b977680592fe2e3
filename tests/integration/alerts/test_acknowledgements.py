"""Acknowledging: by a call or by the button behind a signed link; what it stops, what it does not, and when it ends."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event

from notifications.application.ports import Message
from notifications.bootstrap import build_loop
from notifications.domain.delivery import Delivered, Outcome
from notifications.domain.endpoint import ChannelName


async def acknowledge(service: Service, alert_id: str, role: str = "operations", expect: int = 201, **body: Any) -> Any:
    """Acknowledge by a call; the answer."""
    path = f"/v1/alerts/{alert_id}/acknowledgements"
    answer = await service.http.post(path, json=body, headers=service.as_role(role))
    assert answer.status_code == expect, answer.text
    return answer.json()


async def repeats(service: Service, receiver: Receiver, *, hours: float) -> list[int]:
    """Let so much time pass, and return the numbers of the repeats that arrived in it, in order."""
    receiver.received.clear()
    service.clock.forward(hours=hours)
    await service.round("remind")
    while await service.deliver():
        pass
    numbers = (json.loads(request.body)["data"].get("repeat") for request in receiver.received)
    return [number for number in numbers if number is not None]


@pytest.fixture
async def breach(service: Service, receiver: Receiver) -> dict[str, Any]:
    """A breach that operations and the regulator were told."""
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz")
    await service.listener(receiver.url("/regulator"))
    alert = await service.alert()
    assert await service.deliver() == 2
    return alert


async def test_a_breach_is_said_again_until_somebody_acknowledges(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    assert await repeats(service, receiver, hours=3.9) == []
    assert await repeats(service, receiver, hours=0.2) == [1]
    assert [request.path for request in receiver.received] == ["/staff"], "an authority gets each notice once"
    assert await repeats(service, receiver, hours=4.1) == [2]
    await acknowledge(service, breach["id"], note="已在处理")
    assert await repeats(service, receiver, hours=23) == []


async def test_an_acknowledgement_that_expired_re_alerts(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    made = (await acknowledge(service, breach["id"]))["items"]
    assert len(made) == 1
    assert await repeats(service, receiver, hours=23.9) == []
    assert await repeats(service, receiver, hours=0.2) == [1]
    assert await repeats(service, receiver, hours=4.1) == [2], "and goes on as before"


async def test_an_acknowledgement_may_say_until_when(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    long = (service.clock.wall() + timedelta(days=20)).isoformat()
    await acknowledge(service, breach["id"], expires=long)
    assert await repeats(service, receiver, hours=19 * 24) == []
    assert await repeats(service, receiver, hours=1.1 * 24) == [1], "longer than it would have been repeated otherwise"


async def test_an_acknowledgement_ends_ahead_and_within_thirty_days(service: Service, breach: dict[str, Any]) -> None:
    for days in (-1, 0, 31):
        wrong = (service.clock.wall() + timedelta(days=days)).isoformat()
        refused = await acknowledge(service, breach["id"], expires=wrong, expect=422)
        assert refused["errors"][0]["pointer"] == "/expires"


async def test_it_is_shown_with_the_alert_to_those_it_concerns(service: Service, breach: dict[str, Any]) -> None:
    [made] = (await acknowledge(service, breach["id"], note="已在处理"))["items"]
    shown = await service.get(f"/v1/alerts/{breach['id']}", "operations")
    assert shown["acknowledgements"] == [made]
    assert (made["acknowledged_by"], made["note"]) == ("operations-1", "已在处理")
    regulator = await service.get(f"/v1/alerts/{breach['id']}", "regulator")
    assert regulator["acknowledgements"] == []


async def test_each_acknowledges_for_its_own_and_nobody_else(service: Service, breach: dict[str, Any]) -> None:
    by_role = {d["recipient_id"]: d for d in await service.deliveries()}
    regulator = (await acknowledge(service, breach["id"], "regulator"))["items"][0]["recipient_id"]
    staff = next(each for each in by_role if each != regulator)
    refused = await acknowledge(service, breach["id"], recipient_id=regulator, expect=422)
    assert refused["type"] == "urn:anze:problem:unknown-reference"
    await acknowledge(service, breach["id"], "regulator", recipient_id=staff, expect=422)
    await acknowledge(service, breach["id"], recipient_id=staff)


async def test_an_alert_that_one_may_not_see_cannot_be_acknowledged(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/theirs"), role="operations", tenant="pingan-bj", region=None)
    theirs = await service.alert(event(tenant="pingan-bj", roles=["operations"]))
    await acknowledge(service, theirs["id"], expect=404)
    await acknowledge(service, theirs["id"], "regulator", expect=404)


async def test_where_nobody_of_ours_was_told_there_is_nothing_to_acknowledge(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/regulator"))
    alert = await service.alert()
    refused = await acknowledge(service, alert["id"], expect=409)
    assert refused["type"] == "urn:anze:problem:nothing-to-acknowledge"


async def test_a_withdrawn_breach_is_not_repeated_and_what_waits_behind_the_repeat_arrives(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    service.clock.forward(hours=4.1)
    await service.round("remind")
    receiver.received.clear()
    await service.alert(event(type="breach.withdrawn", severity="information"))
    while await service.deliver():
        pass
    said = [json.loads(request.body) for request in receiver.received]
    assert {one["type"] for one in said} == {"breach.withdrawn"}, "the repeat that waited is taken back"
    assert {request.path for request in receiver.received} == {"/staff", "/regulator"}
    assert await repeats(service, receiver, hours=5) == []


async def test_the_escalation_of_a_breach_is_repeated_in_its_place(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    await acknowledge(service, breach["id"])
    await service.alert(event(type="clock.escalated", severity="escalation"))
    await service.deliver()
    assert await repeats(service, receiver, hours=4.1) == [1], "what was acknowledged was the breach"
    assert [json.loads(request.body)["type"] for request in receiver.received] == ["clock.escalated"]
    assert await repeats(service, receiver, hours=30) == [2], "the breach itself is not said again"


async def test_repeats_end_after_three_days(service: Service, receiver: Receiver, breach: dict[str, Any]) -> None:
    numbers = [number for _ in range(30) for number in await repeats(service, receiver, hours=4)]
    assert numbers == list(range(1, 19))


async def test_after_three_unanswered_repeats_the_next_rung_hears_and_an_empty_one_is_passed(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    await service.listener(receiver.url("/insurer"), role="insurer", tenant="picc-sz")
    await service.listener(receiver.url("/another"), role="compliance", tenant="pingan-bj", region=None)
    for _ in range(2):
        await repeats(service, receiver, hours=4.1)
        assert [request.path for request in receiver.received] == ["/staff"]
    await repeats(service, receiver, hours=4.1)
    assert sorted(request.path for request in receiver.received) == ["/insurer", "/staff"]
    await repeats(service, receiver, hours=4.1)
    assert sorted(request.path for request in receiver.received) == ["/insurer", "/staff"], "who heard is reminded too"


async def test_what_one_team_acknowledged_does_not_climb_and_what_an_authority_read_does(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    await service.listener(receiver.url("/insurer"), role="insurer", tenant="picc-sz")
    await service.listener(receiver.url("/second"), role="operations", tenant="picc-sz")
    long = (service.clock.wall() + timedelta(days=9)).isoformat()
    staff = (await service.get("/v1/recipients?role=operations"))["items"]
    both = await service.alert()
    await service.deliver()
    await acknowledge(service, both["id"], "regulator", expires=long)
    await acknowledge(service, both["id"], recipient_id=staff[1]["id"], expires=long)
    for _ in range(3):
        await repeats(service, receiver, hours=4.1)
        assert [request.path for request in receiver.received] == ["/staff"]
    unread = await service.alert()
    await service.deliver()
    await acknowledge(service, unread["id"], "regulator", expires=long)
    for _ in range(3):
        await repeats(service, receiver, hours=4.1)
    assert "/insurer" in [request.path for request in receiver.received]


async def link(service: Service, path: str) -> str:
    """The path of the signed link that the message to this endpoint carried."""
    by_endpoint = {e["id"]: e["address"] for e in (await service.get("/v1/endpoints"))["items"]}
    found = [d["id"] for d in await service.deliveries() if by_endpoint[d["endpoint_id"]].endswith(path)]
    return f"/v1/acknowledgement-links/{service.parts.links.token(UUID(found[0]))}"


async def test_a_scanner_that_follows_the_link_changes_nothing(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    where = await link(service, "/staff")
    for _ in range(3):
        page = await service.http.get(where)
        assert page.status_code == 200
    assert (await service.http.head(where)).status_code == 405
    assert (await service.get(f"/v1/alerts/{breach['id']}"))["acknowledgements"] == []
    assert await repeats(service, receiver, hours=4.1) == [1]


async def test_the_page_needs_nothing_from_elsewhere_and_its_button_acknowledges(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    where = await link(service, "/staff")
    page = await service.http.get(where)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "http" not in page.text
    assert "抢险救援费用预付" in page.text
    assert "Rescue advance" in page.text
    assert "<form method=post>" in page.text
    form = {"content-type": "application/x-www-form-urlencoded"}
    pressed = await service.http.post(where, content=b"", headers=form)
    assert (await service.http.post(where)).status_code == 200, "pressing twice changes nothing"
    assert pressed.status_code == 200
    assert "<form" not in pressed.text
    [made] = (await service.get(f"/v1/alerts/{breach['id']}"))["acknowledgements"]
    assert made["acknowledged_by"] == "link"
    assert await repeats(service, receiver, hours=23) == []


async def test_a_link_acknowledges_for_its_own_recipient_alone(
    service: Service, receiver: Receiver, breach: dict[str, Any]
) -> None:
    await service.http.post(await link(service, "/regulator"))
    assert await repeats(service, receiver, hours=4.1) == [1]


async def test_an_old_or_changed_link_shows_nothing(service: Service, breach: dict[str, Any]) -> None:
    where = await link(service, "/staff")
    for wrong in (where[:-4] + "AAAA", "/v1/acknowledgement-links/nonsense"):
        for ask in (service.http.get, service.http.post):
            refused = await ask(wrong)
            assert refused.status_code == 410
            assert "SZ-20.6" not in refused.text
    service.clock.forward(days=8)
    assert (await service.http.get(where)).status_code == 410


async def test_what_comes_from_outside_is_shown_as_text(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz", name="<b>理赔</b>")
    wicked = event(claim={"id": "c-1", "number": "<script>alert(1)</script>"})
    await service.alert(wicked)
    page = await service.http.get(await link(service, "/staff"))
    assert "<script>" not in page.text
    assert "<b>理赔" not in page.text
    assert "&lt;script&gt;" in page.text


class Recording:
    """A channel that keeps what it is to send."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> Outcome:
        """Keep it."""
        self.messages.append(message)
        return Delivered("kept")


async def test_what_may_be_acknowledged_carries_a_link_that_works(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), role="operations", tenant="picc-sz")
    await service.alert(event(type="clock.at_risk", severity="warning", claim={"id": "c-2"}))
    await service.alert()
    channel = Recording()
    settings = service.parts.settings.model_copy(update={"public_url": "https://anze.example"})
    parts = replace(service.parts, settings=settings, channels={ChannelName.WEBHOOK: channel})
    async with asyncio.TaskGroup() as tasks:
        await build_loop(parts, "worker-1").start_due(tasks)
    by_kind = {json.loads(each.documents[0])["type"]: each.acknowledgement_url for each in channel.messages}
    assert by_kind["clock.at_risk"] is None
    url = by_kind["clock.breached"]
    assert url is not None
    assert url.startswith("https://anze.example/v1/acknowledgement-links/")
    assert (await service.http.get(url.removeprefix("https://anze.example"))).status_code == 200
