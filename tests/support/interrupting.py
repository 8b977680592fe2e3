"""A receiver of webhooks in the middle of whose work something can happen."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from anze.demo.receiver import Receiver


class InterruptingReceiver(Receiver):
    """Takes and verifies messages; one that is interrupted did not arrive."""

    _interruption: Callable[[], None] | None = None

    def interrupt(self, action: Callable[[], None]) -> None:
        """Do this while the next message is on its way."""
        self._interruption = action

    async def _take(self, request: Request) -> Response:
        action, self._interruption = self._interruption, None
        if action is None:
            return await super()._take(request)
        action()
        return Response(status_code=503)
