"""What each answer of a robot means: a 200 is not yet a success."""

import json
from datetime import timedelta

import httpx2
import pytest
from tests.support.messages import HandClock, message, unread

from notifications.application.ports import Channel
from notifications.channels.dingtalk import DingTalkChannel
from notifications.channels.feishu import FeishuChannel
from notifications.channels.http_client import HttpClient
from notifications.channels.wecom import WeComChannel
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

NO_JSON = "<html>welcome to the hotel's network</html>"
ROBOTS = ("dingtalk", "wecom", "feishu")


async def answered(robot: str, response: httpx2.Response) -> Outcome:
    """What a channel makes of this answer."""
    client = HttpClient(httpx2.MockTransport(lambda _: unread(response)), HandClock())
    channels: dict[str, Channel] = {
        "dingtalk": DingTalkChannel(client, HandClock()),
        "wecom": WeComChannel(client),
        "feishu": FeishuChannel(client, HandClock()),
    }
    try:
        return await channels[robot].send(message("https://robot.example/hook?key=1"))
    finally:
        await client.aclose()


def kind_of(outcome: Outcome) -> str:
    """The outcome in one word."""
    match outcome:
        case Delivered():
            return "delivered"
        case GiveUp(gone=True):
            return "gone"
        case GiveUp():
            return "refused"
        case Retry(costs_attempt=False):
            return "too often"
        case Retry(ambiguous=True):
            return "ambiguous"
        case Retry():
            return "failed"


@pytest.mark.parametrize(
    ("robot", "code", "meaning"),
    [
        ("dingtalk", 0, "delivered"), ("dingtalk", 130101, "too often"), ("dingtalk", 410100, "too often"),
        ("dingtalk", 90030, "too often"), ("dingtalk", 310000, "refused"), ("dingtalk", 460101, "refused"),
        ("dingtalk", 40035, "refused"), ("dingtalk", 430104, "refused"), ("dingtalk", 300005, "gone"),
        ("dingtalk", 400101, "gone"), ("dingtalk", 400102, "gone"), ("dingtalk", 400013, "gone"),
        ("dingtalk", -1, "failed"), ("dingtalk", 999999, "failed"),
        ("wecom", 0, "delivered"), ("wecom", 45009, "too often"), ("wecom", 45033, "too often"),
        ("wecom", 93000, "gone"), ("wecom", 40058, "refused"), ("wecom", 40008, "refused"), ("wecom", 45002, "refused"),
        ("wecom", -1, "failed"), ("wecom", 999999, "failed"),
        ("feishu", 0, "delivered"), ("feishu", 11232, "too often"), ("feishu", 99991400, "too often"),
        ("feishu", 19001, "gone"), ("feishu", 19021, "refused"), ("feishu", 19022, "refused"),
        ("feishu", 19024, "refused"), ("feishu", 19036, "refused"), ("feishu", 9499, "refused"),
        ("feishu", 2200, "failed"), ("feishu", 999999, "failed"),
    ],
)  # fmt: skip
async def test_the_code_in_the_body_decides(robot: str, code: int, meaning: str) -> None:
    names = {"feishu": ("code", "msg")}.get(robot, ("errcode", "errmsg"))
    body = {names[0]: code, names[1]: "some words"}
    for status in (200, 400) if code else (200,):
        outcome = await answered(robot, httpx2.Response(status, json=body))
        assert kind_of(outcome) == meaning
        if code:
            assert f"code {code}: some words" in outcome.detail


@pytest.mark.parametrize("robot", ROBOTS)
@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (301, "failed"), (400, "failed"), (401, "failed"), (403, "failed"), (404, "failed"), (410, "gone"),
        (429, "too often"), (500, "failed"), (502, "failed"), (503, "failed"),
    ],
)  # fmt: skip
async def test_without_a_code_the_status_decides(robot: str, status: int, meaning: str) -> None:
    assert kind_of(await answered(robot, httpx2.Response(status, text=NO_JSON))) == meaning


@pytest.mark.parametrize("robot", ROBOTS)
@pytest.mark.parametrize("text", [NO_JSON, "", "{}", "[]", "null", '{"errcode":"0","code":"0"}', "{"])
async def test_a_success_without_the_robots_word_is_none(robot: str, text: str) -> None:
    assert kind_of(await answered(robot, httpx2.Response(200, text=text))) == "ambiguous"


@pytest.mark.parametrize("robot", ROBOTS)
async def test_a_zero_in_a_failed_answer_is_no_success(robot: str) -> None:
    body = {"errcode": 0, "code": 0}
    assert kind_of(await answered(robot, httpx2.Response(500, json=body))) == "failed"


async def test_how_long_to_wait_is_known_by_robot() -> None:
    async def wait(robot: str, body: dict[str, object], headers: dict[str, str] | None = None) -> timedelta | None:
        outcome = await answered(robot, httpx2.Response(200, text=json.dumps(body), headers=headers))
        assert isinstance(outcome, Retry)
        return outcome.after

    assert await wait("dingtalk", {"errcode": 130101}) == timedelta(minutes=10)
    assert await wait("wecom", {"errcode": 45009}) == timedelta(minutes=1)
    assert await wait("feishu", {"code": 11232}) == timedelta(minutes=1)
    assert await wait("feishu", {"code": 99991400}, {"x-ogw-ratelimit-reset": "52"}) == timedelta(seconds=52)


async def test_feishu_answers_in_an_older_form_and_with_a_code_of_two_meanings() -> None:
    assert kind_of(await answered("feishu", httpx2.Response(200, json={"StatusCode": 0}))) == "delivered"
    assert kind_of(await answered("feishu", httpx2.Response(200, json={"StatusCode": 19021}))) == "refused"
    crowded = {"code": 9499, "msg": "too many request"}
    assert kind_of(await answered("feishu", httpx2.Response(200, json=crowded))) == "too often"
