"""Whatever is commanded, in whatever order and however late: money, ledger and clocks keep their word."""

from datetime import datetime
from itertools import pairwise

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.support.acts import casualties
from tests.support.histories import CLAIMS, World, reported
from tests.support.moves import VICTIMS, Move, history, medical_history

from claims.domain.claim import money
from claims.domain.claim.advances import unborne_deductible
from claims.domain.claim.clocks import clock_facts
from claims.domain.claim.promises import follow
from claims.domain.claim.state import Claim
from claims.domain.claim.then import as_of
from claims.domain.clock import Clock

AGGREGATE = 1_500

bounded = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def paid_of_kind(claim: Claim, kind: str) -> int:
    of_kind = (advance_id for advance_id, advance in claim.advances.items() if advance.kind == kind)
    return sum(money.paid_of(claim, advance_id) for advance_id in of_kind)


def promised_of_kind(claim: Claim, kind: str) -> int:
    owed = [(a.amount or 0) for a in claim.advances.values() if a.kind == kind and not a.ended]
    ended = [money.paid_of(claim, a.advance_id) for a in claim.advances.values() if a.kind == kind and a.ended]
    return sum(owed) + sum(ended)


def paid_to(claim: Claim, victim: object) -> int:
    live = (p for p in claim.payments.values() if p.failed_at is None)
    return sum(payment.amount for payment in live if payment.payee.victim_id == victim)


def the_limits_hold(world: World) -> None:
    limits, ledger = world.limits, world.ledger
    for claim in world.claims.values():
        assert money.paid(claim) <= ledger.held(claim.claim_id) <= limits.per_accident
        for kind, limit in (("rescue", limits.rescue), ("medical", limits.medical)):
            assert paid_of_kind(claim, kind) <= promised_of_kind(claim, kind) <= limit
            assert ledger.held(claim.claim_id, kind) <= limit
        for victim in VICTIMS:
            assert paid_to(claim, victim) <= money.received(claim, victim) <= limits.per_person
    assert all(entry.amount >= 0 for entry in ledger.entries.values())
    if limits.aggregate is not None:
        assert ledger.held_by_all() <= limits.aggregate


def no_more_than_the_indemnity_is_paid(world: World) -> None:
    for claim in world.claims.values():
        worth = money.indemnity(claim)
        if worth is None:
            assert claim.round > 1 or money.paid_of(claim, None) == 0
            continue
        kept = money.paid(claim) - money.recovered(claim)
        assert claim.round > 1 or kept <= max(worth, money.advanced(claim))
        assert money.balance(claim) == max(0, worth - kept)


def what_was_decided_bounds_what_is_paid_from_then_on(before: Claim, after: Claim, paid_at: datetime) -> None:
    """More than the indemnity is paid only by advances that were paid before it was known."""
    worth = money.indemnity(as_of(after, paid_at))
    if worth is not None and money.paid(after) > money.paid(before):
        assert money.paid(after) - money.recovered(after) <= worth


def every_advance_is_worth_something(world: World) -> None:
    for claim in world.claims.values():
        for advance in claim.advances.values():
            if advance.amount is not None:
                assert advance.amount > 0
                assert all(share.amount > 0 for share in advance.shares)
                assert sum(share.amount for share in advance.shares) <= advance.amount
                assert money.paid_of(claim, advance.advance_id) <= advance.amount


PAUSED = "IL-23a"
"""The one rule whose time can stop."""


def the_deductible_is_borne_once(world: World) -> None:
    """Whatever ended unpaid: an advance that still awaits money does so less the deductible."""
    for claim in world.claims.values():
        medical = [a for a in claim.advances.values() if a.kind == "medical" and a.amount is not None]
        if any(money.outstanding(claim, advance) for advance in medical) and not money.finished(claim):
            assert unborne_deductible(claim) == 0
        for advance in medical:
            assert (advance.amount or 0) + advance.deductible <= (advance.asked or 0)


