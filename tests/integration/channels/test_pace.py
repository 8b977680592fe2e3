"""The rates of robots, counted over all workers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.support.messages import HandClock, message
from tests.support.postgres import Database
from tests.support.robots import DingTalkRobot, FeishuRobot

from notifications.application.ports import Channel
from notifications.channels import dingtalk, feishu
from notifications.channels.address_policy import AddressPolicy
from notifications.channels.http_client import HttpClient
from notifications.channels.paced import PacedChannel
from notifications.channels.pinned_transport import PinnedTransport
from notifications.domain.delivery import Delivered, Retry
from notifications.store.connection import open_engine
from notifications.store.pace import PostgresPace


@pytest.fixture
async def engines(notifications_database: Database) -> AsyncIterator[list[AsyncEngine]]:
    """The connections of four workers."""
    made = [open_engine(notifications_database.url("notifications_service"), 3) for _ in range(4)]
    yield made
    for engine in made:
        await engine.dispose()


async def _race(channels: list[PacedChannel], url: str, count: int) -> tuple[int, list[Retry]]:
    sent = await asyncio.gather(*(channels[n % len(channels)].send(message(url)) for n in range(count)))
    held = [outcome for outcome in sent if isinstance(outcome, Retry)]
    assert all(not outcome.costs_attempt and outcome.after for outcome in held)
    return sum(isinstance(outcome, Delivered) for outcome in sent), held


async def test_four_workers_together_send_a_robot_twenty_a_minute(engines: list[AsyncEngine]) -> None:
    clock = HandClock()
    client = HttpClient(PinnedTransport(AddressPolicy(allow_http=True, allow_loopback=True)), clock)
    inner: Channel = dingtalk.DingTalkChannel(client, clock)
    channels = [PacedChannel(inner, dingtalk.RATES, PostgresPace(engine, clock)) for engine in engines]
    async with DingTalkRobot(clock.wall) as robot, DingTalkRobot(clock.wall) as other:
        delivered, held = await _race(channels, robot.url(), 40)
        assert (delivered, robot.requests) == (20, 20), "what is held back does not reach the robot"
        assert {outcome.after for outcome in held} == {timedelta(minutes=1)}
        assert (await _race(channels, other.url(), 10))[0] == 10, "another robot is not held back"
        clock.forward(seconds=59)
        assert (await _race(channels, robot.url(), 4))[0] == 0
        clock.forward(seconds=1)
        assert (await _race(channels, robot.url(), 25))[0] == 20
        assert robot.shut_until is None, "the robot never saw too many"
    await client.aclose()


async def test_both_rates_of_feishu_hold(engines: list[AsyncEngine]) -> None:
    clock = HandClock()
    client = HttpClient(PinnedTransport(AddressPolicy(allow_http=True, allow_loopback=True)), clock)
    inner: Channel = feishu.FeishuChannel(client, clock)
    channels = [PacedChannel(inner, feishu.RATES, PostgresPace(engine, clock)) for engine in engines]
    async with FeishuRobot(clock.wall) as robot:
        counts = []
        for _ in range(22):
            counts.append((await _race(channels, robot.url(), 7))[0])
            clock.forward(seconds=1)
        assert counts == [5] * 20 + [0] * 2, "five a second, and after a hundred none within the minute"
        assert len(robot.taken) == robot.requests == 100
    await client.aclose()


async def test_without_the_database_nothing_is_sent_and_no_attempt_is_lost(engines: list[AsyncEngine]) -> None:
    clock = HandClock()
    away = open_engine("postgresql://x@127.0.0.1:1/x", 1)
    client = HttpClient(PinnedTransport(AddressPolicy(allow_http=True, allow_loopback=True)), clock)
    channel = PacedChannel(dingtalk.DingTalkChannel(client, clock), dingtalk.RATES, PostgresPace(away, clock))
    async with DingTalkRobot(clock.wall) as robot:
        outcome = await channel.send(message(robot.url()))
        assert isinstance(outcome, Retry)
        assert not outcome.costs_attempt
        assert robot.requests == 0
    await client.aclose()
    await away.dispose()
