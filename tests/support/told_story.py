"""A claim's story as its log holds it: when each act happened, when it was recorded, and the watch's word."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tests.support.story import Story, at, ident, rulebooks

from claims.application.calls import ClockLevel, Standing
from claims.application.recorded import Basis, Recorded
from claims.domain.claim.decide import Command
from claims.domain.clock import Clock
from claims.domain.clock_events import BreachWithdrawn, ClockBreached, ClockEvent
from claims.event_store.names import EVENT_TYPES

NAMES = {known.cls: name for name, known in EVENT_TYPES.items()}
TENANT = "picc-sz"


@dataclass
class ToldStory:
    """A story that keeps what was recorded."""

    story: Story = field(default_factory=Story)
    recorded: list[Recorded] = field(default_factory=list)
    levels: dict[UUID, ClockLevel] = field(default_factory=dict)

    def when(self, command: Command, *, recorded: str | None = None) -> "ToldStory":
        """Record a command as it happens, or later."""
        self.story.when(command, recorded=recorded)
        known = at(recorded) if recorded else command.occurred_at + timedelta(seconds=1)
        cause = ident(f"command {len(self.recorded)}")
        for fact in self.story.last.claim:
            self._keep(self.story.claim.claim_id, fact, command.occurred_at, known, "insurer:core-system", cause)
        return self

    def breached(self, rule: str) -> "ToldStory":
        """The watch says that a clock was breached, at its mark."""
        clock = self.story.clock(rule)
        marked = clock.marks[3]
        self._said(clock, ClockBreached, 4, marked)
        self.levels[clock.clock_id] = ClockLevel(4, None, marked)
        return self

    def withdrawn(self, rule: str, when: str) -> "ToldStory":
        """The watch takes a breach back."""
        clock = self.story.clock(rule)
        self._said(clock, BreachWithdrawn, 0, at(when))
        self.levels[clock.clock_id] = ClockLevel(0, at(when), clock.marks[3])
        return self

    def standing(self, now: str) -> Standing:
        """Return the claim as it stands."""
        return Standing(TENANT, self.story.claim, self.story.ledger, at(now), self.levels)

    def _said(self, clock: Clock, kind: type[ClockEvent], level: int, when: datetime) -> None:
        subject = self.story.claim.claim_id
        said = kind(subject, "claim", clock.rule, level, True, clock.due_at, clock.tier, clock.responsible)
        self._keep(clock.clock_id, said, when, when, "sla-watch", None)

    def _keep(
        self, stream: UUID, event: object, happened: datetime, recorded: datetime, actor: str, cause: UUID | None
    ) -> None:
        version = 1 + sum(each.stream_id == stream for each in self.recorded)
        basis = Basis(tuple(rulebooks()), 1)
        self.recorded.append(
            Recorded(
                NAMES[type(event)], event, basis, TENANT, stream, version, happened, recorded, actor, "test", cause, b""
            )
        )
