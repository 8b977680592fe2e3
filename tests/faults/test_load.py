"""A thin load over HTTP: says how fast the path from a request to the log is here, and asserts nothing of it."""

import pytest
from tests.faults.alerts import until_delivered
from tests.faults.load import Load
from tests.support.machine import Instance

from anze.demo.receiver import Receiver


@pytest.mark.parametrize("clients", [1, 8])
async def test_an_undisturbed_load_is_acknowledged_without_a_retry(
    instance: Instance, receiver: Receiver, clients: int, capsys: pytest.CaptureFixture[str]
) -> None:
    instance.await_ready()
    load = Load(instance, f"undisturbed-{clients}", claims=20, clients=clients)
    await load.run()
    with capsys.disabled():
        print(f"\n{load.summary()}")  # noqa: T201 - for whoever watches
    assert len(load.acknowledged) == load.commands
    assert load.retries == 0
    await until_delivered(instance, receiver)
