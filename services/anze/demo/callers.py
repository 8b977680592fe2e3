"""Speaks to both APIs as the people of the story would: with a token of their role, and a key for every command."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import httpx2

from anze.demo.moments import at
from anze.development_keys import DevelopmentKeys
from anze.errors import DemoError
from anze.tokens import Caller, sign

Json = dict[str, Any]

_TIMEOUT_SECONDS = 120
_TOKEN_SECONDS = 240.0
"""How long one token is used, of the ten minutes that it lives."""
_numbers: Iterator[int] = itertools.count(1)


class Api:
    """One API as one caller sees it."""

    def __init__(self, url: str, keys: DevelopmentKeys, caller: Caller) -> None:
        self._keys = keys
        self._caller = caller
        self._token = ""
        self._signed_at = -_TOKEN_SECONDS
        self._client = httpx2.Client(base_url=url, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def post(self, path: str, body: Json) -> Json:
        """Send a command; the answer. DemoError when it is refused."""
        return self._send("POST", path, json=body, headers={"Idempotency-Key": f"demo-{next(_numbers)}"})

    def act(self, path: str, moment: str, **body: Any) -> Json:
        """Send a command about something that happened at a moment (Shanghai)."""
        return self.post(path, {"occurred_at": at(moment), **body})

    def put(self, path: str, body: Json) -> Json:
        """Enter a resource."""
        return self._send("PUT", path, json=body)

    def get(self, path: str) -> Json:
        """Read a resource."""
        return self._send("GET", path)

    def list(self, path: str) -> list[Json]:
        """Read a list whole, page by page."""
        items: list[Json] = []
        cursor: str | None = None
        while True:
            page = self._send("GET", path, params={"limit": "200"} | ({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any) -> Json:
        signed = {"Authorization": f"Bearer {self._bearer()}", **(headers or {})}
        try:
            answer = self._client.request(method, path, headers=signed, **rest)
        except httpx2.TransportError as error:
            raise DemoError(f"{method} {path} got no answer: {error}") from error
        if not answer.is_success:
            raise DemoError(f"{method} {path} was answered {answer.status_code}: {_reason(answer)}")
        found: Json = answer.json()
        return found

    def _bearer(self) -> str:
        now = time.monotonic()
        if now - self._signed_at >= _TOKEN_SECONDS:
            self._token, self._signed_at = sign(self._keys, self._caller), now
        return self._token


def _reason(answer: httpx2.Response) -> str:
    """The problem's own words, in one line."""
    try:
        problem = answer.json()
    except ValueError:
        return answer.text[:200]
    errors = "; ".join(f"{one.get('pointer', '')} {one.get('reason', '')}" for one in problem.get("errors", []))
    return " ".join(part for part in (problem.get("detail") or problem.get("title") or "", errors) if part)
