"""How the board writes money, days, moments and places."""

from datetime import UTC, date, datetime, timedelta

import pytest
from starlette.requests import Request

from claims.dashboard import formats
from claims.dashboard.preferences import Preferences, preferences
from claims.dashboard.regions import region_name
from claims.dashboard.texts import Language, Words


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (60_000_000, "¥600,000.00"),
        (-12_345, "-¥123.45"),
        (10**15 + 1, "¥10,000,000,000,000.01"),
    ],
)
def test_money_is_written_to_the_fen(fen: int, written: str) -> None:
    assert formats.money(fen) == written


def test_a_moment_is_written_in_shanghai() -> None:
    assert formats.moment(datetime(2026, 3, 2, 16, 30, tzinfo=UTC)) == "2026-03-03 00:30"


@pytest.mark.parametrize(
    ("language", "ahead", "behind"), [("zh", "3小时后", "2天前"), ("en", "in 3 hours", "2 days ago")]
)
def test_a_moment_is_near_or_far_in_both_directions(language: Language, ahead: str, behind: str) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)

    assert formats.relative(now + timedelta(hours=3), now, language) == ahead
    assert formats.relative(now - timedelta(days=2), now, language) == behind


def test_a_day_has_its_day_of_the_week() -> None:
    assert formats.day(date(2026, 2, 14), "zh") == "2026年2月14日 周六"
    assert formats.day(date(2026, 2, 14), "en") == "Sat 14 Feb 2026"


def test_a_place_without_a_name_goes_by_what_covers_it() -> None:
    assert region_name("440300", Words("zh")) == "深圳"
    assert region_name("440399", Words("en")) == "Shenzhen 440399"
    assert region_name("710000", Words("en")) == "710000"


def _preferred(cookie: str = "", accepted: str = "") -> Preferences:
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accepted.encode())]
    return preferences(Request({"type": "http", "headers": headers}))


@pytest.mark.parametrize(
    ("cookie", "accepted", "language", "theme"),
    [
        ("", "", "zh", "auto"),
        ("", "fr-FR, en-GB;q=0.8, zh;q=0.5", "en", "auto"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh", "auto"),
        ("anze_board=en.dark", "zh-CN", "en", "dark"),
        ("anze_board=xx.loud", "en", "en", "auto"),
    ],
)
def test_a_reader_is_shown_what_was_chosen_and_else_what_the_browser_asks_for(
    cookie: str, accepted: str, language: str, theme: str
) -> None:
    assert _preferred(cookie, accepted) == Preferences(language, theme)  # type: ignore[arg-type]
