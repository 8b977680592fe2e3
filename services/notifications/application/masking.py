"""Addresses that are secrets or personal: what of them is shown, logged and stored in the clear."""

from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from notifications.domain.endpoint import ChannelName

_SHOWN = 4
_COVER = "****"
_ROBOTS = frozenset({ChannelName.DINGTALK, ChannelName.WECOM, ChannelName.FEISHU})

SEALED_ADDRESSES = _ROBOTS | {ChannelName.SMS}
"""Channels whose whole addresses are kept with the secrets."""


def shown(channel: ChannelName, address: str) -> str:
    """The address as anybody but the channel sees it: of a robot's token and of a phone number only the last four."""
    if channel in _ROBOTS:
        return _without_token(address)
    if channel is ChannelName.SMS:
        return _covered(address)
    return address


def hide_in(text: str, channel: ChannelName, address: str) -> str:
    """The text, which somebody else wrote, without what must not be read of the address: answers like to repeat it."""
    if channel not in SEALED_ADDRESSES:
        return text
    parts = urlsplit(address)
    values = [value for _, value in parse_qsl(parts.query)] or [parts.path.rpartition("/")[2]]
    for secret in (address, address.removeprefix("+"), *values):
        if len(secret) >= _SHOWN:
            text = _without_start_at_the_end(text.replace(secret, _COVER), secret)
    return text


def _without_start_at_the_end(text: str, secret: str) -> str:
    """An excerpt ends anywhere, in the midst of a secret too."""
    longest = next((n for n in range(len(secret) - 1, _SHOWN, -1) if text.endswith(secret[:n])), 0)
    return text[: len(text) - longest] + _COVER if longest else text


def _without_token(address: str) -> str:
    """Cover the last step of the path and the values of the query: one of them is the token."""
    parts = urlsplit(address)
    if parts.query:
        query = "&".join(f"{quote(name)}={_covered(value)}" for name, value in parse_qsl(parts.query, True))
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    before, slash, last = parts.path.rpartition("/")
    return urlunsplit((parts.scheme, parts.netloc, f"{before}{slash}{_covered(last)}", "", ""))


def _covered(text: str) -> str:
    return _COVER + (text[-_SHOWN:] if len(text) > 2 * _SHOWN else "")
