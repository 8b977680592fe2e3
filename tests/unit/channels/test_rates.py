"""Never more than a receiver takes in any stretch of time, and never held back longer than needed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import dingtalk, feishu, wecom
from notifications.domain.rates import Rate, still_counting, wait_for

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
RATES = (Rate(6, timedelta(seconds=60)), Rate(2, timedelta(seconds=5)))


@given(st.lists(st.integers(0, 20_000), max_size=60))
def test_no_stretch_of_time_ever_holds_more_than_its_rate(pauses: list[int]) -> None:
    now, sent, log = START, list[datetime](), list[datetime]()
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        sent = still_counting(sent, RATES, now)
        if wait_for(sent, RATES, now):
            continue
        sent.append(now)
        log.append(now)
    for rate in RATES:
        for moment in log:
            assert sum(moment <= other < moment + rate.within for other in log) <= rate.most


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=40))
def test_after_the_wait_and_not_a_moment_before_one_more_may_go(pauses: list[int]) -> None:
    now, sent = START, list[datetime]()
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        if wait_for(sent, RATES, now) == timedelta():
            sent.append(now)
    wait = wait_for(sent, RATES, now)
    assert wait_for(sent, RATES, now + wait) == timedelta()
    if wait:
        assert wait_for(sent, RATES, now + wait - timedelta(microseconds=1)) > timedelta()


def test_a_rate_can_be_used_up_at_once() -> None:
    sent = list[datetime]()
    for _ in range(2):
        assert wait_for(sent, RATES, START) == timedelta()
        sent.append(START)
    assert wait_for(sent, RATES, START) == timedelta(seconds=5)
    slow = [START + timedelta(seconds=9 * number) for number in range(6)]
    assert wait_for(slow, RATES, slow[-1]) == timedelta(seconds=15)


def test_the_rates_are_those_that_are_documented() -> None:
    minute = timedelta(minutes=1)
    assert dingtalk.RATES == wecom.RATES == (Rate(20, minute),)
    assert set(feishu.RATES) == {Rate(100, minute), Rate(5, timedelta(seconds=1))}
