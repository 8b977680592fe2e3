"""The lives of the demo, played without a machine: in the order of time, in office hours, always the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import chinese_calendar
import pytest

from anze.demo.accidents import ACCIDENTS
from anze.demo.callers import Json
from anze.demo.case import Case
from anze.demo.desk import Desk
from anze.demo.enterprises import BROKERS, INSURED, INSURERS
from anze.demo.office import ROUNDS, entry, is_working, working_day
from anze.demo.programme import ALL_PLOTS, LAST_DAY, cases
from anze.demo.steps import Ask, Known, Life

ALL = cases(60)
_MADE = ("id", "victim_id", "advance_id", "payment_id", "direct_payment_id")


def _asked(life: Life) -> Iterator[Ask]:
    """What a life asks, each request answered with ids that nobody had before."""
    numbers = count(1)
    step = next(life, None)
    while step is not None:
        assert isinstance(step, Ask)
        yield step
        answer: Json = {name: f"made-{next(numbers)}" for name in _MADE}
        try:
            step = life.send(answer)
        except StopIteration:
            return


def _whole(case: Case) -> list[Ask]:
    return list(_asked(ALL_PLOTS[case.plot](Desk.of(case, Known()))))


def test_the_office_works_when_the_nation_does() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(90)]
    assert [is_working(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]


def test_working_days_are_counted_over_spring_festival() -> None:
    assert working_day(date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert working_day(date(2026, 2, 15), 0) == date(2026, 2, 24)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.number}-{case.plot}")
def test_a_life_goes_forward_in_time_and_says_nothing_of_the_future(case: Case) -> None:
    entered = happened = datetime.fromisoformat("2026-01-01T00:00+08:00")
    for ask in _whole(case):
        assert ask.body is not None
        at = datetime.fromisoformat(ask.body["occurred_at"])
        assert entered <= ask.at, ask
        assert happened < at <= ask.at, ask
        assert is_working(ask.at.date()), ask
        assert ask.at == entry(ask.at.date(), ROUNDS.index(ask.at.timetz().replace(tzinfo=None))), ask
        entered, happened = ask.at, at


@pytest.mark.parametrize("plot", ALL_PLOTS)
@pytest.mark.parametrize("insurer", INSURERS, ids=lambda insurer: insurer.code)
def test_a_plot_can_be_played_by_every_insurer(plot: str, insurer: object) -> None:
    case = next(one for one in ALL if one.insurer is insurer)
    first, *others = _whole(replace(case, plot=plot))
    assert first.path == "/v1/claims"
    assert others


def test_a_case_is_drawn_the_same_each_time() -> None:
    assert [_whole(case) for case in ALL[:40]] == [_whole(case) for case in ALL[:40]]
    assert cases(60) == ALL


def test_only_reports_of_the_last_days_are_among_few_days() -> None:
    few = cases(7)
    assert few
    assert few == [case for case in ALL if case.reported >= LAST_DAY - timedelta(days=7)]
    assert cases(0) == []


def test_three_insurers_in_two_regions_have_ninety_to_a_hundred_and_fifty_claims() -> None:
    counted = Counter(case.insurer.code for case in ALL)
    assert 90 <= len(ALL) <= 150
    assert set(counted) == {"picc-sz", "nanling-sz", "jingyuan-bj"}
    assert min(counted.values()) >= 30
    assert {case.enterprise.region[:4] for case in ALL} == {"4403", "1101"}
    assert len({case.enterprise.region for case in ALL}) >= 10
    assert {case.plot for case in ALL} == set(ALL_PLOTS)


def test_most_enterprises_have_several_claims_and_each_one_policy() -> None:
    policies = {(case.enterprise.name, case.policy_number, case.credit_code) for case in ALL}
    assert len(policies) == len({name for name, _, _ in policies}) == len({number for _, number, _ in policies})
    claims = Counter(case.enterprise.name for case in ALL)
    assert sum(number > 1 for number in claims.values()) >= len(claims) - 1


def test_enterprises_lie_in_the_region_of_their_insurer_and_broker() -> None:
    for insurer in INSURERS:
        for enterprise in INSURED[insurer.code]:
            assert enterprise.region[:2] == insurer.region[:2]
            assert enterprise.region[:2] == BROKERS.get(enterprise.broker or "", insurer.region)[:2]
            assert ACCIDENTS[enterprise.industry]


def test_one_insurer_is_visibly_later_than_the_others() -> None:
    """A stage that takes ten working days or more, or is told days later, is late."""
    shares = {}
    for insurer in INSURERS:
        paces = [Desk.of(case, Known()).pace for case in ALL if case.insurer is insurer]
        late = sum((p.intake > 1) + (p.request > 1) + (p.decision > 10) + (p.told > 1) + (p.payment > 9) for p in paces)
        shares[insurer.code] = late / (5 * len(paces))
    worst = shares.pop("nanling-sz")
    assert 0.1 < worst < 0.25
    assert all(share < worst / 2 for share in shares.values()), shares
