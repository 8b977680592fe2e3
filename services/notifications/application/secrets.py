"""Signing secrets of endpoints: their form by channel, and new ones."""

import base64
import binascii
from typing import Final

from notifications.domain.endpoint import ChannelName

PREFIX: Final = "whsec_"
SHORTEST: Final = 24
LONGEST: Final = 64

_LONGEST_OF_ROBOTS: Final = 200
_OF_ROBOTS: Final = frozenset({ChannelName.DINGTALK, ChannelName.FEISHU})


class SecretUnreadableError(Exception):
    """A stored secret does not open with this key for this endpoint."""


def from_bytes(key: bytes) -> str:
    """Write a signing key in the form that Standard Webhooks gives it."""
    return PREFIX + base64.b64encode(key).decode()


def complaint_about(channel: ChannelName, secret: str) -> str | None:
    """Say what is wrong with a secret that somebody chose, or None.

    A webhook's is whsec_ and the base64 of 24 to 64 bytes; a robot's is what its page shows; others have none.
    """
    if channel is ChannelName.WEBHOOK:
        return _complaint_about_ours(secret)
    if channel not in _OF_ROBOTS:
        return f"a channel of the kind {channel} has no signing secret"
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        return "must be the secret that the robot's page shows"
    if not 1 <= len(secret) <= _LONGEST_OF_ROBOTS:
        return f"must have 1 to {_LONGEST_OF_ROBOTS} characters"
    return None


def _complaint_about_ours(secret: str) -> str | None:
    if not secret.startswith(PREFIX):
        return f"must begin with {PREFIX}"
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return f"must be {PREFIX} and base64"
    if not SHORTEST <= len(key) <= LONGEST:
        return f"must hold {SHORTEST} to {LONGEST} bytes"
    return None
