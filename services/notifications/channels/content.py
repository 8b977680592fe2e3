"""What is told of alerts, whatever the channel: only fields that are named here ever leave."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from notifications.application.ports import Message
from notifications.channels.wording import Words, words_in

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_LONGEST_VALUE: Final = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert: a heading, and rows of label and value."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    claim: str | None
    due: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message, of one alert or of many."""

    title: str
    notices: tuple[Notice, ...]
    words: Words
    sandbox: bool
    acknowledgement_url: str | None
    message_id: str


def sheet_of(message: Message) -> Sheet:
    """Read what a message tells; it carries the sandbox's mark if any of its alerts does."""
    words = words_in(message.language)
    events = [json.loads(document) for document in message.documents]
    notices = tuple(_notice(event, words) for event in events)
    title = notices[0].heading if len(notices) == 1 else words.several.format(n=len(notices))
    sandbox = any(_part(event, "data").get("sandbox") is True for event in events)
    return Sheet(title, notices, words, sandbox, message.acknowledgement_url, message.id)


def _notice(event: Mapping[str, Any], words: Words) -> Notice:
    clock = _part(_part(event, "data"), "clock")
    kind = words.kinds.get(_text(event.get("type")), words.unknown_kind)
    title = _text(_part(clock, "title").get(words.language))
    heading = " ".join(part for part in (kind, _text(clock.get("rule")), title) if part)
    found = {label: read(_at(event, path), words) for label, path, read in _FIELDS}
    rows = tuple((words.labels[label], value) for label, value in found.items() if value)
    return Notice(heading, rows, found["claim"] or None, found["due"] or None)


def _at(event: Mapping[str, Any], path: str) -> object:
    *outer, name = path.split(".")
    whole: Mapping[str, Any] = event
    for step in outer:
        whole = _part(whole, step)
    return whole.get(name)


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    """A value as one line without control characters, and not endless: what comes in was written by others."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    line = " ".join(str(value).split())
    return "".join(character for character in line if character.isprintable())[:_LONGEST_VALUE]


def _plain(value: object, _words: Words) -> str:
    return _text(value)


def _named(value: object, words: Words) -> str:
    text = _text(value)
    return words.values.get(text, text)


def _sum(value: object, _words: Words) -> str:
    amount = _text(value)
    return f"CNY {amount}" if amount else ""


def _counted(value: object, words: Words) -> str:
    """How many of each kind of alert."""
    if not isinstance(value, dict):
        return ""
    return _text(", ".join(f"{words.kinds.get(_text(kind), _text(kind))} ×{_text(n)}" for kind, n in value.items()))


def _moment(value: object, _words: Words) -> str:
    """A moment in Shanghai to the minute; midnight is 24:00 of the day that it ends, as a period's end is counted."""
    try:
        moment = datetime.fromisoformat(_text(value)).astimezone(_SHANGHAI)
    except (ValueError, OverflowError):
        return ""
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{moment - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{moment:%Y-%m-%d %H:%M}"


_FIELDS: Final[tuple[tuple[str, str, Callable[[object, Words], str]], ...]] = (
    ("claim", "data.claim.number", _plain),
    ("policy", "data.claim.policy_number", _plain),
    ("insurer", "data.tenant", _plain),
    ("region", "data.region", _plain),
    ("responsible", "data.clock.responsible", _named),
    ("due", "data.clock.due_at", _moment),
    ("previous_due", "data.clock.previous_due_at", _moment),
    ("citation", "data.clock.citation", _plain),
    ("advance", "data.advance.kind", _named),
    ("amount", "data.advance.amount", _sum),
    ("grade", "data.accident.grade", _named),
    ("previous_grade", "data.accident.previous_grade", _named),
    ("year", "data.calendar.year", _plain),
    ("day", "data.heartbeat.day", _plain),
    ("fell_due", "data.heartbeat.due", _plain),
    ("breached", "data.heartbeat.breached", _plain),
    ("missed", "data.heartbeat.missed", _plain),
    ("alerts", "data.heartbeat.alerts", _plain),
    ("delivered", "data.heartbeat.delivered", _plain),
    ("dead", "data.heartbeat.dead", _plain),
    ("waiting", "data.heartbeat.waiting", _plain),
    ("recipient", "data.dead.recipient", _plain),
    ("recipient_role", "data.dead.recipient_role", _named),
    ("channel", "data.dead.channel", _named),
    ("undelivered", "data.dead.count", _plain),
    ("undelivered_kinds", "data.dead.kinds", _counted),
    ("reason", "data.dead.reason", _plain),
    ("endpoint", "data.dead.endpoint_id", _plain),
    ("role", "data.unheard.role", _named),
    ("unheard", "data.unheard.count", _plain),
    ("unheard_kinds", "data.unheard.kinds", _counted),
    ("finding", "data.audit.finding", _named),
    ("found", "data.audit.count", _plain),
    ("since", "data.audit.since", _moment),
    ("repeat", "data.repeat", _plain),
    ("severity", "data.severity", _named),
    ("time", "time", _moment),
)
"""What is told, in this order: label, place in the event, and how it is read. What is not named here stays here."""
