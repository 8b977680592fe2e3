"""`kill -9` of any process at any moment loses no acknowledged command and delivers every alert."""

import asyncio
import random
from collections import Counter
from uuid import UUID

import pytest
from tests.faults.alerts import until_delivered
from tests.faults.load import Load
from tests.faults.log import INSURER, Stored, feed, gaps, stored
from tests.support.machine import PATIENCE, POSTGRES, PROCESSES, Instance, Json

from anze.demo.receiver import Receiver

VICTIMS = (*PROCESSES, POSTGRES)
SEED = 20260302


async def test_killing_every_process_under_load_loses_no_command_and_no_alert(
    instance: Instance, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    load = Load(instance, "killed")
    before = {name: instance.restarts(name) for name in VICTIMS}
    async with asyncio.TaskGroup() as group:
        group.create_task(_kill_each(instance, load))
        group.create_task(load.run())
    with capsys.disabled():
        print(f"\n{load.summary()}")  # noqa: T201 - for whoever watches
    assert len(load.acknowledged) == load.commands
    assert len(load.paid_late) == len(load.paid_in_time) == load.claims // 2
    await until_started_again(instance, before)
    await until_delivered(instance, receiver)
    log = await stored(instance, INSURER)
    _every_command_once(load, log)
    events = feed(instance, INSURER)
    assert [(UUID(event["stream_id"]), event["version"]) for event in events] == [
        (event.stream_id, event.version) for event in log
    ], "the feed is not the log"
    _breaches_are_as_they_should(load, events)


async def _kill_each(instance: Instance, load: Load) -> None:
    """Kill every process once, in some order, each at some moment of its own part of the load."""
    moments = random.Random(SEED)  # noqa: S311 - any order will do, and the same each time can be looked into
    order = moments.sample(VICTIMS, len(VICTIMS))
    for number, name in enumerate(order):
        await load.reached((number + moments.random()) / len(order))
        instance.kill(name)


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
