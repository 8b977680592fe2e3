"""The scheduler of the demo: lives are merged by time, and the clock is moved once for each moment."""

from datetime import datetime, timedelta

import pytest

from anze.demo.callers import Json
from anze.demo.scheduler import Scheduler
from anze.demo.steps import Ask, Life, Wait
from anze.errors import DemoError
from anze.tokens import Caller, Role

NOON = datetime.fromisoformat("2026-03-02T12:00+08:00")
ADMIN = Caller(Role.ADMIN)


def _after(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


class Machine:
    """Remembers what it was asked, and when; the answer names the path."""

    def __init__(self, refused: str = "") -> None:
        self.now = NOON - timedelta(days=1)
        self.moved: list[datetime] = []
        self.asked: list[tuple[datetime, str]] = []
        self.refused = refused

    def go_to(self, moment: datetime) -> None:
        assert moment > self.now
        self.now = moment
        self.moved.append(moment)

    def send(self, ask: Ask) -> Json:
        if ask.path == self.refused:
            raise DemoError("refused")
        self.asked.append((self.now, ask.path))
        return {"of": ask.path}


def _life(*steps: tuple[int, str]) -> Life:
    for hours, path in steps:
        answer = yield Ask(_after(hours), ADMIN, path)
        assert answer == {"of": path}, "a life gets the answer of its own step"


def _played(machine: Machine, *lives: Life, until: int) -> Scheduler:
    scheduler = Scheduler(machine.send, machine.go_to)
    scheduler.play(lives, _after(until))
    return scheduler


def test_every_step_is_sent_at_its_moment_whichever_life_it_is_of() -> None:
    machine = Machine()
    _played(machine, _life((0, "a0"), (2, "a2")), _life((1, "b1"), (2, "b2")), until=3)
    assert sorted(machine.asked) == [(_after(0), "a0"), (_after(1), "b1"), (_after(2), "a2"), (_after(2), "b2")]


def test_the_clock_is_moved_once_for_each_moment_and_to_the_end() -> None:
    machine = Machine()
    scheduler = _played(machine, *(_life((0, f"{n}a"), (0, f"{n}b"), (2, f"{n}c")) for n in range(9)), until=5)
    assert machine.moved == [_after(0), _after(2), _after(5)]
    assert (scheduler.moments, scheduler.requests) == (3, 27)


def test_what_lies_beyond_the_end_is_left_undone() -> None:
    machine = Machine()
    _played(machine, _life((0, "early"), (4, "late")), until=3)
    assert machine.asked == [(_after(0), "early")]


def test_an_end_at_which_something_happens_is_reached_once() -> None:
    machine = Machine()
    _played(machine, _life((0, "first"), (3, "last")), until=3)
    assert machine.moved == [_after(0), _after(3)]
    assert machine.asked[-1] == (_after(3), "last")


def test_waiting_sends_nothing_and_goes_on_at_its_moment() -> None:
    machine, seen = Machine(), list[datetime]()

    def waiting() -> Life:
        yield Wait(_after(2))
        seen.append(machine.now)

    assert _played(machine, waiting(), until=3).requests == 0
    assert seen == [_after(2)]


def test_a_refused_step_ends_the_play() -> None:
    machine = Machine(refused="b")
    with pytest.raises(DemoError, match="refused"):
        _played(machine, _life((0, "a"), (1, "b"), (2, "c")), _life((3, "d")), until=4)
    assert machine.asked == [(_after(0), "a")]


def test_a_life_that_goes_back_in_time_is_refused() -> None:
    with pytest.raises(ValueError, match="goes back in time"):
        _played(Machine(), _life((2, "a"), (1, "b")), until=3)


def test_a_life_that_is_over_before_it_begins_is_none() -> None:
    assert _played(Machine(), _life(), until=1).requests == 0
