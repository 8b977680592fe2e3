"""Plays many lives on one clock, from moment to moment; what belongs to one moment is sent side by side."""

import heapq
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

from anze.demo.callers import Json
from anze.demo.steps import Ask, Life, Step

_AT_ONCE = 6
"""How many lives go on side by side."""


@dataclass(slots=True)
class _Playing:
    """A life, and the step that it waits for."""

    number: int
    life: Life
    next: Step

    def __lt__(self, other: "_Playing") -> bool:
        return (self.next.at, self.number) < (other.next.at, other.number)


@dataclass(slots=True)
class Scheduler:
    """Merges lives by time; `send` sends a request and returns its answer, `go_to` moves the clock forward."""

    send: Callable[[Ask], Json]
    go_to: Callable[[datetime], None]
    moments: int = 0
    """How often the clock was moved."""
    requests: int = 0
    """How many requests were sent."""
    _waiting: list[_Playing] = field(default_factory=list)
    _now: datetime | None = None

    def play(self, lives: Iterable[Life], until: datetime) -> None:
        """Play all lives as far as that moment; what they would do later is left undone.

        A step that is refused ends everything: the exception of `send` comes through.
        """
        for number, life in enumerate(lives):
            self._begin(number, life)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while self._waiting and self._waiting[0].next.at <= until:
                moment = self._waiting[0].next.at
                group = self._of(moment)
                self._move(moment)
                for played, sent in pool.map(self._live, group, repeat(moment)):
                    self.requests += sent
                    if played is not None:
                        heapq.heappush(self._waiting, played)
        self._move(until)

    def _move(self, moment: datetime) -> None:
        """Move the clock, unless it was moved there already: it runs on, and never goes back."""
        if moment != self._now:
            self.go_to(moment)
            self._now = moment
            self.moments += 1

    def _of(self, moment: datetime) -> list[_Playing]:
        group: list[_Playing] = []
        while self._waiting and self._waiting[0].next.at == moment:
            group.append(heapq.heappop(self._waiting))
        return group

    def _live(self, one: _Playing, moment: datetime) -> tuple[_Playing | None, int]:
        """Let one life do all that it does at a moment; it, unless it is over, and how much it sent."""
        sent = 0
        step = one.next
        while step.at <= moment:
            if step.at < moment:
                raise ValueError(f"a life goes back in time, to {step.at.isoformat()}")
            answer: Json = {}
            if isinstance(step, Ask):
                answer = self.send(step)
                sent += 1
            try:
                step = one.life.send(answer)
            except StopIteration:
                return None, sent
        return _Playing(one.number, one.life, step), sent

    def _begin(self, number: int, life: Life) -> None:
        first = next(life, None)
        if first is not None:
            heapq.heappush(self._waiting, _Playing(number, life, first))
