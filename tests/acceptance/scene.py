"""A claim on a running instance, and what a refusal must look like: a problem that helps, and nothing stored."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
from tests.support.callers import Callers
from tests.support.machine import Instance, Json

MOMENT = "2026-03-02T10:00:00+08:00"
"""When things happen that are told late."""
_STORED = """
select (select count(*) from events where actor <> 'sla-watch'), (select count(*) from commands),
       (select count(*) from person_keys)
"""
"""The watch may write meanwhile: it asks nobody."""


Query = Callable[[str], tuple[object, ...]]
"""Asks the claims database, past its service, for one row."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An instance with a claim, and who may ask."""

    instance: Instance
    callers: Callers
    claim_id: str
    query: Query

    @property
    def claim(self) -> str:
        """The path of the claim."""
        return f"/v1/claims/{self.claim_id}"

    def now(self) -> datetime:
        """Business time."""
        (stated,) = self.query("select business_now()")
        assert isinstance(stated, datetime)
        return stated

    @contextmanager
    def nothing_stored(self) -> Iterator[None]:
        """What is asked in the block leaves no trace in the log, the keys or the gate."""
        before = self.query(_STORED)
        yield
        assert self.query(_STORED) == before, "something was stored"

    def refused(self, status: int, code: str, method: str, path: str, body: Json | None = None, **rest: Any) -> Json:
        """Ask for what must be refused with this status and problem; the problem."""
        with self.nothing_stored():
            answer = self.callers.ask(method, path, body, **rest)
        return problem(answer, status, code)


def problem(answer: httpx2.Response, status: int, code: str) -> Json:
    """The problem that an answer is; it says what is wrong and what to do, and nothing of our insides."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-correlation-id"]
    stated: Json = answer.json()
    assert stated["type"] == f"urn:anze:problem:{code}"
    assert stated["status"] == status
    assert stated["instance"] == answer.request.url.raw_path.decode().partition("?")[0]
    assert re.fullmatch(r"[^\n]{5,120}", stated["title"])
    assert re.fullmatch(r"[^\n]{10,400}[.…]", stated["detail"]), stated["detail"]
    assert "Traceback" not in answer.text
    assert ("errors" in stated) == (code in {"invalid-request", "unknown-reference"})
    return stated


def pointers(stated: Json) -> list[str]:
    """The fields that a problem names, each with a reason."""
    assert all(len(each["reason"]) > 5 for each in stated["errors"])
    return [each["pointer"] for each in stated["errors"]]
