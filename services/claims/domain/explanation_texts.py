"""The sentences of an explanation, in Chinese and English."""

from dataclasses import dataclass
from datetime import date, datetime

from claims.domain.money import Fen, format_yuan
from claims.domain.rulebook import Bracket, Limit, Unit

ARTICLE_START = "民法典第二百零一条第一款"
ARTICLE_HOURS = "民法典第二百零一条第二款"
ARTICLE_YEARS = "民法典第二百零二条"
ARTICLE_LAST_DAY = "民法典第二百零三条"
ARTICLE_WORKING_DAYS = "民法典第二百零四条"
"""Another text may count otherwise than the Code: one that says working days counts no others."""
ARTICLE_BRACKET = "民法典第一千二百五十九条"
ARTICLE_STATED = "民法典第二百零四条"
ARTICLE_PROVISIONAL = "国务院办公厅关于部分节假日安排的通知"

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KINDS = {
    "counted": ("工作日", "working day"),
    "make_up_day": ("调休上班日", "make-up working day"),
    "rest_day": ("休息日", "weekend"),
    "holiday": ("法定节假日", "holiday"),
}
_UNITS = {
    Unit.HOURS: ("小时", "hours"),
    Unit.WORKING_DAYS: ("个工作日", "working days"),
    Unit.CALENDAR_DAYS: ("日", "calendar days"),
    Unit.YEARS: ("年", "years"),
    Unit.IMMEDIATELY: ("立即", "at once"),
    Unit.FIRST_DAYS: ("日（自首日起，含首日）", "first days"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str


def start_day(start: date) -> Text:
    """Say that the starting day is not counted."""
    return Text(f"{_zh(start)}：开始的当日，不计入", f"{_en(start)}: the starting day, not counted")


def day(on: date, kind: str, notice: str | None, number: int | None, amount: int) -> Text:
    """Say what a day is, by which notice, and which day of the period it is."""
    zh, en = _KINDS[kind]
    by_zh, by_en = ("", "") if notice is None else (f"（{notice}）", f" ({notice})")
    if number is None:
        return Text(f"{_zh(on)}：{zh}{by_zh}，不计入", f"{_en(on)}: {en}{by_en}, not counted")
    return Text(
        f"{_zh(on)}：{zh}{by_zh}，第{number}日，共{amount}日", f"{_en(on)}: {en}{by_en}, day {number} of {amount}"
    )


def rolled(named: date, to: date) -> Text:
    """Say that the end gives way to the next working day."""
    return Text(
        f"{_zh(to)}：期间的最后一日{_zh(named)}为休息日，顺延至其后的第一个工作日",
        f"{_en(to)}: the last day, {_en(named)}, is a rest day, and gives way to the next working day",
    )


def end_of_day(last: date) -> Text:
    """Say that a period of days ends at 24:00."""
    return Text(f"期间于{_zh(last)}二十四时届满", f"The period ends at 24:00 of {_en(last)}")


def hours(begun: datetime, amount: int) -> Text:
    """Say that hours run from the moment."""
    return Text(
        f"自{_zh_moment(begun)}起算{amount}小时，节假日不扣除",
        f"{amount} hours run from {_en_moment(begun)}, without a pause for rest days",
    )


def end_of_hours(ends: datetime) -> Text:
    """Say that a period of hours ends with its last moment."""
    return Text(
        f"期间于{_zh_moment(ends)}届满（含该时刻）", f"The period ends at {_en_moment(ends)}, that moment included"
    )


def years(on: date, amount: int) -> Text:
    """Say which day corresponds to the starting day."""
    return Text(f"{_zh(on)}：{amount}年后的对应日", f"{_en(on)}: the corresponding day, {amount} years later")


def immediate(at: datetime) -> Text:
    """Say that it is due when it starts."""
    return Text(f"自{_zh_moment(at)}起即时届满", f"Due at once, at {_en_moment(at)}")


def date_of_window(first: date, last: date, kind: str) -> Text:
    """Say which date it is, what day that is, and that it stands."""
    zh, en = _KINDS[kind]
    return Text(
        f"{_zh(last)}：自{_zh(first)}零时起可报送，截止日即为该日（{zh}），遇休息日不顺延",
        f"{_en(last)}: due by that very date ({en}), from 00:00 of {_en(first)} on; it gives way to no rest day",
    )


def warned(on: date) -> Text:
    """Say on which day it is warned of."""
    return Text(
        f"{_zh(on)}：截止日前最后一个工作日，当日零时提示",
        f"{_en(on)}: the last working day before the date, on which it is warned of",
    )


def provisional_date(last_published_year: int) -> Text:
    """Say that the date is certain, and what is not."""
    coming = last_published_year + 1
    return Text(
        f"截止日不变；{coming}年节假日安排尚未公布，提示日和逾期后的上报时点为暂定",
        f"The date is certain; the holidays of {coming} are not published yet, and with them the day of the warning "
        "and the moments behind a breach",
    )


def paused_day(on: date) -> Text:
    """Say that a pause keeps a day from counting."""
    return Text(f"{_zh(on)}：期间中止，不计入", f"{_en(on)}: paused, not counted")


def paused_time(since: datetime, until: datetime) -> Text:
    """Say that a pause keeps a time from counting."""
    return Text(
        f"{_zh_moment(since)}至{_zh_moment(until)}：期间中止，不计入",
        f"{_en_moment(since)} to {_en_moment(until)}: paused, not counted",
    )


def lasting_pause(since: datetime) -> Text:
    """Say that the clock stands still, so that its due moment is the earliest that it can be."""
    return Text(
        f"自{_zh_moment(since)}起期间中止，届满时间为可能的最早时间",
        f"Paused since {_en_moment(since)}: the due moment is the earliest that it can be",
    )


def bracket(below: Fen | None, chosen: Bracket) -> Text:
    """Say which amounts the limit is for; a sum on the edge belongs to the shorter limit."""
    zh, en = _limit(chosen.limit)
    if chosen.up_to is not None:
        edge = format_yuan(chosen.up_to)
        return Text(f"金额{edge}元以内（含本数）：{zh}", f"Amounts up to {edge} yuan, that sum included: {en}")
    edge = format_yuan(below or 0)
    return Text(
        f"金额超过{edge}元：{zh}（恰为该数的适用较短期限）",
        f"Amounts above {edge} yuan: {en} (that very sum takes the shorter limit)",
    )


def provisional(last: date, last_published_year: int) -> Text:
    """Say that the notice for the coming year can still move the last day."""
    coming = last_published_year + 1
    return Text(
        f"{_zh(last)}为暂定：{coming}年节假日安排尚未公布",
        f"{_en(last)} is provisional: the holidays of {coming} are not published yet",
    )


def stated(due_at: datetime, due_date: date | None) -> Text:
    """Say that the due moment is not counted day by day."""
    zh, en = (_zh_moment(due_at), _en_moment(due_at)) if due_date is None else (_zh(due_date), _en(due_date))
    return Text(
        f"届满于{zh}：由规定的日期得出，不逐日计算",
        f"Due {en}: a stated date, not a count of days",
    )


def _limit(limit: Limit) -> tuple[str, str]:
    zh, en = _UNITS[limit.unit]
    if limit.unit is Unit.IMMEDIATELY:
        return zh, en
    return f"{limit.amount}{zh}", f"{limit.amount} {en}"


def _zh(on: date) -> str:
    return f"{on.isoformat()}（周{_ZH_DAYS[on.weekday()]}）"


def _en(on: date) -> str:
    return f"{on.isoformat()} ({_EN_DAYS[on.weekday()]})"


def _zh_moment(at: datetime) -> str:
    return f"{_zh(at.date())}{at:%H:%M:%S}"


def _en_moment(at: datetime) -> str:
    return f"{_en(at.date())} {at:%H:%M:%S}"
