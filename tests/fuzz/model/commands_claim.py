"""Everything else that is said of a claim: when it is refused, and what it changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from tests.fuzz.model.commands_money import is_insured, is_open, is_undecided, knows, pay, was_open
from tests.fuzz.model.documents import after_a_request, required
from tests.fuzz.model.money import balance, finished, held, outstanding, recovered, shared_room, status
from tests.fuzz.model.state import Arrived, Asked, Count, Decision, Direct, Refused, Scene, Told, standing

SMALL = 1_000_000
"""Ten thousand yuan: up to this a claim is small (SZ-20 (5))."""
SKEW = timedelta(seconds=60)


def receive(scene: Scene) -> None:
    """The report reaches the insurer."""
    claim = scene.claim
    is_open(claim)
    if claim.insurer_at is not None:
        raise Refused("already-received")
    if claim.broker_at is not None and scene.at < claim.broker_at:
        raise Refused("invalid")
    claim.insurer_at = scene.at


def request_claim(scene: Scene, amount: int | None) -> None:
    """Somebody claims."""
    claim = scene.claim
    is_open(claim)
    if claim.requested_at is not None and not claim.by_documents and claim.requested_at <= scene.at:
        raise Refused("already-requested")
    claim.requested_at = min(scene.at, claim.requested_at or scene.at)
    claim.by_documents = False
    if amount is not None:
        claim.sums.append((scene.at, amount))


def intake(scene: Scene, coverage: str, missing: frozenset[str]) -> None:
    """The client is told cover and documents."""
    was_open(scene)
    scene.claim.told.append(Told(scene.at, coverage, missing, scene.claim.round))


def victim(scene: Scene, victim_id: UUID) -> None:
    """A victim becomes known."""
    was_open(scene)
    scene.claim.victims.append(victim_id)


def casualties(scene: Scene, deaths: int, surgeries: int, injuries: int) -> None:
    """The count of persons harmed."""
    was_open(scene)
    scene.claim.counts.append(Count(scene.at, deaths, surgeries, injuries))


def authorities(scene: Scene) -> None:
    """The authorities are told of the accident."""
    was_open(scene)
    scene.claim.notices.append(scene.at)


def survey(scene: Scene) -> None:
    """A surveyor is on site."""
    was_open(scene)
    scene.claim.surveys.append(scene.at)


def outcome(scene: Scene) -> None:
    """The outcome is reported in writing."""
    if not finished(scene.claim):
        raise Refused("outcome-not-known")
    scene.claim.outcomes.append(scene.at)


def ask_documents(scene: Scene, codes: frozenset[str], reached_at: datetime, new_facts: bool) -> None:
    """The client is asked for documents; what is added to an earlier request without new facts breaks the rule."""
    claim = scene.claim
    was_open(scene)
    if reached_at > scene.now + SKEW or reached_at < claim.accident_at or reached_at < scene.at:
        raise Refused("invalid")
    again = any(each.round == claim.round for each in claim.asked)
    broken = again and bool(codes - required(claim, claim.asked)) and not new_facts
    claim.asked.append(Asked(scene.at, codes, reached_at, broken, claim.round))
    after_a_request(claim)


def documents(scene: Scene, codes: frozenset[str], complete: bool) -> None:
    """Documents come."""
    claim = scene.claim
    was_open(scene)
    if not codes and not (complete and any(arrival.codes for arrival in claim.arrived)):
        raise Refused("invalid")
    claim.arrived.append(Arrived(scene.at, codes, complete, claim.round))


def loss(scene: Scene, amount: int) -> None:
    """The loss is determined."""
    is_open(scene.claim)
    is_undecided(scene.claim)
    scene.claim.losses.append((scene.at, amount))
    scene.claim.sums.append((scene.at, amount))


def progress(scene: Scene) -> None:
    """The client is told that it takes longer; what was said before the decision may be recorded behind it."""
    claim = scene.claim
    was_open(scene)
    if claim.decision is not None and scene.at > claim.decision.at:
        raise Refused("claim-already-decided")
    claim.progress.append(scene.at)


def decide(scene: Scene, outcome_: str, amount: int, told_at: datetime | None) -> None:
    """The claim is decided: capped by what the limits leave beside what it holds already."""
    claim = scene.claim
    is_open(claim)
    is_undecided(claim)
    if told_at is not None and (told_at > scene.now + SKEW or told_at < scene.at):
        raise Refused("invalid")
    if outcome_ == "approved":
        room = shared_room(scene.policy, claim) + held(claim) - recovered(claim)
        if room <= 0:
            raise Refused("limit-used-up")
        amount = min(amount, room)
    claim.decision = Decision(scene.at, outcome_, amount, told_at)


def _about(scene: Scene) -> int | None:
    """Return which round before, as its place in the list, a notice is about; None for the present one."""
    claim = scene.claim
    if claim.decision is not None and claim.decision.at <= scene.at:
        return None
    for place in reversed(range(len(claim.before))):
        _, ended_at, decision, _ = claim.before[place]
        if decision.at <= scene.at < ended_at:
            return place
    return None


def tell(scene: Scene) -> None:
    """The client is told the decision, that of a round before too if it was told then."""
    place = _about(scene)
    if place is not None:
        number, ended_at, made, notified_at = scene.claim.before[place]
        if made.told_at is not None:
            raise Refused("already-told")
        scene.claim.before[place] = (number, ended_at, replace(made, told_at=scene.at), notified_at)
        return
    decision = scene.claim.decision
    if decision is None:
        raise Refused("not-decided")
    if decision.told_at is not None:
        raise Refused("already-told")
    if scene.at < decision.at:
        raise Refused("invalid")
    scene.claim.decision = replace(decision, told_at=scene.at)


def notify_rejection(scene: Scene) -> None:
    """The notice of the rejection is sent, that of a round before too if it was sent then."""
    place = _about(scene)
    if place is not None:
        number, ended_at, made, notified_at = scene.claim.before[place]
        if made.outcome != "rejected":
            raise Refused("not-rejected")
        if notified_at is not None:
            raise Refused("already-notified")
        scene.claim.before[place] = (number, ended_at, made, scene.at)
        return
    decision = scene.claim.decision
    if decision is None or decision.outcome != "rejected":
        raise Refused("not-rejected")
    if scene.claim.rejection_told_at is not None:
        raise Refused("already-notified")
    if scene.at < decision.at:
        raise Refused("invalid")
    scene.claim.rejection_told_at = scene.at


def agree(scene: Scene, amount: int, confirmed: bool) -> None:
    """The agreement is signed."""
    claim = scene.claim
    is_open(claim)
    if claim.decision is None or claim.decision.outcome != "approved":
        raise Refused("not-approved")
    if claim.agreed is not None:
        raise Refused("already-settled")
    if not confirmed:
        raise Refused("no-client-confirmation")
    if scene.at < claim.decision.at:
        raise Refused("invalid")
    if amount > claim.decision.amount:
        raise Refused("settlement-above-decided")
    claim.agreed = (scene.at, amount)


def settle_fast(scene: Scene, payment_id: UUID, amount: int, payee: tuple[str, UUID | None], proof: bool) -> None:
    """A small claim is decided, agreed and paid in one step."""
    claim = scene.claim
    is_open(claim)
    is_undecided(claim)
    is_insured(claim)
    if claim.complete_at is None:
        raise Refused("documents-not-complete")
    little = standing((at, total <= SMALL) for at, total in claim.sums or [(scene.at, amount)])
    nobody_dead = standing((each.at, not each.deaths) for each in claim.counts)
    if little is None or nobody_dead is None or claim.requested_at is None or amount > SMALL:
        raise Refused("not-a-small-claim")
    decide(scene, "approved", amount, scene.at)
    agree(scene, claim.decision.amount if claim.decision else 0, confirmed=True)
    if not balance(claim):
        raise Refused("invalid")
    pay(scene, payment_id, balance(claim), payee, proof)


def ask_directly(scene: Scene, request_id: UUID, by: str, whom: UUID, amount: int) -> None:
    """Somebody asks that a victim be paid directly."""
    is_open(scene.claim)
    knows(scene.claim, whom)
    scene.claim.directs[request_id] = Direct(by, whom, amount, scene.at, scene.claim.round)


def answer_directly(scene: Scene, request_id: UUID, outcome_: str) -> None:
    """The insurer accepts such a request or refuses it."""
    is_open(scene.claim)
    request = scene.claim.directs.get(request_id)
    if request is None:
        raise Refused("unknown")
    if request.outcome is not None:
        raise Refused("direct-payment-already-decided")
    if scene.at < request.at:
        raise Refused("invalid")
    scene.claim.directs[request_id] = replace(request, outcome=outcome_, decided_at=scene.at)


def withdraw(scene: Scene) -> None:
    """The client no longer claims."""
    is_open(scene.claim)
    if status(scene.claim) in {"rejected", "settled", "paid"}:
        raise Refused("claim-already-settled")
    scene.claim.withdrawn_at = scene.at


def close(scene: Scene) -> None:
    """Nothing is left to do."""
    is_open(scene.claim)
    if status(scene.claim) not in {"paid", "rejected"}:
        raise Refused("claim-not-finished")
    scene.claim.closed_at = scene.at


def reopen(scene: Scene) -> None:
    """The claim goes on in a new round; what was asked for in advance and not paid ends with the old one."""
    claim = scene.claim
    if not finished(claim):
        raise Refused("claim-still-open")
    ends = (claim.closed_at, claim.withdrawn_at, claim.decision.at if claim.decision else None)
    if any(end is not None and scene.at < end for end in ends):
        raise Refused("invalid")
    for advance_id, advance in claim.advances.items():
        if not advance.ended and (advance.amount is None or outstanding(claim, advance)):
            claim.advances[advance_id] = replace(advance, withdrawn_at=scene.at)
    if claim.decision is not None:
        claim.before.append((claim.round, scene.at, claim.decision, claim.rejection_told_at))
    claim.round += 1
    claim.reopened_at = claim.requested_at = scene.at
    claim.by_documents = False
    claim.complete_at = None if claim.complete_at is None else scene.at
    claim.progress = []
    claim.decision = claim.agreed = claim.rejection_told_at = claim.withdrawn_at = claim.closed_at = None
