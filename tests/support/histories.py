"""The world of random histories: two claims that share one policy, and everything that was stored about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from tests.support.moves import VICTIMS, Move, command
from tests.support.story import a_report, at, calendar, ident, policy, rulebooks

from claims.domain.claim.commands.intake import RegisterVictim
from claims.domain.claim.decide import Command, decide
from claims.domain.claim.events import Casualties
from claims.domain.claim.evolve import evolve, fold
from claims.domain.claim.merging import Merge, merge
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart
from claims.domain.policy.events import Limits, PolicyEvent
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.ledger import fold as fold_ledger

AnyWorld = TypeVar("AnyWorld", bound="World")

DEDUCTIBLE = 30
CLAIMS = (ident("claim 0"), ident("claim 1"))
START = at("2026-03-02 10:00")


def limits_with(aggregate: int | None) -> Limits:
    """Return limits, in fen, that a few moves use up."""
    return Limits(per_accident=1_000, per_person=300, rescue=400, medical=250, aggregate=aggregate)


@dataclass
class World:
    """Both claims and the ledger as they stand, and what they were folded from."""

    limits: Limits
    ledger: Ledger = field(default_factory=Ledger)
    claims: dict[UUID, Claim] = field(default_factory=lambda: {each: Claim(each) for each in CLAIMS})
    now: datetime = START
    told: dict[UUID, list[tuple[object, datetime]]] = field(default_factory=lambda: {each: [] for each in CLAIMS})
    recorded: list[PolicyEvent] = field(default_factory=list)
    moves: int = 0

    def terms(self) -> Terms:
        """Return what a decision needs, as of now."""
        return Terms(self.now, rulebooks(), calendar(), self.ledger)

    def make(self, move: Move) -> bool:
        """Let time pass and attempt the move; say whether it was stored."""
        self.now += move.after
        self.moves += 1
        claim = self.claims[CLAIMS[move.on]]
        return self.attempt(claim.claim_id, command(claim, move, self.now, ident(f"move {self.moves}")))

    def attempt(self, claim_id: UUID, wanted: Command) -> bool:
        """Decide a command and store what follows; any other error than a refusal is a bug."""
        try:
            decided = decide(self.claims[claim_id], wanted, self.terms())
        except (RuleViolation, InvalidFact, UnknownPart):
            return False
        assert decided == decide(self.claims[claim_id], wanted, self.terms()), "the same in gives the same out"
        self._store(claim_id, decided, wanted.occurred_at)
        return True

    def merge(self, duplicate: UUID, survivor: UUID) -> bool:
        """Merge the one claim into the other, as of now; say whether it was stored."""
        wanted = Merge(self.now, "重复报案")
        try:
            done = merge(self.claims[duplicate], self.claims[survivor], wanted, self.terms())
        except (RuleViolation, InvalidFact):
            return False
        self._store(duplicate, Decided(done.duplicate, done.policy), self.now)
        self._store(survivor, Decided(done.survivor), self.now)
        return True

    def refolded(self) -> tuple[dict[UUID, Claim], Ledger]:
        """Return both claims and the ledger out of what was stored, from nothing."""
        return {each: fold(Claim(each), self.told[each]) for each in CLAIMS}, fold_ledger(self.recorded)

    def _store(self, claim_id: UUID, decided: Decided, occurred_at: datetime) -> None:
        for fact in decided.claim:
            self.claims[claim_id] = evolve(self.claims[claim_id], fact, occurred_at)
            self.told[claim_id].append((fact, occurred_at))
        self.ledger = fold_ledger(decided.policy, self.ledger)
        self.recorded.extend(decided.policy)


def reported(aggregate: int | None, made: Callable[[Limits], AnyWorld] = World) -> AnyWorld:  # type: ignore[assignment]
    """Return a world in which both accidents and their victims are known; each has one dead and two in surgery."""
    world = made(limits_with(aggregate))
    stated = policy(limits=world.limits, medical_deductible=DEDUCTIBLE)
    for claim_id, accident in zip(CLAIMS, ("2026-03-02 09:00", "2026-03-02 09:30"), strict=True):
        wanted = a_report("2026-03-02 10:00", accident=accident, casualties=Casualties(1, 1, 2, 4), policy=stated)
        assert world.attempt(claim_id, wanted)
        for victim in VICTIMS:
            assert world.attempt(claim_id, RegisterVictim(world.now, victim, "某", None, None, "death", ()))
    return world
