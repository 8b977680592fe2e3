"""A party and one of its series, told as a story: what is registered, and what a worker then finds to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from tests.support.story import at, calendar, rulebooks

from claims.application.subjects import PERIOD
from claims.domain.clock import Clock
from claims.domain.moments import to_shanghai
from claims.domain.party.party import Party, fold
from claims.domain.party.register import RegisterParty, register_party
from claims.domain.periodic.opening import SeriesKey, looked_at_next, next_step, series_of
from claims.domain.periodic.series import Series
from claims.domain.periodic.submit import SubmitReport, submit_report
from claims.domain.rulebook import Rulebook
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar


@dataclass
class Tale:
    """One party, one rule."""

    rule: str
    party: Party = field(default_factory=lambda: Party("p"))
    books: Mapping[str, Rulebook] = field(default_factory=rulebooks)
    days: Calendar = field(default_factory=calendar)
    series: Series = field(default_factory=lambda: Series(UUID(int=0)))

    def __post_init__(self) -> None:
        self.series = Series(self.key.series_id)

    @property
    def key(self) -> SeriesKey:
        """The series."""
        return next(each for each in series_of(self.party.code, self.books.values()) if each.rule == self.rule)

    def register(self, moment: str, *regions: str, kind: str = "insurer", active_from: date = date(2020, 1, 1)) -> None:
        """Say where the party is active from a moment on."""
        told = RegisterParty(at(moment), self.party.code, kind, regions, active_from)
        self.party = fold(self.party, ((event, told.occurred_at) for event in register_party(self.party, told)))

    def look(self, moment: str) -> list[tuple[str, str, str]]:
        """Let a worker record what there is by then: what, about which period, when it happened."""
        setting, found = self.setting(moment), []
        while (step := next_step(self.party, self.key, self.series, setting)) is not None:
            found.append((type(step.fact).__name__, step.fact.about, f"{to_shanghai(step.at):%Y-%m-%d %H:%M}"))
            opened = PERIOD.evolve(self.series, step.fact, step.at)
            self.series = PERIOD.folded(opened, PERIOD.following(opened, setting), step.at)
        return found

    def looked_at_next(self, moment: str) -> datetime:
        """When the worker looks again."""
        return looked_at_next(self.party, [self.key], self.setting(moment))

    def setting(self, moment: str) -> Setting:
        """Business time, the rulebooks, the calendar."""
        return Setting(at(moment), self.books, self.days)

    def clock(self, about: str) -> Clock:
        """The clock of a period."""
        return next(each for each in self.series.clocks.values() if each.scope == about)

    def submit(self, about: str, moment: str, recorded: str | None = None) -> Clock:
        """Hand in the report about a period."""
        clock = self.clock(about)
        setting = self.setting(recorded or moment)
        told = SubmitReport(at(moment), clock.clock_id, "2026-17", ("联席办",), None, None)
        after = PERIOD.folded(self.series, submit_report(self.series, told, setting), told.occurred_at)
        self.series = PERIOD.folded(after, PERIOD.following(after, setting), told.occurred_at)
        return self.clock(about)

    def with_rule(self, reference: str, **changes: object) -> None:
        """Change the rule in one version of its rulebook."""
        book = self.books[reference]
        rules = tuple(replace(each, **changes) if each.id == self.rule else each for each in book.obligations)  # type: ignore[arg-type]
        self.books = {**self.books, reference: replace(book, obligations=rules)}
