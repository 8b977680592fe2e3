"""What a life is made of: requests, each at the moment of business time at which it is sent, and waits."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime

from anze.demo.callers import Json
from anze.tokens import Caller


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to the claims service, or to notifications."""

    at: datetime
    """When it is sent, by the sandbox's clock."""
    caller: Caller
    path: str
    body: Json | None = None
    """None: it only reads."""
    method: str = "POST"
    of_notifications: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is sent; the life goes on at a moment."""

    at: datetime


Step = Ask | Wait
Life = Generator[Step, Json, None]
"""A life yields its steps in the order of time, and gets the answer of each."""


@dataclass(slots=True)
class Known:
    """What the lives learnt that somebody who looks at the board wants to find again: ids by a name."""

    ids: dict[str, str] = field(default_factory=dict)
