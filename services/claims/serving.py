"""The web server of the interface: when it stops, streams that would never end by themselves end first."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

_STOP_SECONDS = 10
"""How long an answer under way may take when the server stops."""


class Server(uvicorn.Server):
    """Waits for the answers under way when it stops; those without an end are ended before."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        """Take what ends the answers that have no end of their own."""
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then stop as any web server does."""
        self._end_streams()
        await super().shutdown(sockets)


async def serve(app: ASGIApp, listener: socket.socket, end_streams: Callable[[], None]) -> None:
    """Answer what comes to the listener until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        server_header=False,
        proxy_headers=False,
    )
    await Server(config, end_streams).serve(sockets=[listener])
