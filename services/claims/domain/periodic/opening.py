"""Which reports a party comes to owe, and which it owes no longer, by what is registered and by the rulebooks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from claims.domain.moments import local_date, start_of
from claims.domain.party.party import Party, party_stream_id
from claims.domain.periodic.events import PeriodLapsed, PeriodOpened, PeriodReinstated, SeriesEvent
from claims.domain.periodic.series import Series, series_id
from claims.domain.periodic.windows import Window, window_of
from claims.domain.reporting.periods import months_after
from claims.domain.rulebook import EITHER, Obligation, Rulebook
from claims.domain.schedule import schedule
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar

_LOOKED_AHEAD = timedelta(days=400)
"""More than a year: every rule has a window that begins meanwhile."""
_EARLIEST = timedelta(days=62)
"""More than a clock is ever opened before its window begins."""


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What a party may owe by one rule of a text, whatever its version."""

    series_id: UUID
    rulebook: str
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a series, and when."""

    at: datetime
    fact: SeriesEvent


def series_of(code: str, rulebooks: Iterable[Rulebook]) -> tuple[SeriesKey, ...]:
    """Return every series that a party can have by the rulebooks, whatever its kind and regions."""
    stream = party_stream_id(code)
    rules = {(book.id, each.id) for book in rulebooks for each in book.obligations if each.periodic is not None}
    return tuple(SeriesKey(series_id(stream, *rule), *rule) for rule in sorted(rules))


def next_step(party: Party, key: SeriesKey, series: Series, setting: Setting) -> Step | None:
    """Return the first thing that happened to a series by now and is not recorded; None where nothing is left.

    Each window since the registration is opened once, however late; what was opened lapses when the party leaves the
    region and does not come back before somebody looks, and is owed again when it comes back.
    """
    if party.registered_at is None:
        return None
    last = series.last
    month = _first_of_month(party.registered_at) if last is None else months_after(last.window_begins_on, 1)
    opened = _owed_from(party, key, month, setting, setting.now + _EARLIEST)
    due = (step for step in opened if step.at <= setting.now)
    return next(due, None) or next(_moved(party, series), None)


def looked_at_next(party: Party, keys: Iterable[SeriesKey], setting: Setting) -> datetime:
    """Return the first moment behind now at which there may be something to open."""
    horizon = setting.now + _LOOKED_AHEAD
    coming = (_owed_from(party, key, _first_of_month(setting.now), setting, horizon) for key in keys)
    return min((step.at for steps in coming for step in steps if step.at > setting.now), default=horizon)


def _binds(obligation: Obligation, kind: str) -> bool:
    return obligation.periodic is not None and obligation.responsible in {kind, EITHER}


def _first_of_month(at: datetime) -> date:
    return local_date(at).replace(day=1)


def _owed_from(party: Party, key: SeriesKey, month: date, setting: Setting, until: datetime) -> Iterator[Step]:
    """Yield the opening of each window of a rule that begins from a month on, and is owed, in order."""
    while start_of(month) <= until:
        found = _applied(key, setting, start_of(month))
        window = None if found is None or found[1].periodic is None else window_of(found[1].periodic, month)
        if found is not None and window is not None and window.within.first == month:
            book, obligation = found
            if _binds(obligation, party.kind) and party.owes(book.region, window.begins_at):
                yield Step(_opens_at(window, setting.calendar), _opened(party, book, obligation, window))
        month = months_after(month, 1)


def _applied(key: SeriesKey, setting: Setting, at: datetime) -> tuple[Rulebook, Obligation] | None:
    """Return the newest version of the text that is applied at an instant, and its rule, if it has it."""
    versions = [each for each in setting.rulebooks.values() if each.id == key.rulebook and each.covers(each.region, at)]
    book = max(versions, key=lambda each: each.version, default=None)
    rule = None if book is None else next((each for each in book.obligations if each.id == key.rule), None)
    return None if book is None or rule is None else (book, rule)


def _opens_at(window: Window, calendar: Calendar) -> datetime:
    """Return when the clock of a window is opened: with the window, or with its warning where that comes earlier."""
    warned = schedule(window.begins_at, window.limit, calendar, emergency=False).marks[0]
    return min(window.begins_at, warned)


def _opened(party: Party, book: Rulebook, obligation: Obligation, window: Window) -> PeriodOpened:
    return PeriodOpened(
        party=party.code,
        party_kind=party.kind,
        rule=obligation.id,
        rulebook=book.reference,
        region=book.region,
        about=window.about.name,
        window=window.within.name,
        window_begins_on=window.within.first,
        due_date=window.due_date,
    )


def _moved(party: Party, series: Series) -> Iterator[Step]:
    """Yield what lapses because the party is away now, and what is owed again because it came back after a lapse."""
    for clock in series.clocks.values():
        owed = series.owed[clock.scope]
        moves = tuple(party.moves(owed.opened.region, owed.begins_at, owed.opened_at))
        if owed.lapsed_at is None:
            if clock.running and moves and not moves[-1].there:
                yield Step(moves[-1].at, PeriodLapsed(clock.scope))
        elif clock.ended_as == "cancelled":
            back = (move.at for move in moves if move.there and move.at > owed.lapsed_at)
            yield from (Step(at, PeriodReinstated(clock.scope)) for at in back)
