"""Compliance as its page shows it: each rate with its numerator and denominator, and where a click on it leads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias
from urllib.parse import urlencode

from claims.application.reporting import Selection
from claims.dashboard.regions import region_name
from claims.dashboard.texts import Words
from claims.domain.reporting.compliance import ClockCount, Tally, tallied, total
from claims.domain.reporting.periods import Period, read_period
from claims.domain.rulebook import Obligation, Rulebook, region_covers

METER = 100
"""Units of a bar that is drawn for a rate: its whole length."""

_NOT: Mapping[str, str] = {}
"""Narrowed by nothing more."""

Known: TypeAlias = Mapping[str, tuple[Rulebook, Obligation]]


@dataclass(frozen=True, slots=True)
class Rate:
    """A compliance rate and what it is made of."""

    tally: Tally
    breaches: str | None
    """The address of what was not met in time behind it; None where the list of breaches cannot be narrowed to it."""

    @property
    def percent(self) -> str | None:
        """Return it in percent, rounded down; None if there is nothing to divide by."""
        return self.tally.rate.percent

    @property
    def length(self) -> int:
        """Return how long its bar is, of METER."""
        value = self.tally.rate.value
        return 0 if value is None else int(value * METER)

    @property
    def late(self) -> int:
        """Return how many were not met in time."""
        return self.tally.met_late + self.tally.overdue


@dataclass(frozen=True, slots=True)
class Row:
    """The rate of one rule, insurer, region or month."""

    code: str
    name: str
    rate: Rate
    targets: Rate | None = None
    """Of what stays inside the insurer; None where it is not shown."""
    about: str = ""
    """What else is said of it: of a rule its citation."""
    responsible: str = ""
    address: str | None = None
    """Where its name leads: of a rule, to its text."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind, as the page lists them."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Compliance:
    """What became of the clocks that were due in the period."""

    limits: Rate
    targets: Rate | None
    """None for who may not see what stays inside the insurer."""
    tables: tuple[Table, ...]
    """Limits by rule, insurer and region."""
    target_rules: tuple[Row, ...]
    months: tuple[Row, ...]
    """The trend: every month of it, also one in which nothing was due."""


class Reading:
    """Makes the figures of a selection readable in a language."""

    def __init__(self, wanted: Selection, rulebooks: Mapping[str, Rulebook], words: Words, *, targets: bool) -> None:
        """Take what was asked for; `targets` says whether the reader may see what stays inside the insurer."""
        self._wanted = wanted
        self._words = words
        self._targets = targets
        self._known = known_rules(rulebooks)

    def view(self, counts: Sequence[ClockCount], trend: Period) -> Compliance:
        """Return the page's figures; `counts` cover the period and the trend, of which each takes its own."""
        inside = tuple(each for each in counts if self._wanted.period.holds(each.month))
        limits = tuple(each for each in inside if each.is_of_a_breach)
        by_rule = _by_need(self._rule(*found) for found in _by_rule(limits))
        targets = (each for each in inside if not each.is_of_a_breach)
        return Compliance(
            limits=self._rate(total(limits)),
            targets=self._targets_of(inside),
            tables=(
                Table("rule", by_rule),
                Table("insurer", self._insurers(inside)),
                Table("region", self._grouped(inside, "region", lambda each: each.region)),
            ),
            target_rules=_by_need(self._rule(*found) for found in _by_rule(targets)) if self._targets else (),
            months=tuple(self._month(each, counts) for each in trend.months()),
        )

    def league(self, counts: Sequence[ClockCount]) -> tuple[Row, ...]:
        """Return the insurers by what they owe, the best rate in front; who has none comes last."""
        return tuple(sorted(self._insurers(counts), key=_rank))

    def _insurers(self, counts: Iterable[ClockCount]) -> tuple[Row, ...]:
        """Brokers' misses are none of an insurer's."""
        own = tuple(each for each in counts if each.responsible == "insurer")
        return self._grouped(own, "insurer", lambda each: each.tenant)

    def _grouped(self, counts: Sequence[ClockCount], name: str, key: Callable[[ClockCount], str]) -> tuple[Row, ...]:
        groups: dict[str, list[ClockCount]] = {}
        for each in counts:
            groups.setdefault(key(each), []).append(each)
        return _by_need(
            Row(
                code,
                region_name(code, self._words) if name == "region" else code,
                self._of_group(total(each for each in found if each.is_of_a_breach), name, code, groups),
                self._targets_of(found),
            )
            for code, found in groups.items()
        )

    def _of_group(self, tally: Tally, name: str, code: str, groups: Iterable[str]) -> Rate:
        """A region covers those below it: where these have rows of their own, its breaches are not its row's alone."""
        rate = self._rate(tally, {name: code})
        is_wider = name == "region" and any(each != code and region_covers(code, each) for each in groups)
        return replace(rate, breaches=None) if is_wider else rate

    def _rule(self, rule: str, tier: str, responsible: str, tally: Tally) -> Row:
        more = {"tier": "target"} if tier == "target" else {}
        rate = self._rate(tally, {"rule": rule, **more})
        if rule not in self._known:
            return Row(rule, rule, rate, responsible=responsible)
        book, found = self._known[rule]
        return Row(
            rule,
            self._words.of(found.title_zh, found.title_en),
            rate,
            about=found.citation,
            responsible=responsible,
            address=f"/board/rulebooks/{book.reference}#{rule}",
        )

    def _month(self, month: date, counts: Iterable[ClockCount]) -> Row:
        name = f"{month:%Y-%m}"
        found = tuple(each for each in counts if each.month == month)
        period = read_period(name)
        limits = self._rate(total(each for each in found if each.is_of_a_breach), period=period)
        return Row(name, name, limits, self._targets_of(found, period))

    def _targets_of(self, counts: Iterable[ClockCount], period: Period | None = None) -> Rate | None:
        if not self._targets:
            return None
        return self._rate(total(each for each in counts if not each.is_of_a_breach), {"tier": "target"}, period)

    def _rate(self, tally: Tally, narrower: Mapping[str, str] = _NOT, period: Period | None = None) -> Rate:
        wanted = self._wanted
        chosen = {"insurer": wanted.insurer, "region": wanted.region, "rule": wanted.rule, **narrower}
        named = {name: value for name, value in chosen.items() if value is not None}
        query = urlencode({"period": (period or wanted.period).name, **named})
        return Rate(tally, f"/board/breaches?{query}")


def known_rules(rulebooks: Mapping[str, Rulebook]) -> Known:
    """Return each rule as the newest version of its rulebook has it."""
    books = sorted(rulebooks.values(), key=lambda book: (book.id, book.version))
    return {each.id: (book, each) for book in books for each in book.obligations}


def _by_rule(counts: Iterable[ClockCount]) -> Iterable[tuple[str, str, str, Tally]]:
    by_rule = tallied(counts, lambda each: (each.rule, each.tier, each.responsible))
    return ((*key, tally) for key, tally in by_rule.items())


def _by_need(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The one with most that was late comes first."""
    return tuple(sorted(rows, key=lambda row: (-row.rate.late, -row.rate.tally.due, row.code, row.responsible)))


def _rank(row: Row) -> tuple[bool, object, int, str]:
    value = row.rate.tally.rate.value
    return (value is None, -(value or 0), -row.rate.tally.rate.denominator, row.code)
