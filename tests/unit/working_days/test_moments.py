"""Zone first, then date."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from claims.domain.moments import NEVER, local_date, start_of, to_shanghai


def test_half_past_midnight_in_shanghai_is_the_day_before_in_utc_but_counts_as_the_new_day() -> None:
    instant = datetime(2026, 2, 14, 16, 30, tzinfo=UTC)
    assert local_date(instant) == date(2026, 2, 15)
    assert to_shanghai(instant).isoformat() == "2026-02-15T00:30:00+08:00"


def test_the_offset_in_which_an_instant_is_written_does_not_change_its_day() -> None:
    written = datetime(2026, 2, 14, 6, 30, tzinfo=timezone(timedelta(hours=-10)))
    assert local_date(written) == date(2026, 2, 15)


def test_a_day_starts_at_midnight_in_shanghai_as_an_instant_in_utc() -> None:
    began = start_of(date(2026, 3, 7))
    assert began == datetime(2026, 3, 6, 16, tzinfo=UTC)
    assert began.tzinfo is UTC
    assert local_date(began) == date(2026, 3, 7)
    assert local_date(began - timedelta(microseconds=1)) == date(2026, 3, 6)


@pytest.mark.parametrize("asked", [to_shanghai, local_date])
def test_an_instant_without_an_offset_is_refused(asked: object) -> None:
    assert callable(asked)
    with pytest.raises(ValueError, match="has no offset"):
        asked(datetime(2026, 2, 15, 0, 30))  # noqa: DTZ001


def test_never_is_later_than_any_instant_that_can_be_written() -> None:
    assert datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) < NEVER
