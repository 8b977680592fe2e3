"""One instance for the tests of faults, with a receiver that checks what it is sent."""

from collections.abc import Iterator

import pytest
from tests.support.interrupting import InterruptingReceiver
from tests.support.machine import Instance, running
from tests.support.recipients import OPERATIONS, REGULATOR, subscribe


@pytest.fixture(scope="session")
def receiver() -> Iterator[InterruptingReceiver]:
    """Takes webhooks on loopback; a message that is not signed as it should be is counted as refused."""
    with InterruptingReceiver((OPERATIONS, REGULATOR)) as listening:
        yield listening


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory, receiver: InterruptingReceiver) -> Iterator[Instance]:
    """Everything running, no sandbox: an insurer's operations and a regulator have subscribed."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL"):
            patched.delenv(name, raising=False)
        with running(tmp_path_factory.mktemp("faults") / "data") as made:
            subscribe(made, receiver)
            yield made
