"""An endpoint: where and over which channel a recipient is reached."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ChannelName(StrEnum):
    """The ways to reach somebody."""

    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`sealed_secret` is the signing secret as it is stored, encrypted; the plain one is never kept."""

    id: UUID
    recipient_id: UUID
    channel: ChannelName
    address: str
    enabled: bool
    disabled_reason: str | None = None
    sealed_secret: bytes = field(default=b"", repr=False)
