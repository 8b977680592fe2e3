"""The regulation as data: who owes what, from when, within which limit, and who hears of a miss."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from claims.domain.milestones import Scope
from claims.domain.moments import local_date
from claims.domain.money import Fen

ADVANCE_KINDS: tuple[str, ...] = ("rescue", "death_indemnity", "medical", "determinable_part")

ACCIDENT_GRADES: tuple[str, ...] = ("general", "major", "serious", "extraordinary")
"""一般, 较大, 重大, 特别重大: from the mildest to the gravest."""


class Tier(StrEnum):
    """What a missed clock means."""

    STATUTORY = "statutory"
    """A law gives the number: a breach, which reaches the regulator."""
    SERVICE = "service"
    """A regulator's text gives the number: a breach, which reaches the regulator."""
    TARGET = "target"
    """The text says "promptly" or the insurer set the number: "missed", and stays inside the insurer."""
    KPI = "kpi"
    """Reported, without a clock."""
    INFORMATION = "information"
    """Shown only: its clock reaches no level and nobody is told."""


class Unit(StrEnum):
    """What a limit counts in."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    YEARS = "years"
    IMMEDIATELY = "immediately"
    """Due when it starts, so that it is breached there and then."""
    FIRST_DAYS = "first_days"
    """The first so many days, the starting day among them: the end is a date of the year, and gives way to nothing."""


class Every(StrEnum):
    """How often a report is due."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


EITHER = "insurer_or_broker"
Responsible: TypeAlias = Literal["insurer", "broker", "insurer_or_broker"]
"""The last: each party that is registered as either, or the one that a complaint or a hazard names."""

