"""The regulation as data: who owes what, from when, within which limit, and who hears of a miss."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from claims.domain.moments import local_date
from claims.domain.money import Fen

CLAIM_MILESTONES: frozenset[str] = frozenset(
    {
        "broker_received_report",
        "insurer_received_report",
        "intake_notified",
        "documents_found_incomplete",
        "missing_documents_requested",
        "claim_accepted",
        "claim_decided",
        "progress_notified",
        "client_told",
        "claim_rejected",
        "rejection_notified",
        "settlement_agreed",
        "documents_complete",
        "indemnity_paid",
        "claim_withdrawn",
    }
)
"""What can happen to a claim that a clock of it may start or end with."""

ADVANCE_MILESTONES: frozenset[str] = frozenset(
    {"advance_payable", "advance_paid", "advance_refused", "advance_withdrawn"}
)
"""What can happen to one advance; its clocks may also go by what happens to the claim."""

MILESTONES: frozenset[str] = CLAIM_MILESTONES | ADVANCE_MILESTONES

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
    """Shown only."""


class Unit(StrEnum):
    """What a limit counts in."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


Responsible: TypeAlias = Literal["insurer", "broker"]
Scope: TypeAlias = Literal["claim", "advance"]


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
    starts: tuple[str, ...]
    """ALL of these milestones must have happened; the clock starts at the latest of them."""
    met_by: tuple[str, ...]
    """Any of these milestones meets it."""
    extended_by: tuple[str, ...]
    """Any of these, before the end, ends it as extended."""
    cancelled_by: tuple[str, ...]
    """Any of these cancels it; a breach that stands already stays."""
    brackets: tuple[Bracket, ...]
    recipients: Recipients

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
    parameters: Parameters
    obligations: tuple[Obligation, ...]
    roles: Mapping[str, Role]

    @property
    def reference(self) -> str:
        """Name text and version, as every event and clock does: shenzhen-2018@1."""
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
