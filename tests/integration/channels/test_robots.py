"""Robots that enforce what theirs do: signature, size in bytes, rate, and refusals inside a 200."""

import dataclasses
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from tests.support.messages import LINK, HandClock, document, message
from tests.support.robots import DingTalkRobot, FeishuRobot, LocalRobot, WeComRobot

from notifications.application.ports import Channel, Message
from notifications.channels import dingtalk, feishu, wecom
from notifications.channels.address_policy import AddressPolicy
from notifications.channels.http_client import HttpClient
from notifications.channels.pinned_transport import PinnedTransport
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry
from notifications.domain.rates import Rate

SECRET = "SEC0123456789abcdef"
KINDS: dict[str, type[LocalRobot]] = {"dingtalk": DingTalkRobot, "wecom": WeComRobot, "feishu": FeishuRobot}
RATES: dict[str, Sequence[Rate]] = {"dingtalk": dingtalk.RATES, "wecom": wecom.RATES, "feishu": feishu.RATES}


@dataclasses.dataclass(slots=True)
class Chat:
    """A robot, the channel that writes to it, and the clock of both."""

    robot: LocalRobot
    channel: Channel
    clock: HandClock

    def message(self, *documents: str, token: str | None = None, **given: str) -> Message:
        """A message to this robot, signed where it asks for a signature."""
        secrets = (SECRET,) if self.robot.secret else ()
        return message(self.robot.url(token), *documents, **{"secrets": secrets} | given)

    async def send(self, *documents: str, token: str | None = None, **given: str) -> Outcome:
        """Send it."""
        return await self.channel.send(self.message(*documents, token=token, **given))


@asynccontextmanager
async def chatting(kind: str) -> AsyncIterator[Chat]:
    """Start a robot of this kind; those that can ask for a signature do."""
    clock = HandClock()
    client = HttpClient(PinnedTransport(AddressPolicy(allow_http=True, allow_loopback=True)), clock)
    channels: dict[str, Channel] = {
        "dingtalk": dingtalk.DingTalkChannel(client, clock),
        "wecom": wecom.WeComChannel(client),
        "feishu": feishu.FeishuChannel(client, clock),
    }
    async with KINDS[kind](clock.wall, secret=None if kind == "wecom" else SECRET) as robot:
        yield Chat(robot, channels[kind], clock)
    await client.aclose()


@pytest.fixture(params=sorted(KINDS))
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    """A robot of each kind."""
    async with chatting(request.param) as started:
        yield started


async def test_a_signed_message_is_taken(chat: Chat) -> None:
    outcome = await chat.send(acknowledgement_url=LINK)
    assert isinstance(outcome, Delivered), outcome
    [taken] = chat.robot.taken
    assert "C-2026-1" in str(taken)
    assert LINK in str(taken)


async def test_five_hundred_alerts_fit_and_are_taken(chat: Chat) -> None:
    outcome = await chat.send(*(document(number) for number in range(500)))
    assert isinstance(outcome, Delivered), outcome
    assert "条未列出" in str(chat.robot.taken)


async def test_a_wrong_address_closes_the_endpoint(chat: Chat) -> None:
    outcome = await chat.send(token="of-somebody-else")
    assert isinstance(outcome, GiveUp)
    assert outcome.gone
    assert "of-somebody-else" not in outcome.detail


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
async def test_a_message_that_is_not_signed_as_the_robot_wants_is_refused_for_good(kind: str) -> None:
    async with chatting(kind) as chat:
        unsigned = await chat.channel.send(dataclasses.replace(chat.message(), secrets=()))
        mistaken = await chat.channel.send(dataclasses.replace(chat.message(), secrets=("SECother",)))
        for outcome in (unsigned, mistaken):
            assert isinstance(outcome, GiveUp)
            assert not outcome.gone, "the robot is there: somebody has to give its secret"
        assert chat.robot.taken == []


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
async def test_an_old_signature_is_refused(kind: str) -> None:
    async with chatting(kind) as chat:
        behind = HandClock(chat.clock.moment - timedelta(hours=2))
        client = HttpClient(PinnedTransport(AddressPolicy(allow_http=True, allow_loopback=True)), behind)
        channels: dict[str, Channel] = {
            "dingtalk": dingtalk.DingTalkChannel(client, behind), "feishu": feishu.FeishuChannel(client, behind),
        }  # fmt: skip
        assert isinstance(await channels[kind].send(chat.message()), GiveUp)
        await client.aclose()


async def test_one_message_too_many_costs_no_attempt(chat: Chat) -> None:
    most = {"DingTalkRobot": 20, "WeComRobot": 20, "FeishuRobot": 5}[type(chat.robot).__name__]
    outcomes = [await chat.send() for _ in range(most + 1)]
    assert all(isinstance(outcome, Delivered) for outcome in outcomes[:-1])
    last = outcomes[-1]
    assert isinstance(last, Retry)
    assert not last.costs_attempt
    assert last.after is not None
    chat.clock.moment += last.after
    assert isinstance(await chat.send(), Delivered), "after the wait that was said it goes through"
