"""Whatever is commanded, in whatever order and however late: the claim can be read at every moment of its past."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.histories import CLAIMS, START, World, reported
from tests.support.moves import history

from claims.application.history import Moment, counting
from claims.application.recorded import Basis, Recorded
from claims.domain.claim import money
from claims.domain.claim.evolve import fold
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided
from claims.domain.clock_facts import ClockEnded, ClockReopened
from claims.domain.policy.ledger import fold as fold_ledger

POLICY = UUID(int=9)
AN_INSTANT = timedelta(microseconds=1)


@dataclass
class Remembering(World):
    """Keeps of every fact when it happened and when it was recorded."""

    log: list[Recorded] = field(default_factory=list)

    def _store(self, claim_id: UUID, decided: Decided, occurred_at: datetime) -> None:
        super()._store(claim_id, decided, occurred_at)
        for stream, facts in ((claim_id, decided.claim), (POLICY, decided.policy)):
            self.log += [self._recorded(stream, fact, occurred_at) for fact in facts]

    def _recorded(self, stream: UUID, fact: object, occurred_at: datetime) -> Recorded:
        version = sum(each.stream_id == stream for each in self.log) + 1
        basis = Basis((), 1)
        return Recorded("x", fact, basis, "t", stream, version, occurred_at, self.now, "a", "c", None, b"")

    def of(self, stream: UUID) -> list[Recorded]:
        return [each for each in self.log if each.stream_id == stream]


def played(seed: int) -> Remembering:
    world = reported(1_500, Remembering)
    for move in history(seed):
        world.make(move)
    return world


def at_moment(world: Remembering, moment: Moment) -> None:
    """Fold everything at a moment, and hold what must be so at any."""
    known = [each for each in world.log if moment.known(each)]
    ledger = fold_ledger(each.event for each in counting([e for e in known if e.stream_id == POLICY], moment))  # type: ignore[misc]
    assert all(entry.amount >= 0 for entry in ledger.entries.values())
    for claim_id in CLAIMS:
        counted = list(counting([each for each in known if each.stream_id == claim_id], moment))
        claim = fold(Claim(claim_id), ((each.event, each.occurred_at) for each in counted))
        if claim.policy is None:
            assert counted == []
            continue
        assert money.status(claim)
        assert money.paid(claim) <= money.paid(world.claims[claim_id]) + _bounced(world.claims[claim_id])
        assert claim.clocks.keys() <= world.claims[claim_id].clocks.keys()


def _bounced(claim: Claim) -> int:
    return sum(each.amount for each in claim.payments.values() if each.failed_at is not None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.integers(0, 2**32), st.data())
def test_every_moment_of_a_history_can_be_read(seed: int, data: st.DataObject) -> None:
    world = played(seed)
    occurred, recorded = ({each.occurred_at for each in world.log}, {each.recorded_at for each in world.log})
    for as_of in sorted(occurred):
        at_moment(world, Moment(as_of - AN_INSTANT))
        at_moment(world, Moment(as_of, data.draw(st.sampled_from(sorted(recorded)))))
    for known_at in sorted(recorded):
        at_moment(world, Moment(known_at=known_at))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.integers(0, 2**32))
def test_at_the_end_of_a_history_nothing_is_left_out(seed: int) -> None:
    world = played(seed)
    last = max(each.occurred_at for each in world.log) + timedelta(days=60)
    for stream in (*CLAIMS, POLICY):
        assert list(counting(world.of(stream), Moment(last, world.now))) == world.of(stream)


def test_a_late_fact_about_what_was_not_there_yet_moves_nothing() -> None:
    """A clock that was known already ends by a fact that happened before what started it."""
    clock, other = UUID(int=1), UUID(int=2)
    noon = START + timedelta(hours=2)
    story = [
        Recorded("x", event, Basis((), 1), "t", CLAIMS[0], version, at, noon, "a", "c", None, b"")
        for version, (event, at) in enumerate(
            [(ClockReopened(other), START), (ClockReopened(clock), noon), (ClockEnded(clock, START, "met"), START)], 1
        )
    ]
    assert list(counting(story, Moment(as_of=START))) == story[:1]
    assert list(counting(story, Moment(as_of=noon))) == story


def test_a_clock_ends_when_what_ends_it_happens() -> None:
    clock, later = UUID(int=1), START + timedelta(hours=2)
    started, ended = (
        Recorded("x", event, Basis((), 1), "t", CLAIMS[0], version, START, START, "a", "c", None, b"")
        for version, event in enumerate([ClockReopened(clock), ClockEnded(clock, later, "met")], 1)
    )
    assert list(counting([started, ended], Moment(as_of=later - AN_INSTANT))) == [started]
    assert list(counting([started, ended], Moment(as_of=later))) == [started, ended]
