"""What becomes of deliveries that have ended, as protocols: sent again, handed on, told of, counted."""

from typing import Protocol
from uuid import UUID

from notifications.application.records import DeadBundle, Health, Range, Replayed
from notifications.application.scope import Scope


class Replays(Protocol):
    """Sending again what has ended, with the same ids."""

    async def redeliver(self, delivery_id: UUID, scope: Scope) -> None:
        """Put a delivery at the head again with a new schedule; NotFoundError, RedeliveryRefusedError."""
        ...

    async def redeliver_range(self, endpoint_id: UUID, wanted: Range, scope: Scope) -> Replayed:
        """Put the oldest of a range at the head, in their order; NotFoundError, RedeliveryRefusedError.

        What waits already, and what was replayed in the last minutes, is left as it is.
        """
        ...


class DeadLetters(Protocol):
    """Deliveries that were given up: to another channel of the recipient, or to be told of."""

    async def bury(self) -> int:
        """End what waits for endpoints that want nothing more, some at a time; how many were ended."""
        ...

    async def hand_on(self) -> int:
        """Give some to the next channel of their recipients, who are staff; how many. 0: none is left to hand on."""
        ...

    async def choose(self) -> DeadBundle | None:
        """Choose some of one endpoint that nobody was told of and that go to no other channel; None without any.

        What was chosen before and not told comes again as it was, so that it is told once.
        """
        ...

    async def told(self, bundle: DeadBundle) -> None:
        """Mark those that were chosen as told."""
        ...


class EndpointHealth(Protocol):
    """How an endpoint does, from the log."""

    async def of(self, endpoint_id: UUID) -> Health:
        """Return it; whether the caller may see the endpoint was asked before."""
        ...
