"""Waits for the alerts that the log calls for, and says which came."""

import asyncio
from collections import Counter

import pytest
from tests.faults.log import INSURER, feed, wanted_alerts, watch_is_idle
from tests.support.machine import PATIENCE, Instance

from anze.demo.receiver import Receiver

_LOOK = 0.1


async def until_idle(instance: Instance) -> None:
    """Return when the watch has nothing left to do."""
    async with asyncio.timeout(PATIENCE):
        while not await watch_is_idle(instance):
            await asyncio.sleep(_LOOK)


async def until_delivered(instance: Instance, receiver: Receiver) -> None:
    """Return when exactly what the log calls for has come to the receivers; each message counts once, by its id."""
    await until_idle(instance)
    wanted, came = wanted_alerts(feed(instance, INSURER)), delivered(receiver)
    try:
        async with asyncio.timeout(PATIENCE):
            while (came := delivered(receiver)) != wanted:
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        missing, surplus = wanted - came, came - wanted
        pytest.fail(f"{len(missing)} alerts are missing, {len(surplus)} nobody asked for: {missing} {surplus}")
    assert receiver.refused == 0, "a message was not signed as it should be"


def delivered(receiver: Receiver) -> Counter[tuple[str, str]]:
    """What came, by role and CloudEvent id."""
    return Counter((one.role, one.event["id"]) for one in receiver.deliveries())
