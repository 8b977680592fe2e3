"""Feishu robots: signed in the body, rich text, at most 20 KB, 100 messages a minute and 5 a second."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from notifications.application.ports import Clock, Message
from notifications.channels import robots
from notifications.channels.content import Sheet, sheet_of
from notifications.channels.http_client import Answer, HttpClient, Request
from notifications.channels.shortening import shorten
from notifications.domain.delivery import Outcome, Retry
from notifications.domain.rates import Rate

RATES: Final = (Rate(100, timedelta(minutes=1)), Rate(5, timedelta(seconds=1)))
MOST_BYTES: Final = 20_000
"""Of the whole body, the signature within it; the limit is 20 KB."""

_SIGNATURE_BYTES: Final = 120
_LOCALES: Final = {"zh": "zh_cn", "en": "en_us"}
_TOO_OFTEN: Final = {code: timedelta(minutes=1) for code in (11232, 99991400)}
_VERDICTS: Final = robots.Verdicts(
    too_often=_TOO_OFTEN,
    no_such_robot=frozenset({19001}),
    refused=frozenset({9499, 19002, 19003, 19021, 19022, 19024, 19036}),
)
"""19001: the address names no robot; 19021: signature; 19022: sender's address; 19024: keyword; 9499, 19036: form or
size."""

_CROWDED: Final = robots.Verdicts(
    _TOO_OFTEN | {9499: timedelta(minutes=1)}, _VERDICTS.no_such_robot, _VERDICTS.refused - {9499}
)
"""The documentation says of 9499 that the form is wrong, but it has been answered for "too many request" too."""


class FeishuChannel:
    """Sends rich text, in which nothing that came from outside can be markup, to the robot of one group."""

    def __init__(self, client: HttpClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def send(self, message: Message) -> Outcome:
        """Make one attempt."""
        payload = _payload(sheet_of(message)) | self._signature(message.secrets)
        request = Request(message.address, robots.to_json(payload), robots.JSON_UTF8, refuses_in_body=True)
        return await self._client.send(request, _judge)

    def _signature(self, secrets: Sequence[str]) -> dict[str, str]:
        """Timestamp (seconds) and secret on two lines are the KEY of an HMAC-SHA256 over nothing."""
        if not secrets:
            return {}
        timestamp = str(int(self._clock.wall().timestamp()))
        digest = hmac.new(f"{timestamp}\n{secrets[0]}".encode(), b"", hashlib.sha256).digest()
        return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def _judge(answer: Answer) -> Outcome:
    """Answers name their code `code`, old ones `StatusCode`; a limit may say in a header when it ends."""
    fields = ("code", "msg") if _has(answer, "code") else ("StatusCode", "StatusMessage")
    outcome = robots.judge(answer, fields, _CROWDED if b"too many" in answer.body.lower() else _VERDICTS)
    reset = answer.headers.get("x-ogw-ratelimit-reset", "")
    if isinstance(outcome, Retry) and not outcome.costs_attempt and reset.isdecimal() and len(reset) < 6:
        return Retry(outcome.detail, outcome.status_code, timedelta(seconds=max(int(reset), 1)), costs_attempt=False)
    return outcome


def _has(answer: Answer, field: str) -> bool:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(body, dict) and field in body


def _payload(sheet: Sheet) -> dict[str, Any]:
    words = sheet.words
    locale = _LOCALES[words.language]

    def with_blocks(blocks: Sequence[str], left_out: int) -> dict[str, Any]:
        lines = [words.sandbox] if sheet.sandbox else []
        lines += [line for block in blocks for line in block.split("\n")]
        lines += [words.omitted.format(n=left_out)] if left_out else []
        content: list[list[dict[str, str]]] = [[_said(line)] for line in lines]
        if sheet.acknowledgement_url:
            content.append([{"tag": "a", "text": words.acknowledge, "href": sheet.acknowledgement_url}])
        content.append([_said(f"{words.message_id}{words.colon}{sheet.message_id}")])
        return {"msg_type": "post", "content": {"post": {locale: {"title": sheet.title, "content": content}}}}

    blocks = [
        "\n".join([notice.heading, *(f"{label}{words.colon}{value}" for label, value in notice.rows)])
        for notice in sheet.notices
    ]
    kept, left_out = shorten(
        blocks,
        lambda some, missing: len(robots.to_json(with_blocks(some, missing))) + _SIGNATURE_BYTES <= MOST_BYTES,
        lambda missing: words.cut.format(n=missing),
    )
    return with_blocks(kept, left_out)


def _said(text: str) -> dict[str, str]:
    return {"tag": "text", "text": text}
