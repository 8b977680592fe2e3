"""One number chooses the details of a command: mostly what can be, often on an edge, sometimes what cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from tests.fuzz.model.state import Claim, Policy

from claims.domain.claim.events import Payee

T = TypeVar("T")

NAMES = UUID("00000000-0000-5000-8000-0000000000f0")
NOBODY = uuid5(NAMES, "nobody")
EDGES = (1, 99, 1_000_000, 1_000_001, 10_000_000, 10_000_001, 50_000_000, 50_000_001, 100_000_000, 100_000_001)
"""In fen: where brackets and the small claim end, and one fen more."""
LARGE = (200_000_000, 200_000_001, 400_000_000, 123_456_789)


@dataclass(slots=True)
class Hand:
    """What a command is made with: the claim as the model knows it, a moment, and a number to choose by."""

    policy: Policy
    claim: Claim
    at: datetime
    now: datetime
    new_id: UUID
    number: int

    def turn(self, sides: int) -> int:
        """Return one of so many sides."""
        self.number, side = divmod(self.number, sides)
        return side

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.turn(len(options))]

    def known(self, ids: Any) -> UUID:
        """Return one of the ids, the youngest first; rarely one that nobody knows."""
        here = list(ids)[::-1]
        return here[self.turn(len(here))] if here and self.turn(24) != 23 else NOBODY

    def amount(self, base: int) -> int:
        """Return an amount, in fen: of the base the whole, a fen more or less, a part; or an edge."""
        base = max(1, base)
        kind = self.turn(12)
        if kind < 4:
            return base
        if kind < 6:
            return base + 1 if kind == 4 else max(1, base - 1)
        if kind < 9:
            return 1 + base * self.turn(10) // 10
        return self.one_of(EDGES if kind < 11 else LARGE)

    def payee(self, parties: tuple[str, ...] = ("victim", "victim", "hospital", "insured", "heirs", "other")) -> Payee:
        """Return whom money goes to."""
        party = self.one_of(parties) if self.claim.victims else self.one_of(("hospital", "insured", "other"))
        named = party in {"victim", "heirs"} and self.turn(16) != 15
        return Payee(party, self.known(self.claim.victims) if named else None)

    def proof(self) -> str | None:
        """Return the proof that the victim was paid, mostly."""
        return None if self.turn(6) == 5 else "收条"
