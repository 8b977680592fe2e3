"""What is away comes back: PostgreSQL without a restart of our processes, notifications with every alert in order."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid5

import asyncpg
import httpx2
import pytest
from tests.faults.alerts import until_delivered, until_idle
from tests.faults.load import Load
from tests.faults.log import INSURER, feed
from tests.support.machine import PATIENCE, POSTGRES, PROCESSES, Instance, until

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
    written = [str(uuid5(UUID(event["stream_id"]), str(event["version"]))) for event in feed(instance, INSURER)]
    heard: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in receiver.deliveries()[known:]:
        heard[one.role, one.event["subject"]].append(written.index(one.event["id"]))
    assert max(map(len, heard.values())) > 1, "nothing came whose order could be wrong"
    for (role, subject), places in heard.items():
        assert places == sorted(places), f"{role} heard of {subject} in another order than it was written"


async def test_an_alert_whose_checkpoint_was_not_saved_is_told_again_and_delivered_once(
    instance: Instance, receiver: Receiver
) -> None:
    await Load(instance, "saved", claims=1, clients=1).run()
    await until_delivered(instance, receiver)
    restarts, repeated = instance.restarts("claims worker"), _repeated(instance)
    known = len(receiver.deliveries())
    instance.kill("claims worker", signal.SIGSTOP)
    await Load(instance, "unsaved", claims=1, clients=1).run()
    async with _checkpoint_held(instance):
        instance.kill("claims worker", signal.SIGCONT)
        until(lambda: len(receiver.deliveries()) > known, "the alert was not told")
        instance.kill("claims worker")
        until(lambda: instance.restarts("claims worker") > restarts, "the worker was not started again")
    await until_delivered(instance, receiver)
    assert _repeated(instance) > repeated, "the alert was not told again: its checkpoint was saved before"
    told = receiver.deliveries()[known].event["id"]
    with _admin(instance) as client:
        alerts = client.get("/v1/alerts", params={"event_id": told}).json()["items"]
    assert [[len(one["attempts"]) for one in alert["deliveries"]] for alert in alerts] == [[1]]


@asynccontextmanager
async def _checkpoint_held(instance: Instance) -> AsyncIterator[None]:
    """Let nobody save the relay's checkpoint; it may be read, and what was written before is seen."""
    connection = await asyncpg.connect(
        instance.machine.databases.claims,
        server_settings={"idle_in_transaction_session_timeout": "0", "lock_timeout": "5s"},
    )
    transaction = connection.transaction()
    await transaction.start()
    try:
        assert await connection.fetchval("select name from checkpoints where name = 'relay' for update")
        yield
    finally:
        await transaction.rollback()
        await connection.close()


def _repeated(instance: Instance) -> float:
    """How many alerts notifications was told again."""
    with _admin(instance) as client:
        lines = client.get("/metrics").text.splitlines()
    return sum(
        float(line.split()[-1])
        for line in lines
        if line.startswith("notifications_alerts_total") and '"repeated"' in line
    )


def _admin(instance: Instance) -> httpx2.Client:
    headers = instance.bearer("admin")
    return httpx2.Client(base_url=instance.url("notifications"), headers=headers, trust_env=False, timeout=PATIENCE)
