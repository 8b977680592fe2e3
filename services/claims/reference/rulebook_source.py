"""The form in which a rulebook is written down: what a file may say, field by field; anything else is refused."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from claims.domain.milestones import MILESTONES, OF_PARTIES, PAUSES, Scope
from claims.domain.rulebook import (
    ADVANCE_KINDS,
    EITHER,
    Limit,
    PolicyDays,
    Responsible,
    Tier,
    Unit,
)
from claims.reference.figure_source import AccidentGradesSource, Amount, Count, ParametersSource, Part, Text
from claims.reference.period_source import PeriodSource

_WITHIN = re.compile(r"([1-9][0-9]{0,3}) (hour|working day|calendar day|year)s?")
_EVERY_MILESTONE = frozenset(name for names in MILESTONES.values() for name in names)
_EVERY_PAUSE = frozenset(name for names in PAUSES.values() for name in names)


def _limit(text: object) -> Limit:
    if text == "immediately":
        return Limit(0, Unit.IMMEDIATELY)
    found = _WITHIN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('a limit reads "24 hours", "5 working days", "10 calendar days", "2 years" or "immediately"')
    return Limit(int(found[1]), Unit(f"{found[2].replace(' ', '_')}s"))


def _tier(name: object) -> Tier:
    for tier in Tier:
        if name == tier.value:
            return tier
    raise ValueError(f"a tier is {', '.join(Tier)}")


def _known_milestone(name: str) -> str:
    if name not in _EVERY_MILESTONE:
        raise ValueError(f"unknown milestone {name!r}; known are {', '.join(sorted(_EVERY_MILESTONE))}")
    return name


def _known_pause(name: str) -> str:
    if name not in _EVERY_PAUSE:
        raise ValueError(f"nothing that lasts is called {name!r}; known are {', '.join(sorted(_EVERY_PAUSE))}")
    return name


def _known_kind(name: str) -> str:
    if name not in ADVANCE_KINDS:
        raise ValueError(f"unknown kind of advance {name!r}; known are {', '.join(ADVANCE_KINDS)}")
    return name


Milestone = Annotated[str, AfterValidator(_known_milestone), WithJsonSchema({"enum": sorted(_EVERY_MILESTONE)})]
Pause = Annotated[str, AfterValidator(_known_pause), WithJsonSchema({"enum": sorted(_EVERY_PAUSE)})]
AdvanceKind = Annotated[str, AfterValidator(_known_kind), WithJsonSchema({"enum": sorted(ADVANCE_KINDS)})]
Within = Annotated[
    Limit,
    BeforeValidator(_limit),
    WithJsonSchema({"type": "string", "pattern": f"^({_WITHIN.pattern}|immediately)$", "examples": ["5 working days"]}),
]
TierName = Annotated[Tier, BeforeValidator(_tier)]


class Titles(Part):
    """A title in both languages."""

    zh: Text
    en: Text


class RoleSource(Titles):
    """A role, with the other names that texts give it."""

    aliases: list[Text] = Field(default=[])


class RecipientsSource(Part):
    """Who hears of each level."""

    at_risk: list[Text]
    breached: list[Text]
    escalated: list[Text]


class EitherSource(Part):
    """Which list hears, by who owes."""

    insurer: Text
    broker: Text


class BracketSource(Part):
    """A limit, for amounts up to a sum."""

    up_to: Amount | None = None
    within: Within


class ObligationSource(Part):
    """One rule."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]+[0-9.a-z]*$")]
    title: Titles
    citation: Text
    tier: TierName
    responsible: Responsible
    scope: Scope
    advance_kind: AdvanceKind | None = None
    requested_by: Literal["insured", "victim"] | None = None
    starts: list[Milestone] = Field(default=[])
    met_by: list[Milestone] = Field(default=[])
    extended_by: list[Milestone] = Field(default=[])
    cancelled_by: list[Milestone] = Field(default=[])
    paused_by: list[Pause] = Field(default=[])
    policy_days: PolicyDays | None = None
    limits: list[BracketSource] = Field(default=[])
    period: PeriodSource | None = None
    recipients: Text | EitherSource

    @property
    def lists(self) -> tuple[str, str]:
        """Return the names of the lists that hear: of an insurer's clocks, and of a broker's."""
        named = self.recipients
        return (named, named) if isinstance(named, str) else (named.insurer, named.broker)

    @model_validator(mode="after")
    def brackets_ascend(self) -> Self:
        """Only the last bracket is open above, and each reaches further than the one before."""
        sums = [each.up_to for each in self.limits]
        if sums and sums[-1] is not None:
            raise ValueError("limits: the last bracket has no up_to, so that every amount has a limit")
        if None in sums[:-1]:
            raise ValueError("limits: only the last bracket has no up_to")
        closed = [each for each in sums if each is not None]
        if closed != sorted(set(closed)):
            raise ValueError("limits: the amounts of the brackets ascend")
        if closed and self.scope != "advance":
            raise ValueError("limits: brackets go by the amount of an advance")
        return self

    @model_validator(mode="after")
    def clock_is_whole(self) -> Self:
        """What has a clock says when it starts, how long it runs and what meets it; a figure to report has none."""
        if self.tier is Tier.KPI:
            if self.starts or self.limits:
                raise ValueError("tier: a kpi is reported, it has neither starts nor limits")
            return self
        if not self.starts:
            raise ValueError("starts: name what starts the clock")
        if bool(self.limits) is (self.period is not None):
            raise ValueError("limits: name at least one limit, or else the period in which a report is due")
        at_once = bool(self.limits) and all(each.within.unit is Unit.IMMEDIATELY for each in self.limits)
        unmeetable = self.tier is Tier.INFORMATION or at_once
        if not self.met_by and not unmeetable:
            raise ValueError("met_by: name what meets it; only what is due immediately or for information has nothing")
        return self

    @model_validator(mode="after")
    def scope_fits(self) -> Self:
        """A rule of a part names which, and a rule goes by milestones of what it is about."""
        if (self.scope == "advance") != (self.advance_kind is not None):
            raise ValueError("advance_kind: it is given if, and only if, the scope is advance")
        if (self.scope == "direct_payment") != (self.requested_by is not None):
            raise ValueError("requested_by: it is given if, and only if, the scope is direct_payment")
        if (self.scope == "period") != (self.period is not None):
            raise ValueError("period: it is given if, and only if, the scope is period")
        strange = {*self.starts, *self.met_by, *self.extended_by, *self.cancelled_by} - MILESTONES[self.scope]
        if strange:
            raise ValueError(f"scope: {', '.join(sorted(strange))} happens to something else than a {self.scope}")
        if self.responsible == EITHER and self.scope not in OF_PARTIES:
            raise ValueError(f"responsible: either owes what names its party; of a {self.scope} say insurer or broker")
        if (self.responsible == EITHER) is isinstance(self.recipients, str):
            raise ValueError("recipients: a list for each of insurer and broker if, and only if, either is responsible")
        if not set(self.paused_by) <= PAUSES.get(self.scope, frozenset()):
            raise ValueError(f"paused_by: this cannot last for a {self.scope}")
        return self


class RulebookSource(Part):
    """A whole file."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Count
    region: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    applied_from: date
    applied_to: date | None = None
    text_valid_to: date | None = None
    title: Titles
    parameters: ParametersSource | None = None
    accident_grades: AccidentGradesSource | None = None
    roles: dict[str, RoleSource]
    recipients: dict[str, RecipientsSource]
    obligations: Annotated[list[ObligationSource], Field(min_length=1)]
