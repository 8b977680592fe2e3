"""Endpoints of every channel: made, shown without their secrets, tried and delivered to."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, running
from tests.support.mail_server import Mailbox, mail_server, make_certificate
from tests.support.postgres import Database
from tests.support.robots import DingTalkRobot, FeishuRobot, LocalRobot, SmsGateway, WeComRobot

ROBOT_SECRET = "SEC0123456789abcdef"
NUMBER = "+8613800138000"


@dataclass(slots=True)
class World:
    """A service with everything that it can send to."""

    service: Service
    mailbox: Mailbox
    receiver: Receiver
    robots: dict[str, LocalRobot]

    async def endpoint(self, channel: str, **given: Any) -> dict[str, Any]:
        """Register a recipient with one endpoint of this channel and a subscription to everything; the endpoint."""
        who = {"name": "深圳监管局", "role": "insurance_regulator", "region": "440300"}
        recipient = await self.service.add("/v1/recipients", **who)
        body = {"recipient_id": recipient["id"], "channel": channel, "address": self.address(channel)}
        if channel in {"dingtalk", "feishu"}:
            body["secret"] = ROBOT_SECRET
        endpoint = await self.service.add("/v1/endpoints", **body | given)
        await self.service.add("/v1/subscriptions", recipient_id=recipient["id"], endpoint_ids=[endpoint["id"]])
        return endpoint

    def address(self, channel: str) -> str:
        """Where this channel leads in this world."""
        if channel in {"dingtalk", "wecom", "feishu"}:
            return self.robots[channel].url()
        return {"webhook": self.receiver.url(), "email": "desk@authority.example", "sms": NUMBER}[channel]

    def taken(self, channel: str) -> list[Any]:
        """What arrived there."""
        if channel == "webhook":
            return self.receiver.received
        return self.mailbox.letters if channel == "email" else self.robots[channel].taken

    async def post(self, path: str, **body: Any) -> Any:
        """Post as an administrator."""
        return await self.service.http.post(path, json=body, headers=self.service.as_role("admin"))

    async def patch(self, endpoint: dict[str, Any], **body: Any) -> Any:
        """Change an endpoint as an administrator."""
        path = f"/v1/endpoints/{endpoint['id']}"
        return await self.service.http.patch(path, json=body, headers=self.service.as_role("admin"))

    async def stored(self) -> bytes:
        """All that the database holds of endpoints."""
        connection = await asyncpg.connect(self.service.parts.settings.database_url.get_secret_value())
        rows = await connection.fetch("select address, secret, disabled_reason from endpoints")
        await connection.close()
        return repr([tuple(row) for row in rows]).encode()


@pytest.fixture
async def world(notifications_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """Everything on loopback."""
    certificate = make_certificate(tmp_path)
    async with AsyncExitStack() as stack:
        mailbox = await stack.enter_async_context(mail_server(certificate))
        receiver = await stack.enter_async_context(Receiver())
        robots: dict[str, LocalRobot] = {}
        url = notifications_database.url("notifications_service")
        gateway = SmsGateway(lambda: service.clock.wall(), secret="key-1")  # noqa: PLW0108 - it is there by then
        await stack.enter_async_context(gateway)
        service = await stack.enter_async_context(
            running(
                url, tmp_path, smtp_host="127.0.0.1", smtp_port=mailbox.port, smtp_from="alerts@anze.example",
                smtp_ca_file=certificate.file, sms_url=gateway.url(), sms_headers={"x-key": "key-1"},
                sms_body={"to": "{number}", "content": "{text}"}, sms_success_field="/code", sms_success_values=["OK"],
            )
        )  # fmt: skip
        wall = service.clock.wall
        robots["sms"] = gateway
        robots["wecom"] = await stack.enter_async_context(WeComRobot(wall))
        robots["dingtalk"] = await stack.enter_async_context(DingTalkRobot(wall, secret=ROBOT_SECRET))
        robots["feishu"] = await stack.enter_async_context(FeishuRobot(wall, secret=ROBOT_SECRET))
        yield World(service, mailbox, receiver, robots)


CHANNELS = ("webhook", "email", "dingtalk", "wecom", "feishu", "sms")


async def test_every_channel_is_tried_and_delivers(world: World) -> None:
    for channel in CHANNELS:
        endpoint = await world.endpoint(channel)
        tried = (await world.post(f"/v1/endpoints/{endpoint['id']}/tests")).json()
        assert tried["outcome"] == "delivered", f"{channel}: {tried}"
        assert len(world.taken(channel)) == 1
    await world.service.alert()
    assert await world.service.deliver() == len(CHANNELS)
    for channel in CHANNELS:
        assert len(world.taken(channel)) == 2, channel
    assert {delivery["status"] for delivery in await world.service.deliveries()} == {"delivered"}
    assert "C-2026-1" in str(world.robots["sms"].taken[-1])
    assert world.robots["sms"].taken[-1]["to"] == NUMBER


async def test_a_test_says_what_came_back(world: World) -> None:
    gone = await world.endpoint("wecom", address=world.robots["wecom"].url("somebody-elses-key"))
    tried = (await world.post(f"/v1/endpoints/{gone['id']}/tests")).json()
    assert (tried["outcome"], tried["status_code"]) == ("refused", 200)
    assert "93000" in tried["detail"]
    world.mailbox.answers["RCPT"] = "550 no such mailbox"
    mail = await world.endpoint("email")
    tried = (await world.post(f"/v1/endpoints/{mail['id']}/tests")).json()
    assert (tried["outcome"], tried["status_code"], tried["detail"]) == ("refused", 550, "RCPT TO: 550 no such mailbox")


async def test_what_whoever_knows_it_could_use_is_neither_shown_nor_stored_in_the_clear(world: World) -> None:
    for channel in ("dingtalk", "wecom", "feishu", "sms"):
        made = await world.endpoint(channel)
        whole = NUMBER if channel == "sms" else world.robots[channel].token
        shown = await world.service.get(f"/v1/endpoints/{made['id']}")
        for answer in (made, shown, *(await world.service.get("/v1/endpoints"))["items"]):
            assert whole not in str(answer)
        assert shown["address"].endswith(f"****{whole[-4:]}")
        assert "secret" not in shown
        assert whole.encode() not in await world.stored()
    assert ROBOT_SECRET.encode() not in await world.stored()


async def test_an_answer_that_repeats_the_address_is_logged_without_it(world: World) -> None:
    world.robots["wecom"].echo = world.robots["sms"].echo = True
    for channel, whole in (("wecom", world.robots["wecom"].token), ("sms", NUMBER.removeprefix("+"))):
        endpoint = await world.endpoint(channel)
        tried = (await world.post(f"/v1/endpoints/{endpoint['id']}/tests")).json()
        assert tried["outcome"] == "failed", tried
        assert "you sent" in tried["detail"]
        assert "****" in tried["detail"]
        assert whole not in tried["detail"]


async def test_a_robot_can_be_given_a_new_address_and_a_new_secret(world: World) -> None:
    endpoint = await world.endpoint("dingtalk", secret="SECwrong")
    path = f"/v1/endpoints/{endpoint['id']}/tests"
    assert (await world.post(path)).json()["outcome"] == "refused"
    assert "secret" not in (await world.patch(endpoint, secret=ROBOT_SECRET)).json()
    assert (await world.post(path)).json()["outcome"] == "delivered"
    moved = await world.patch(endpoint, address=world.robots["dingtalk"].url("another-token-9876"))
    assert moved.json()["address"].endswith("****9876")
    assert (await world.post(path)).json()["detail"].startswith("HTTP 200, refused with code 300005")


async def test_an_endpoint_that_cannot_work_is_refused_and_the_field_is_named(world: World) -> None:
    recipient = await world.service.add("/v1/recipients", name="x", role="operations")
    for channel, body, pointer in (
        ("email", {"address": "nobody"}, "/address"),
        ("email", {"secret": "x"}, "/secret"),
        ("sms", {"address": "12345"}, "/address"),
        ("dingtalk", {"address": "https://10.0.0.1/robot/send?access_token=1"}, "/address"),
        ("webhook", {"secret": "SEC123"}, "/secret"),
        ("pigeon", {"address": "loft"}, "/channel"),
    ):
        address = "loft" if channel == "pigeon" else world.address(channel)
        given = {"recipient_id": recipient["id"], "channel": channel, "address": address} | body
        answer = await world.post("/v1/endpoints", **given)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
    robot = await world.endpoint("wecom")
    for change, pointer in (({"secret": "x"}, "/secret"), ({"address": "https://example.com/"}, "/address")):
        answer = await world.patch(robot, **change)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_while_a_secret_is_rotated_both_sign_and_afterwards_the_new_one_alone(world: World) -> None:
    endpoint = await world.endpoint("webhook")
    path = f"/v1/endpoints/{endpoint['id']}"
    rotated = await world.post(f"{path}/secret-rotations", overlap_hours=2)
    assert (rotated.status_code, rotated.headers["etag"]) == (201, '"2"')
    assert rotated.headers["cache-control"] == "no-store"
    new = rotated.json()["secret"]
    assert new.startswith("whsec_")
    assert new != endpoint["secret"]
    await world.post(f"{path}/tests")
    world.service.clock.forward(hours=2, seconds=1)
    await world.post(f"{path}/tests")
    during, after = world.receiver.received
    assert during.signatures() == {during.signature_by(new), during.signature_by(endpoint["secret"])}
    assert after.signatures() == {after.signature_by(new)}
    chosen = "whsec_" + "QUFB" * 10
    assert (await world.post(f"{path}/secret-rotations", secret=chosen)).json()["secret"] == chosen
    await world.patch(endpoint, secret="whsec_" + "QkJC" * 10)
    await world.post(f"{path}/tests")
    assert len(world.receiver.received[-1].signatures()) == 1, "a secret that is replaced is replaced at once"


async def test_only_a_webhooks_secret_is_rotated_here(world: World) -> None:
    robot, webhook = await world.endpoint("dingtalk"), await world.endpoint("webhook")
    refused = await world.post(f"/v1/endpoints/{robot['id']}/secret-rotations")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:anze:problem:secret-not-made-here")
    weak = await world.post(f"/v1/endpoints/{webhook['id']}/secret-rotations", secret="weak")
    assert (weak.status_code, weak.json()["errors"][0]["pointer"]) == (422, "/secret")
    headers = world.service.as_role("admin") | {"if-match": '"7"'}
    stale = await world.service.http.post(f"/v1/endpoints/{webhook['id']}/secret-rotations", json={}, headers=headers)
    assert stale.status_code == 412


async def test_a_robot_that_is_gone_closes_its_endpoint(world: World) -> None:
    endpoint = await world.endpoint("feishu", address=world.robots["feishu"].url("gone"))
    await world.service.alert()
    await world.service.deliver()
    shown = await world.service.get(f"/v1/endpoints/{endpoint['id']}")
    assert shown["enabled"] is False
    assert "19001" in shown["disabled_reason"]
