"""The form of an endpoint's address, channel by channel."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from notifications.channels.address_policy import AddressPolicy, AddressRefusedError
from notifications.domain.endpoint import ChannelName

_MAILBOX: Final = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_NUMBER: Final = re.compile(r"\+?[0-9]{8,15}")
_TOKENS: Final = {ChannelName.DINGTALK: "access_token", ChannelName.WECOM: "key"}
_LONGEST_MAILBOX: Final = 254


@dataclass(frozen=True, slots=True)
class EndpointAddresses:
    """`available` are the channels that the operator has set up."""

    policy: AddressPolicy
    available: Collection[ChannelName]

    def check(self, channel: ChannelName, address: str) -> None:
        """Check what can be seen of an address; AddressRefusedError."""
        if channel not in self.available:
            raise AddressRefusedError(f"cannot be used: no channel of the kind {channel} is set up here")
        if channel is ChannelName.EMAIL:
            if len(address) > _LONGEST_MAILBOX or _MAILBOX.fullmatch(address) is None:
                raise AddressRefusedError("must be one mailbox, as name@example.com")
        elif channel is ChannelName.SMS:
            if _NUMBER.fullmatch(address) is None:
                raise AddressRefusedError("must be a telephone number, as +8613800138000")
        else:
            self.policy.check_form(address)
            self._check_token(channel, address)

    @staticmethod
    def _check_token(channel: ChannelName, address: str) -> None:
        parts = urlsplit(address)
        token = _TOKENS.get(channel)
        if token is not None and not parse_qs(parts.query).get(token):
            raise AddressRefusedError(f"must hold the robot's {token}: copy all of it from the robot's page")
        if channel is ChannelName.FEISHU and not re.search(r"/hook/[^/]+$", parts.path):
            raise AddressRefusedError("must end in /hook/ and the robot's token: copy all of it from the robot's page")
