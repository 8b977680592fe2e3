"""DingTalk robots: a signed address, markdown, at most 20,000 bytes and 20 messages a minute."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from notifications.application.ports import Clock, Message
from notifications.channels import robots
from notifications.channels.content import Sheet, sheet_of
from notifications.channels.http_client import Answer, HttpClient, Request
from notifications.channels.shortening import shorten
from notifications.domain.delivery import Outcome
from notifications.domain.rates import Rate

RATES: Final = (Rate(20, timedelta(minutes=1)),)
MOST_BYTES: Final = 20_000
"""Of the whole body; a larger one is refused with 460101."""

_LINE: Final = "\n\n"
_VERDICTS: Final = robots.Verdicts(
    # Who sends a 21st message within a minute is shut out for ten; 90030 is the quota of a day.
    too_often={130101: timedelta(minutes=10), 410100: timedelta(minutes=10), 90030: timedelta(hours=1)},
    no_such_robot=frozenset({400013, 400101, 400102, 400106, 300005}),
    refused=frozenset({310000, 400105, 40035, 430101, 430102, 430103, 430104, 460101}),
)
"""310000: the signature, a keyword or the sender's address was not accepted."""


class DingTalkChannel:
    """Sends markdown to the robot of one group."""

    def __init__(self, client: HttpClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def send(self, message: Message) -> Outcome:
        """Make one attempt."""
        body = robots.to_json(_payload(sheet_of(message)))
        address = self._signed(message.address, message.secrets)
        return await self._client.send(Request(address, body, robots.JSON_UTF8, refuses_in_body=True), _judge)

    def _signed(self, address: str, secrets: Sequence[str]) -> str:
        """Add timestamp (milliseconds) and signature to the address: HMAC-SHA256 by the secret over both lines."""
        if not secrets:
            return address
        timestamp = str(int(self._clock.wall().timestamp() * 1000))
        digest = hmac.new(secrets[0].encode(), f"{timestamp}\n{secrets[0]}".encode(), hashlib.sha256).digest()
        query = urlencode({"timestamp": timestamp, "sign": base64.b64encode(digest).decode()})
        return f"{address}{'&' if '?' in address else '?'}{query}"


def _judge(answer: Answer) -> Outcome:
    return robots.judge(answer, ("errcode", "errmsg"), _VERDICTS)


def _payload(sheet: Sheet) -> dict[str, Any]:
    head = [sheet.words.sandbox] if sheet.sandbox else []

    def with_blocks(blocks: Sequence[str], left_out: int) -> dict[str, Any]:
        text = _LINE.join([*head, *blocks, *robots.tail_of(sheet, left_out)])
        return {"msgtype": "markdown", "markdown": {"title": robots.neutral(sheet.title), "text": text}}

    blocks = [robots.block_of(notice, sheet.words.colon, _LINE) for notice in sheet.notices]
    kept, left_out = shorten(
        blocks,
        lambda some, missing: len(robots.to_json(with_blocks(some, missing))) <= MOST_BYTES,
        lambda missing: sheet.words.cut.format(n=missing),
    )
    return with_blocks(kept, left_out)
