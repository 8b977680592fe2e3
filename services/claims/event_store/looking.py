"""The way of every loop that looks again and again: what passes is told and tried once more, anything else ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Never

from claims.event_store.errors import StoreUnavailableError
from claims.event_store.pool import is_passing


async def look_again_and_again(
    look: Callable[[], Awaitable[object]],
    pause: float,
    lost: Callable[[Exception], None],
    also_passing: tuple[type[Exception], ...] = (),
) -> Never:
    """Look until cancelled, with `pause` seconds after each look; raises what is not passing: the process is to end.

    A lost connection or race is passing, and so are the classes of `also_passing`: they are told to `lost`.
    """
    passing: tuple[type[Exception], ...] = (StoreUnavailableError, *also_passing)
    while True:
        try:
            await look()
        except Exception as error:
            if not is_passing(error) and not isinstance(error, passing):
                raise
            lost(error)
        await asyncio.sleep(pause)
