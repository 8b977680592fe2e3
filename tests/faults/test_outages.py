"""What is away comes back: PostgreSQL without a restart of our processes, notifications with every alert in order."""

import asyncio
import signal
from collections import defaultdict

import asyncpg
import httpx2
import pytest
from tests.faults.alerts import delivered, until_delivered, until_idle
from tests.faults.load import Load
from tests.support.machine import PATIENCE, POSTGRES, PROCESSES, Instance, Json, until

from anze.demo.receiver import Receiver


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["crashed", "stopped in order"])
async def test_postgresql_comes_back_to_the_same_processes(
    instance: Instance, receiver: Receiver, how: signal.Signals
) -> None:
    instance.await_ready()
    before, restarts = instance.pids(), instance.restarts(POSTGRES)
    load = Load(instance, f"restart-{how.name}", claims=12, clients=4)
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        group.create_task(_signal_at(instance, load, how))
    until(lambda: instance.restarts(POSTGRES) == restarts + 1, "PostgreSQL was not started again")
    instance.await_ready()
    await until_idle(instance)
    await until_delivered(instance, receiver)
    after = instance.pids()
    assert after[POSTGRES] != before[POSTGRES]
    assert {name: after[name] for name in PROCESSES} == {name: before[name] for name in PROCESSES}


async def _signal_at(instance: Instance, load: Load, number: signal.Signals) -> None:
    await load.reached(0.4)
    instance.kill(POSTGRES, number)


async def test_while_notifications_is_down_commands_go_on_and_their_alerts_wait_in_order(
    instance: Instance, receiver: Receiver
) -> None:
    await until_delivered(instance, receiver)
    known = len(receiver.deliveries())
    load = Load(instance, "waiting", claims=8, clients=4)
    with instance.down("notifications api"):
        await load.run()
        await until_idle(instance)
        assert len(receiver.deliveries()) == known
        # What waits is not in the memory of a process.
        instance.kill("claims worker")
    await until_delivered(instance, receiver)
    heard: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in receiver.deliveries()[known:]:
        heard[one.role, one.event["data"].get("clock", one.event)["id"]].append(one.event["data"]["sequence"])
    assert all(sequence == sorted(sequence) for sequence in heard.values()), heard
    assert any(len(sequence) > 1 for sequence in heard.values()), "nothing came whose order could be wrong"


async def test_an_alert_whose_checkpoint_was_not_saved_is_told_again_and_delivered_once(
    instance: Instance, receiver: Receiver
) -> None:
    await until_delivered(instance, receiver)
    before = delivered(receiver)
    restarts = instance.restarts("claims worker")
    async with _stopped_before_its_checkpoint(instance):
        await Load(instance, "unsaved", claims=1, clients=1).run()
