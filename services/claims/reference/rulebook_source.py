"""The form in which a rulebook is written down: what a file may say, field by field; anything else is refused."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from claims.domain.money import Fen, parse_yuan
from claims.domain.rulebook import (
    ACCIDENT_GRADES,
    ADVANCE_KINDS,
    CLAIM_MILESTONES,
    MILESTONES,
    Limit,
    Responsible,
    Scope,
    Tier,
    Unit,
)

_WITHIN = re.compile(r"([1-9][0-9]{0,3}) (hour|working day|calendar day)s?")


def _limit(text: object) -> Limit:
    found = _WITHIN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('a limit reads "24 hours", "5 working days" or "10 calendar days"')
    return Limit(int(found[1]), Unit(f"{found[2].replace(' ', '_')}s"))


def _fen(text: object) -> Fen:
    if not isinstance(text, str):
        raise ValueError('an amount is a text in yuan, such as "1000000.00"')  # noqa: TRY004 - pydantic catches ValueError
    return parse_yuan(text)


def _tier_with_a_clock(name: object) -> Tier:
    """What has no clock (kpi, information) has no form here yet."""
    for tier in (Tier.STATUTORY, Tier.SERVICE, Tier.TARGET):
        if name == tier.value:
            return tier
    raise ValueError("a tier is statutory, service or target")


def _known_milestone(name: str) -> str:
    if name not in MILESTONES:
        raise ValueError(f"unknown milestone {name!r}; known are {', '.join(sorted(MILESTONES))}")
    return name


def _known_kind(name: str) -> str:
    if name not in ADVANCE_KINDS:
        raise ValueError(f"unknown kind of advance {name!r}; known are {', '.join(ADVANCE_KINDS)}")
    return name


def _known_grade(name: str) -> str:
    if name not in ACCIDENT_GRADES:
        raise ValueError(f"unknown grade of accident {name!r}; known are {', '.join(ACCIDENT_GRADES)}")
    return name


Text = Annotated[str, Field(min_length=1)]
Amount = Annotated[Fen, BeforeValidator(_fen)]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=1)]
Milestone = Annotated[str, AfterValidator(_known_milestone)]
AdvanceKind = Annotated[str, AfterValidator(_known_kind)]
Grade = Annotated[str, AfterValidator(_known_grade)]


class Part(BaseModel):
    """A table of the file; a key that is not named here is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Titles(Part):
    """A title in both languages."""

    zh: Text
    en: Text


class RoleSource(Titles):
    """A role, with the other names that texts give it."""

    aliases: list[Text] = []


class RecipientsSource(Part):
    """Who hears of each level."""

    at_risk: list[Text]
    breached: list[Text]
    escalated: list[Text]


class BracketSource(Part):
    """A limit, for amounts up to a sum."""

    up_to: Amount | None = None
    within: Annotated[Limit, BeforeValidator(_limit)]


class ObligationSource(Part):
    """One rule."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]+[0-9.a-z]*$")]
    title: Titles
    citation: Text
    tier: Annotated[Tier, BeforeValidator(_tier_with_a_clock)]
    responsible: Responsible
    scope: Scope
    advance_kind: AdvanceKind | None = None
    starts: Annotated[list[Milestone], Field(min_length=1)]
    met_by: Annotated[list[Milestone], Field(min_length=1)]
    extended_by: list[Milestone] = []
    cancelled_by: list[Milestone] = []
    limits: Annotated[list[BracketSource], Field(min_length=1)]
    recipients: Text

    @model_validator(mode="after")
    def brackets_ascend(self) -> Self:
        """Only the last bracket is open above, and each reaches further than the one before."""
        sums = [each.up_to for each in self.limits]
        if sums[-1] is not None:
            raise ValueError("limits: the last bracket has no up_to, so that every amount has a limit")
        if None in sums[:-1]:
            raise ValueError("limits: only the last bracket has no up_to")
        closed = [each for each in sums if each is not None]
        if closed != sorted(set(closed)):
            raise ValueError("limits: the amounts of the brackets ascend")
        return self

    @model_validator(mode="after")
    def scope_fits(self) -> Self:
        """A rule of an advance names its kind; a rule of the claim goes by milestones of the claim."""
        if (self.scope == "advance") != (self.advance_kind is not None):
            raise ValueError("advance_kind: it is given if, and only if, the scope is advance")
        named = {*self.starts, *self.met_by, *self.extended_by, *self.cancelled_by}
        if self.scope == "claim" and not named <= CLAIM_MILESTONES:
            raise ValueError(
                f"scope: {', '.join(sorted(named - CLAIM_MILESTONES))} happens to an advance, not to a claim"
            )
        return self


class PercentSource(Part):
    """A percentage, with its source."""

    value: Percent
    citation: Text


class CountSource(Part):
    """A number of persons, with its source."""

    value: Count
    citation: Text


class AmountSource(Part):
    """A sum, with its source."""

    value: Amount
    citation: Text


class GradeSource(Part):
    """A grade of accident, with its source."""

    value: Grade
    citation: Text


class RolesSource(Part):
    """A list of roles, with its source."""

    value: list[Text]
    citation: Text


class ParametersSource(Part):
    """The figures that are no limits of time."""

    rescue_minimum_percent: PercentSource
    death_advance_percent: PercentSource
    deaths_for_death_advance: CountSource
    surgeries_for_medical_advance: CountSource
    small_claim_threshold: AmountSource
    emergency_grade: GradeSource
    emergency_recipients: RolesSource


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
    parameters: ParametersSource
    roles: dict[str, RoleSource]
    recipients: dict[str, RecipientsSource]
    obligations: Annotated[list[ObligationSource], Field(min_length=1)]
