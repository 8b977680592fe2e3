"""A channel that this instance has not been given the means for."""

from notifications.application.ports import Message
from notifications.domain.delivery import Outcome, Retry


class UnavailableChannel:
    """Answers that it cannot send, so that a delivery waits for the operator and is not lost."""

    def __init__(self, setting: str) -> None:
        self._setting = setting

    async def send(self, _message: Message) -> Outcome:
        """Fail; nothing is sent."""
        return Retry(f"not sent: {self._setting} is not set")
