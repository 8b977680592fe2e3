"""WeCom (企业微信) robots: the key in the address, markdown of at most 4,096 bytes, 20 messages a minute."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from notifications.application.ports import Message
from notifications.channels import robots
from notifications.channels.content import Sheet, sheet_of
from notifications.channels.http_client import Answer, HttpClient, Request
from notifications.channels.shortening import shorten
from notifications.domain.delivery import Outcome
from notifications.domain.rates import Rate

RATES: Final = (Rate(20, timedelta(minutes=1)),)
MOST_BYTES: Final = 4096
"""Of the markdown in UTF-8; more is refused with 40058."""

_LINE: Final = "\n"
_VERDICTS: Final = robots.Verdicts(
    too_often={45009: timedelta(minutes=1), 45033: timedelta(minutes=1)},
    no_such_robot=frozenset({93000}),
    refused=frozenset({40008, 40058, 44004, 45002, 93004, 93017}),
)
"""93000: there is no such robot."""


class WeComChannel:
    """Sends markdown to the robot of one group."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    async def send(self, message: Message) -> Outcome:
        """Make one attempt; the key in the address is all that the robot asks for."""
        body = robots.to_json(_payload(sheet_of(message)))
        request = Request(message.address, body, robots.JSON_UTF8, refuses_in_body=True)
        return await self._client.send(request, _judge)


def _judge(answer: Answer) -> Outcome:
    return robots.judge(answer, ("errcode", "errmsg"), _VERDICTS)


def _payload(sheet: Sheet) -> dict[str, Any]:
    head = [sheet.words.sandbox] if sheet.sandbox else []

    def with_blocks(blocks: Sequence[str], left_out: int) -> str:
        return f"{_LINE}{_LINE}".join([*head, *blocks, *robots.tail_of(sheet, left_out)])

    blocks = [robots.block_of(notice, sheet.words.colon, _LINE) for notice in sheet.notices]
    kept, left_out = shorten(
        blocks,
        lambda some, missing: len(with_blocks(some, missing).encode()) <= MOST_BYTES,
        lambda missing: sheet.words.cut.format(n=missing),
    )
    return {"msgtype": "markdown", "markdown": {"content": with_blocks(kept, left_out)}}
