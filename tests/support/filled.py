"""A machine whose board is filled with the work that the demo plays: started, filled once, and left running."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.machine import Instance, running

from anze.demo.fill import DAYS, Outcome, begins, fill, hooks
from anze.demo.receiver import Receiver


@dataclass(frozen=True, slots=True)
class Filled:
    """A running instance, what it holds, and the server of those who hear of it."""

    instance: Instance
    outcome: Outcome
    receiver: Receiver


@contextmanager
def filled(data: Path, days: int = DAYS) -> Iterator[Filled]:
    """An instance in a folder of its own with so many days of work, until the end of the block."""
    with Receiver(hooks()) as receiver, running(data, begins(days)) as instance:
        yield Filled(instance, fill(instance.machine, receiver, days=days), receiver)
