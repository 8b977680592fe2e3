"""Moments of the story, written and shown in Shanghai."""

from datetime import datetime
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(moment: str) -> str:
    """`2026-03-02 09:00` as the APIs take it."""
    return f"{moment.replace(' ', 'T')}:00+08:00"


def local(stated: str | None) -> datetime | None:
    """A moment of an answer, in Shanghai."""
    return datetime.fromisoformat(stated).astimezone(_SHANGHAI) if stated else None


def shown(stated: str | None) -> str:
    """A moment of an answer, to the minute."""
    moment = local(stated)
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