def no_fact_precedes_what_it_follows(world: World) -> None:
    for claim in world.claims.values():
        for advance in claim.advances.values():
            ends = (advance.payable_at, advance.refused_at, advance.withdrawn_at)
            paid = (p.paid_at for p in money.live_payments(claim, advance.advance_id))
            assert all(advance.requested_at <= at for at in (*ends, *paid) if at is not None)


def clocks_are_sound(before: Clock | None, after: Clock) -> None:
    assert len(after.marks) == 6
    assert all(earlier <= later for earlier, later in pairwise(after.marks))
    assert (after.ended_at is None) == (after.ended_as is None)
    if before is not None:
        assert after.due_at <= before.due_at or after.rule == PAUSED, "a running clock is never lengthened"
        assert after.started_at <= before.started_at
        assert after.generation == before.generation + (after.due_at != before.due_at)


def nothing_is_left_to_follow(world: World) -> None:
    """Deciding the consequences again says nothing new: clocks and ledger are where the claim calls for them."""
    for claim in world.claims.values():
        assert follow(claim, world.ledger) == ()
        assert clock_facts(claim, world.terms()) == ()


def play(world: World, moves: list[Move]) -> World:
    stored = 0
    for move in moves:
        before, paid_at = dict(world.claims), world.now + move.after - move.late
        if not world.make(move):
            continue
        stored += 1
        the_limits_hold(world)
        no_more_than_the_indemnity_is_paid(world)
        every_advance_is_worth_something(world)
        the_deductible_is_borne_once(world)
        no_fact_precedes_what_it_follows(world)
        nothing_is_left_to_follow(world)
        for claim_id, claim in world.claims.items():
            what_was_decided_bounds_what_is_paid_from_then_on(before[claim_id], claim, paid_at)
            for clock in claim.clocks.values():
                clocks_are_sound(before[claim_id].clocks.get(clock.clock_id), clock)
    for claim in world.claims.values():
        event(f"a claim came as far as {money.status(claim)}")
    event("most moves were stored" if 2 * stored >= len(moves) else "most moves were refused")
    return world


@bounded
@given(st.integers(0, 2**32), st.sampled_from([None, AGGREGATE]))
def test_no_history_promises_or_pays_beyond_a_limit_and_a_refold_finds_the_same(
    seed: int, aggregate: int | None
) -> None:
    world = play(reported(aggregate), history(seed))
    claims, ledger = world.refolded()
    assert claims == world.claims
    assert ledger == world.ledger


@bounded
@given(st.integers(0, 2**32))
def test_whatever_becomes_of_medical_advances_the_deductible_is_borne_once(seed: int) -> None:
    world: World = reported(None)
    assert world.attempt(CLAIMS[0], casualties("2026-03-02 10:00", deaths=1, surgeries=3))
    play(world, medical_history(seed))
    if any("deductible_moved" in advance.flags for advance in world.claims[CLAIMS[0]].advances.values()):
        event("the deductible moved")


_WITHOUT_MONEY = frozenset(
    {"claim", "intake", "casualties", "request documents", "receive documents", "progress", "survey", "determine"}
)


@settings(bounded, max_examples=40)
@given(st.integers(0, 2**32), st.booleans())
def test_a_merge_moves_no_yuan_lengthens_no_clock_and_leaves_nothing_running(seed: int, forth: bool) -> None:
    duplicate, survivor = CLAIMS if forth else CLAIMS[::-1]
    number = CLAIMS.index(duplicate)
    world = play(reported(None), [m for m in history(seed) if m.on != number or m.what in _WITHOUT_MONEY])
    before, held = world.claims[survivor], world.ledger.held_by_all()
    if not world.merge(duplicate, survivor):
        event("the merge was refused")
        return
    event("the merge was stored")
    assert not any(clock.running for clock in world.claims[duplicate].clocks.values())
    assert world.ledger.held_by_all() == world.ledger.held(survivor) == held
    the_limits_hold(world)
    nothing_is_left_to_follow(world)
    for clock in world.claims[survivor].clocks.values():
        clocks_are_sound(before.clocks.get(clock.clock_id), clock)
    claims, ledger = world.refolded()
    assert (claims, ledger) == (world.claims, world.ledger)
