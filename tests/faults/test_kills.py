"""`kill -9` of any process at any moment loses no acknowledged command and delivers every alert."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Coroutine
from functools import partial
from uuid import UUID

import pytest
from tests.faults.alerts import until_delivered
from tests.faults.load import Load
from tests.faults.log import INSURER, Stored, feed, follow, gaps, stored
from tests.support.interrupting import InterruptingReceiver
from tests.support.machine import PATIENCE, POSTGRES, PROCESSES, Instance, Json

VICTIMS = (*PROCESSES, POSTGRES)
SEED = int(os.environ.get("ANZE_TEST_SEED", "20260302"))


async def test_killing_every_process_under_load_loses_no_command_and_no_alert(
    instance: Instance, receiver: InterruptingReceiver, capsys: pytest.CaptureFixture[str]
) -> None:
    load = Load(instance, "killed")
    await _nothing_is_lost(instance, receiver, load, _kill_each(instance, receiver, load))
    with capsys.disabled():
        print(f"\n{load.summary()}")  # noqa: T201 - for whoever watches


async def test_killing_all_processes_at_once_under_load_loses_no_command_and_no_alert(
    instance: Instance, receiver: InterruptingReceiver
) -> None:
    load = Load(instance, "failed", claims=16, clients=8)
    await _nothing_is_lost(instance, receiver, load, _kill_all(instance, load))


async def _kill_each(instance: Instance, receiver: InterruptingReceiver, load: Load) -> None:
    """Kill every process once, in some order, each at some moment of its own part of the load.

    What delivers is killed while it delivers: the message has left, and nobody has it.
    """
    moments = random.Random(SEED)  # noqa: S311 - any order will do, and the same each time can be looked into
    order = moments.sample(VICTIMS, len(VICTIMS))
    for number, name in enumerate(order):
        await load.reached((number + moments.random()) / len(order))
        if name == "notifications worker":
            receiver.interrupt(partial(instance.kill, name))
        else:
            instance.kill(name)


async def _kill_all(instance: Instance, load: Load) -> None:
    """Kill everything at one moment, as a power failure does."""
    await load.reached(0.5)
    for pid in instance.pids().values():
        os.kill(pid, signal.SIGKILL)


async def _nothing_is_lost(
    instance: Instance, receiver: InterruptingReceiver, load: Load, killing: Coroutine[None, None, None]
) -> None:
    """Run a load beside what kills; then the log, the feed and the receivers have what was acknowledged, and once."""
    before = {name: instance.restarts(name) for name in VICTIMS}
    followed: list[tuple[UUID, int]] = []
    follower = asyncio.create_task(follow(instance, INSURER, followed))
    async with asyncio.TaskGroup() as group:
        group.create_task(killing)
        group.create_task(load.run())
    assert len(load.paid_late) == len(load.paid_in_time) == load.claims // 2
    await until_started_again(instance, before)
    await until_delivered(instance, receiver)
    log = await stored(instance, INSURER)
    _every_command_once(load, log)
    written = [(event.stream_id, event.version) for event in log]
    async with asyncio.timeout(PATIENCE):
        while len(followed) < len(written):
            await asyncio.sleep(0.1)
    follower.cancel()
    assert followed == written, "the feed, as it was read all the time, is not the log"
    events = feed(instance, INSURER)
    assert [(UUID(event["stream_id"]), event["version"]) for event in events] == written, "the feed is not the log"
    _breaches_are_as_they_should(load, events)
    assert instance.errors() == []


async def until_started_again(instance: Instance, before: dict[str, int]) -> None:
    """Return when the supervisor has started each of the killed again."""
    async with asyncio.timeout(PATIENCE):
        while dead := [name for name, count in before.items() if instance.restarts(name) == count]:
            instance.machine.supervisor.check()
            assert dead
            await asyncio.sleep(0.1)


def _every_command_once(load: Load, log: list[Stored]) -> None:
    """The log holds each acknowledged command, at its version, once; its streams have no gap."""
    by_people = [event for event in log if event.correlation_id.startswith(load.name) and event.actor != "sla-watch"]
    commands = {(event.correlation_id, event.causation_id) for event in by_people}
    assert Counter(name for name, _ in commands) == Counter(one.correlation_id for one in load.acknowledged)
    at = {(event.stream_id, event.version): event.correlation_id for event in log}
    for one in load.acknowledged:
        assert at[UUID(one.claim_id), one.version] == one.correlation_id
    assert gaps(log) == {}


def _breaches_are_as_they_should(load: Load, events: list[Json]) -> None:
    """A payment too late leaves one breach; one in time leaves none, whether the watch was faster or not."""
    said: dict[str, Counter[str]] = {claim: Counter() for claim in (*load.paid_late, *load.paid_in_time)}
    for event in events:
        if event["name"] in {"clock_breached", "breach_withdrawn"} and event["data"]["subject"] in said:
            said[event["data"]["subject"]][event["name"]] += 1
    for claim in load.paid_late:
        assert (said[claim]["clock_breached"], said[claim]["breach_withdrawn"]) == (1, 0), claim
    for claim in load.paid_in_time:
        assert said[claim]["clock_breached"] == said[claim]["breach_withdrawn"] <= 1, claim
