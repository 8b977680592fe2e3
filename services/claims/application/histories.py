"""Stored rows to the states that decisions and answers need."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from claims.application.persons import KeyRing, KeyRings
from claims.application.ports import Codec
from claims.application.recorded import Recorded
from claims.application.rows import Loaded, Scope, StoredEventRow
from claims.domain.claim.evolve import fold as fold_claim
from claims.domain.claim.state import Claim
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.ledger import fold as fold_ledger


class Histories:
    """Decodes streams with the keys that came with them, and folds them."""

    def __init__(self, codec: Codec, rings: KeyRings) -> None:
        self.codec = codec
        self.rings = rings

    def ring_for(self, scope: Scope, tenant: str, loaded: Loaded) -> KeyRing:
        """Return the ring that the caller reads with; a broker writes to an insurer's claims but reads no person."""
        if scope.persons_of == tenant:
            return self.rings.ring(tenant, loaded.person_keys)
        return self.rings.blind()

    def decoded(self, rows: Sequence[StoredEventRow], ring: KeyRing, up_to: int | None = None) -> tuple[Recorded, ...]:
        """Return the typed events, up to a version if one is given."""
        return tuple(self.codec.decode(row, ring) for row in rows if up_to is None or row.version <= up_to)

    def claim(self, claim_id: UUID, history: Iterable[Recorded]) -> Claim:
        """Return the claim after these events."""
        return fold_claim(Claim(claim_id), ((recorded.event, recorded.occurred_at) for recorded in history))

    def ledger(self, history: Iterable[Recorded]) -> Ledger:
        """Return the policy's ledger after these events; a stream holds no other kind of event."""
        return fold_ledger(recorded.event for recorded in history)  # type: ignore[misc]
