"""Text messages through an HTTP gateway of the operator's choice, described by settings."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from notifications.application.ports import Message
from notifications.channels.content import Sheet, sheet_of
from notifications.channels.http_client import Answer, HttpClient, Request, by_status
from notifications.channels.shortening import cut_to
from notifications.domain.delivery import Delivered, Outcome, Retry

MOST_UNITS: Final = 70
"""Units of UCS-2 in one part: every message is one part, so that it costs one and arrives whole."""


_PLACE: Final = re.compile(r"\{(number|text|id)\}")


@dataclass(frozen=True, slots=True)
class Gateway:
    """How a gateway wants to be asked. `{number}`, `{text}` and `{id}` are filled into the URL and the body's strings.

    It took a message if its status is 2xx and, where `success_field` is set (`/a/b` into its JSON answer), what stands
    there is one of `success_values`.
    """

    url: str
    method: str = "POST"
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    success_field: str | None = None
    success_values: tuple[str, ...] = ()
    signature: str = ""
    """What each text begins with, as 【安责】, where the gateway demands it."""


class SmsChannel:
    """Sends one short text. The gateway is the operator's own, so its address is not subject to the policy."""

    def __init__(self, client: HttpClient, gateway: Gateway) -> None:
        self._client = client
        self._gateway = gateway

    async def send(self, message: Message) -> Outcome:
        """Make one attempt."""
        gateway = self._gateway
        values = {"number": message.address, "text": text_of(sheet_of(message), gateway.signature), "id": message.id}
        url = _filled(gateway.url, {name: quote(value, safe="") for name, value in values.items()})
        body = None if gateway.body is None else json.dumps(_filled(gateway.body, values), ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8", **gateway.headers}
        request = Request(url, body, headers, gateway.method, refuses_in_body=gateway.success_field is not None)
        return await self._client.send(request, self._judge)

    def _judge(self, answer: Answer) -> Outcome:
        outcome = by_status(answer)
        if not isinstance(outcome, Delivered) or self._gateway.success_field is None:
            return outcome
        try:
            found = _at(json.loads(answer.body), self._gateway.success_field)
        except (ValueError, LookupError, TypeError):
            return Retry("HTTP 200 without the gateway's answer; it may have arrived", answer.status, ambiguous=True)
        if found in self._gateway.success_values:
            return Delivered(f"HTTP {answer.status}, {self._gateway.success_field} {found}", answer.status)
        return Retry(f"the gateway refused: {answer.excerpt}", answer.status)


def text_of(sheet: Sheet, signature: str = "") -> str:
    """One part: what it is, which claim, until when; of a digest how many there are."""
    words = sheet.words
    first = sheet.notices[0]
    said = [sheet.title] if len(sheet.notices) > 1 else [first.heading, first.claim or "", first.due or ""]
    head = signature + (words.mark if sheet.sandbox else "")
    text = " ".join(part for part in said if part)
    return head + cut_to(text, _units, MOST_UNITS - _units(head), lambda missing: words.cut.format(n=missing))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        return _PLACE.sub(lambda found: values[found[1]], template)
    if isinstance(template, Mapping):
        return {key: _filled(part, values) for key, part in template.items()}
    if isinstance(template, list):
        return [_filled(part, values) for part in template]
    return template


def _at(document: Any, pointer: str) -> str:
    for step in pointer.strip("/").split("/"):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return str(document)
