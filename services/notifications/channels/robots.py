"""What the robots of group chats have in common: their markup, and refusals inside a 200 answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from notifications.channels.content import Notice, Sheet
from notifications.channels.http_client import Answer, by_status
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

JSON_UTF8: Final[Mapping[str, str]] = {"content-type": "application/json; charset=utf-8"}

_MARKUP: Final = str.maketrans(dict(zip("\\`*_[]<>#@!|~", "＼｀＊＿［］＜＞＃＠！｜～", strict=True)))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the codes of one kind of robot mean; any other code is a failure that may pass."""

    too_often: Mapping[int, timedelta]
    """Sent too often: how long to wait."""
    no_such_robot: frozenset[int]
    """The robot or its group is gone, and with it the endpoint."""
    refused: frozenset[int]
    """This message will never be taken, or not before a person changes something."""


def judge(answer: Answer, fields: tuple[str, str], verdicts: Verdicts) -> Outcome:
    """Say what came of a message: HTTP 200 alone says nothing, the code in the body does.

    `fields` are the names of the code and of its words.
    """
    code, words = _code_in(answer, fields)
    by_http = by_status(answer)
    if code is None and isinstance(by_http, Delivered):
        return Retry("HTTP 200 without the robot's answer; it may have arrived", answer.status, ambiguous=True)
    if code is None or code == 0:
        return by_http
    return _refusal(code, f"HTTP {answer.status}, refused with code {code}: {words}", answer.status, verdicts)


def _refusal(code: int, detail: str, status: int, verdicts: Verdicts) -> Outcome:
    if code in verdicts.too_often:
        return Retry(detail, status, verdicts.too_often[code], costs_attempt=False)
    if code in verdicts.no_such_robot:
        return GiveUp(detail, status, gone=True)
    return GiveUp(detail, status) if code in verdicts.refused else Retry(detail, status)


def to_json(payload: Mapping[str, Any]) -> bytes:
    """Write a payload as it is measured and sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def neutral(text: str) -> str:
    """The text without anything that a robot would take for markup, a mention or a link."""
    return text.translate(_MARKUP).replace("://", "：//")


def block_of(notice: Notice, colon: str, line: str) -> str:
    """One alert in markdown; `line` is what parts two lines in this robot's markdown."""
    rows = [f"{neutral(label)}{colon}{neutral(value)}" for label, value in notice.rows]
    return line.join([f"**{neutral(notice.heading)}**", *rows])


def tail_of(sheet: Sheet, left_out: int) -> list[str]:
    """What ends a message: how many alerts it does not list, the link that leads to acknowledging, its id."""
    words = sheet.words
    tail = [words.omitted.format(n=left_out)] if left_out else []
    if sheet.acknowledgement_url:
        tail.append(f"[{words.acknowledge}]({sheet.acknowledgement_url})")
    return [*tail, f"{words.message_id}{words.colon}{neutral(sheet.message_id)}"]


def _code_in(answer: Answer, fields: tuple[str, str]) -> tuple[int | None, str]:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None, ""
    if not isinstance(body, dict) or not isinstance(body.get(fields[0]), int):
        return None, ""
    words = " ".join(str(body.get(fields[1], "")).split())
    return body[fields[0]], words[:200]
