"""How the board writes money, days and moments: always Shanghai's wall clock, in the reader's language."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_timedelta

from claims.dashboard.texts import Language
from claims.domain.moments import to_shanghai

_LOCALES: dict[Language, str] = {"zh": "zh_Hans_CN", "en": "en_GB"}
_DAY: dict[Language, str] = {"zh": "y年M月d日 EEE", "en": "EEE d MMM y"}
_FEN = 100


def money(fen: int) -> str:
    """Write an amount in fen as yuan, such as ¥600,000.00."""
    yuan, rest = divmod(abs(fen), _FEN)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{rest:02}"


def day(value: date, language: Language) -> str:
    """Write a day with its day of the week."""
    return format_date(value, _DAY[language], locale=_LOCALES[language])


def moment(instant: datetime) -> str:
    """Write an instant to the minute, such as 2026-03-02 09:30; the same in both languages, so that it sorts."""
    return f"{to_shanghai(instant):%Y-%m-%d %H:%M}"


def due(due_at: datetime, due_date: date | None) -> str:
    """Write when something is due: the last day's 24:00 where it is a day's, not 00:00 of the day after."""
    return moment(due_at) if due_date is None else f"{due_date.isoformat()} 24:00"


def relative(instant: datetime, now: datetime, language: Language) -> str:
    """Write how far an instant lies from business time, such as "in 3 hours"."""
    return ago_or_ahead(instant - now, language)


def ago_or_ahead(distance: timedelta, language: Language) -> str:
    """Write a distance from now; what lies ahead is positive."""
    return format_timedelta(distance, add_direction=True, threshold=1.3, locale=_LOCALES[language])


def duration(length: timedelta, language: Language) -> str:
    """Write a length of time without a direction, such as "3 hours"."""
    return format_timedelta(length, threshold=1.3, locale=_LOCALES[language])