About: TypeAlias = Literal["period_before", "current_period"]
"""Which period a report is about: the one before that in which it is due, or that one itself."""
PolicyDays: TypeAlias = Literal["determination_days", "payment_days"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a period is: 10 working days, 24 hours."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Bracket:
    """The limit for amounts up to a sum in fen, that sum included; None: for all above the bracket before."""

    up_to: Fen | None
    limit: Limit


@dataclass(frozen=True, slots=True)
class Recipients:
    """The roles that hear of each level of a clock."""

    at_risk: tuple[str, ...]
    breached: tuple[str, ...]
    escalated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Periodic:
    """When a report that is owed again and again is due, and which period it is about."""

    every: Every
    about: About
    due_month: int
    """Of the period in which it is due: 1 is its first month."""
    due_day: int
    """Of that month."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One rule of the text that runs a clock."""

    id: str
    title_zh: str
    title_en: str
    citation: str
    tier: Tier
    responsible: Responsible
    scope: Scope
    advance_kind: str | None
    """Which kind of advance it is about; None unless the scope is an advance."""
    requested_by: str | None
    """Whose request for direct payment it is about; None unless the scope is one."""
    starts: tuple[str, ...]
    """ALL of these milestones must have happened; the clock starts at the latest of them."""
    met_by: tuple[str, ...]
    """Any of these milestones meets it."""
    extended_by: tuple[str, ...]
    """Any of these, before the end, ends it as extended."""
    cancelled_by: tuple[str, ...]
    """Any of these cancels it; a breach that stands already stays."""
    paused_by: tuple[str, ...]
    """Time that is not counted, by the names of what lasts."""
    policy_days: PolicyDays | None
    """The term of the policy that stands in for the limit, in calendar days, where the policy has it."""
    brackets: tuple[Bracket, ...]
    """Empty for what has no clock, and for what is due on a date."""
    recipients: Recipients
    periodic: Periodic | None = None
    """None unless the scope is a period."""
    recipients_of_broker: Recipients | None = None
    """Who hears where a broker is the one that owes; None unless either can."""

    def heard_by(self, responsible: str) -> Recipients:
        """Return the roles that hear of each level, by who owes the clock."""
        if responsible == "broker" and self.recipients_of_broker is not None:
            return self.recipients_of_broker
        return self.recipients

    def limit_for(self, amount: Fen | None) -> Limit:
        """Return the limit for an amount in fen.

        "Within" and "above" both include the number (Civil Code art. 1259), so that an amount on the edge stands in
        both brackets: the SHORTER one is taken. ValueError if the limit goes by the amount and there is none.
        """
        if amount is None:
            if len(self.brackets) > 1:
                raise ValueError(f"{self.id}: the limit goes by the amount, and none is given")
            return self.brackets[-1].limit
        return next(each.limit for each in self.brackets if each.up_to is None or amount <= each.up_to)


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody whom the texts name; who holds the role is a subscription of the notifications service."""

    name_zh: str
    name_en: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The figures of the text that are no limits of time."""

    rescue_minimum_percent: int
    """Of the policy's rescue limit per accident: a rescue advance should not be lower."""
    death_advance_percent: int
    """Of the determined loss."""
    deaths_for_death_advance: int
    surgeries_for_medical_advance: int
    """Persons of ONE accident who need emergency surgery."""
    small_claim_threshold: Fen
    """Up to this amount, in fen, a claim can go the fast way."""
    emergency_grade: str
    """From this grade of accident on (one of ACCIDENT_GRADES) the claim is an emergency."""
    emergency_recipients: tuple[str, ...] = ()
    """The roles that are told at once of an accident of that grade."""
    citations: Mapping[str, str] = field(default_factory=dict)
    """The source of each figure, by the name of the field."""


@dataclass(frozen=True, slots=True)
class GradeBound:
    """From what on an accident is of a grade: any one of the counts is enough, and the number itself belongs to it."""

    grade: str
    """One of ACCIDENT_GRADES."""
    deaths: int
    serious_injuries: int
    direct_loss: Fen
    """In fen."""
    citation: str


@dataclass(frozen=True, slots=True)
class AccidentGrades:
    """How accidents are graded, and for how long a count still changes a grade."""

    bounds: tuple[GradeBound, ...]
    """From the gravest to the mildest; what reaches none of them is of the mildest grade."""
    regraded_for_days: int
    """Days after the accident; a kind of accident can have fewer."""
    regraded_for_days_by_kind: Mapping[str, int]
    regrading_citation: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One text in one version, for one region, applied from a day on."""

    id: str
    version: int
    title_zh: str
    title_en: str
    region: str
    text_valid_to: date | None
    """Until when the text itself says it is valid; for information, it does not govern."""
    applied_from: date
    applied_to: date | None
    """The last day on which it is applied; None: until further notice."""
    parameters: Parameters | None
    """None: the figures of a rulebook for a wider region apply."""
    obligations: tuple[Obligation, ...]
    roles: Mapping[str, Role]
    accident_grades: AccidentGrades | None = None
    """None: those of a rulebook for a wider region apply."""

    @property
    def reference(self) -> str:
        """Name text and version, as every event and clock does: shenzhen-2018@2."""
        return f"{self.id}@{self.version}"

    def obligation(self, rule: str) -> Obligation:
        """Return the obligation with an id; KeyError if the rulebook has none."""
        for each in self.obligations:
            if each.id == rule:
                return each
        raise KeyError(rule)

    def covers(self, region: str, at: datetime) -> bool:
        """Say whether it is applied in a region at an instant."""
        day = local_date(at)
        in_time = self.applied_from <= day and (self.applied_to is None or day <= self.applied_to)
        return in_time and region_covers(self.region, region)


def parameters_of(rulebooks: Iterable[Rulebook]) -> Parameters:
    """Return the figures of the rulebook with the narrowest region that has any; LookupError if none has."""
    having = [(_width(book), book.parameters) for book in rulebooks if book.parameters is not None]
    if not having:
        raise LookupError("none of these rulebooks has parameters")
    return max(having, key=lambda each: each[0])[1]


def accident_grades_of(rulebooks: Iterable[Rulebook]) -> AccidentGrades | None:
    """Return how the rulebook with the narrowest region that says it grades accidents; None if none of them does."""
    having = [(_width(book), book.accident_grades) for book in rulebooks if book.accident_grades is not None]
    return max(having, key=lambda each: each[0])[1] if having else None


def _width(book: Rulebook) -> int:
    """Rise as the region gets narrower."""
    return len(book.region.rstrip("0"))


def region_covers(wider: str, narrower: str) -> bool:
    """Say whether a region code of GB/T 2260 covers another: one that ends in zeros covers those below it.

    Zeros count in pairs (province, city, county), or 500000 (Chongqing) would cover 510000 (Sichuan).
    """
    prefix = wider
    while prefix.endswith("00"):
        prefix = prefix[:-2]
    return narrower.startswith(prefix)


def rulebooks_for(rulebooks: Iterable[Rulebook], region: str, at: datetime) -> tuple[Rulebook, ...]:
    """Return the rulebooks applied in a region at an instant, of each text the newest version, ordered by id."""
    newest: dict[str, Rulebook] = {}
    for each in rulebooks:
        if each.covers(region, at) and (each.id not in newest or newest[each.id].version < each.version):
            newest[each.id] = each
    return tuple(newest[key] for key in sorted(newest))
