"""An endpoint: where and over which channel a recipient is reached."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ChannelName(StrEnum):
    """The ways to reach somebody."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`sealed_secret` holds its credentials as they are stored, encrypted; in the clear they are never kept.

    Where whoever knows the address can use it, `address` is what may be shown of it, and the whole is sealed too.
    """

    id: UUID
    recipient_id: UUID
    channel: ChannelName
    address: str
    enabled: bool
    disabled_reason: str | None = None
    fallback_order: int | None = 100
    """Its place in line where another channel of the recipient is to be used instead; None: never."""
    sealed_secret: bytes = field(default=b"", repr=False)
    renewed: bool = False
    """Said when it is stored: it has another address or is enabled, and what was seen of it before counts no more."""
