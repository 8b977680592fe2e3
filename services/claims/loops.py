"""Runs the loops of a worker side by side until somebody stops them or one of them ends."""

import asyncio
import signal
from collections.abc import Mapping
from typing import Protocol

import structlog

_log = structlog.get_logger(__name__)


class Loop(Protocol):
    """What a worker runs beside others."""

    async def run(self) -> None:
        """Run until cancelled; an error ends it, and the process with it."""
        ...


class LoopEndedError(Exception):
    """A loop ended, which it is never to do: the process ends with it and is started again."""


async def run_until_stopped(loops: Mapping[str, Loop]) -> None:
    """Run every loop until SIGINT or SIGTERM.

    Raises:
        LoopEndedError: a loop ended; the others were cancelled.
    """
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    tasks = {asyncio.create_task(loop.run(), name=name) for name, loop in loops.items()}
    stopped = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, stopped):
        task.cancel()
    await asyncio.gather(*tasks, stopped, return_exceptions=True)
    for task in done - {stopped}:
        _log.error("loop ended", loop=task.get_name(), exc_info=task.exception())
        raise LoopEndedError(f"the loop {task.get_name()} ended: {task.exception()!r}")
