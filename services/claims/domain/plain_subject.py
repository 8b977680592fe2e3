"""A subject without rounds and parts: every obligation of its scope binds it as a whole, by a table of its moments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.clock import Clock
from claims.domain.clockwork import Duty
from claims.domain.milestones import Scope
from claims.domain.rulebook import EITHER, Rulebook, Tier


@dataclass(frozen=True, slots=True)
class PlainSubject:
    """What the clockwork sees of a complaint or a hazard, under its rulebooks."""

    subject_id: UUID
    scope: Scope
    party_kind: str
    """Insurer or broker: who owes what either can owe."""
    clocks: Mapping[UUID, Clock]
    rulebooks: tuple[Rulebook, ...]
    reached: Mapping[str, tuple[datetime, ...]]
    """When each milestone of the scope was reached, as often as it was; KeyError for a name that is not there."""

    @property
    def round(self) -> int:
        """Return 1: it is begun once."""
        return 1

    @property
    def round_since(self) -> datetime | None:
        """Return None: it is begun once."""
        return None

    @property
    def emergency(self) -> bool:
        """Return False: an emergency is an accident."""
        return False

    def duties(self) -> Iterator[Duty]:
        """Yield every obligation of the scope that runs a clock."""
        for book in self.rulebooks:
            for obligation in book.obligations:
                if obligation.scope == self.scope and obligation.tier is not Tier.KPI:
                    limit = obligation.limit_for(None)
                    yield Duty(
                        book.reference,
                        obligation,
                        "",
                        limit,
                        self._moment,
                        owed_by=self._owed_by(obligation.responsible),
                    )

    def _owed_by(self, responsible: str) -> str | None:
        return self.party_kind if responsible == EITHER else None

    def _moment(self, name: str, since: datetime | None) -> datetime | None:
        """Return the first time, of what can recur the first time since a moment."""
        return min((at for at in self.reached[name] if since is None or at >= since), default=None)
