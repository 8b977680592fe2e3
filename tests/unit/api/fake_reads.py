"""Reads of the past, explanations and a feed, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from tests.support.story import calendar, rulebooks

from claims.application.calls import NotFound, Standing
from claims.application.explanations import Explanations
from claims.application.history import Moment
from claims.application.pages import BadCursor, Followed
from claims.application.recorded import Recorded
from claims.application.rows import Position, Scope
from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar


@dataclass
class FakePast:
    """A past in which everything was as it is now; `asked` holds the moments that it was asked for."""

    application: Any
    asked: list[Moment] = field(default_factory=list)

    async def claim(self, scope: Scope, claim_id: UUID, moment: Moment) -> Standing:
        self.asked.append(moment)
        standing: Standing = await self.application.claim(scope, claim_id)
        if moment.as_of is not None and moment.as_of < standing.claim.known_accident.occurred_at:
            raise NotFound("claim", str(claim_id))
        return standing


@dataclass
class FakeFeed:
    """A log in a list, the same for everybody; `reads` holds who read from where."""

    log: list[Recorded]
    reads: list[tuple[Scope, str | None]] = field(default_factory=list)
    fails_with: Exception | None = None

    async def followed(self, scope: Scope, after: str | None, limit: int) -> tuple[tuple[Followed, ...], str | None]:
        if after is not None and not after.isdigit():
            raise BadCursor(after)
        self.reads.append((scope, after))
        start = int(after or 0)
        part = self.log[start : start + limit]
        found = tuple(
            Followed(Position(0, 0, number), str(number), each) for number, each in enumerate(part, start + 1)
        )
        return found, str(start + len(part))

    async def head(self) -> Position:
        if self.fails_with is not None:
            raise self.fails_with
        return Position(0, 0, len(self.log))


@dataclass(frozen=True)
class FakeReference:
    """The rulebooks and the calendar of this release, in one version."""

    rulebooks: Mapping[str, Rulebook] = field(default_factory=lambda: MappingProxyType(dict(rulebooks())))

    @property
    def calendar(self) -> Calendar:
        return calendar()

    async def version(self, version: int) -> Calendar:
        assert version == calendar().version
        return calendar()


def explanations(application: Any) -> Explanations:
    """Return explanations of the application's clocks."""
    return Explanations(FakeReference(), FakeReference(), application)
