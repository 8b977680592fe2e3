"""Signing secrets of endpoints: their form, and new ones."""

import base64
import binascii
from typing import Final

PREFIX: Final = "whsec_"
SHORTEST: Final = 24
LONGEST: Final = 64


class SecretUnreadableError(Exception):
    """A stored secret does not open with this key for this endpoint."""


def from_bytes(key: bytes) -> str:
    """Write a signing key in the form that Standard Webhooks gives it."""
    return PREFIX + base64.b64encode(key).decode()


def complaint_about(secret: str) -> str | None:
    """Say what is wrong with a secret that somebody chose, or None: whsec_ and the base64 of 24 to 64 bytes."""
    if not secret.startswith(PREFIX):
        return f"must begin with {PREFIX}"
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return f"must be {PREFIX} and base64"
    if not SHORTEST <= len(key) <= LONGEST:
        return f"must hold {SHORTEST} to {LONGEST} bytes"
    return None
