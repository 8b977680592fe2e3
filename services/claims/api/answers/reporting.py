"""Compliance and periodic reports, as answers show them; every rate and average stands beside what it is made of."""

from typing import Annotated, Literal, TypeAlias

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from claims.api.answers.common import DayText, IdText, Moment, Money, TitleAnswer

Decimal2: TypeAlias = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "examples": ["97.50"]})
]


class PeriodAnswer(TypedDict):
    """Days in Shanghai, both included."""

    name: str
    first: DayText
    last: DayText


class RateAnswer(TypedDict):
    """numerator: met in time. denominator: due, without cancelled and provisional. percent is rounded down.

    Extended clocks are due and not met; withdrawn breaches stand among the met. What is not yet due is part of no rate.
    """

    numerator: int
    denominator: int
    percent: Decimal2 | None
    due: int
    met: int
    met_late: int
    overdue: int
    extended: int
    cancelled: int
    provisional: int
    withdrawn: int
    not_yet_due: int


class TierRates(TypedDict):
    """What is a breach when missed (statutory and service), and what is a missed target, apart; targets are null for a
    regulator.
    """

    breaches: RateAnswer
    targets: RateAnswer | None


class RuleRates(TypedDict):
    """The clocks of a rule."""

    rule: str
    title: TitleAnswer
    citation: str
    tier: str
    responsible: str
    rate: RateAnswer


class InsurerRates(TypedDict):
    """What an insurer owes itself; what brokers owe is counted with the rules."""

    insurer: str
    rates: TierRates


class RegionRates(TypedDict):
    """The clocks in a region."""

    region: str
    rates: TierRates


class MonthRates(TypedDict):
    """The clocks that were due in a month."""

    month: str
    rates: TierRates


class ComplianceAnswer(TypedDict):
    """Compliance in a period, by rule, insurer, region and month."""

    period: PeriodAnswer
    made_at: Moment
    total: TierRates
    by_rule: list[RuleRates]
    by_insurer: list[InsurerRates]
    by_region: list[RegionRates]
    by_month: list[MonthRates]


class ClaimsAnswer(TypedDict):
    """Claims reported in the period, by how they now stand; what was decided and paid in full in the period.

    A merged duplicate is shown in by_status and not counted in reported: it is reported with the claim that goes on.
    """

    reported: int
    by_status: dict[str, int]
    approved: int
    rejected: int
    paid_in_full: int


class MoneyAnswer(TypedDict):
    """Indemnity decided in the period, and payments made in it that did not bounce."""

    indemnity_decided: Money
    advances: dict[str, Money]
    advanced: Money
    indemnity_paid: Money
    paid: Money


class PlaceAnswer(TypedDict):
    """An insurer's or a region's claims and money in the period."""

    code: str
    claims: ClaimsAnswer
    money: MoneyAnswer


class KpiValue(TypedDict):
    """Of an average: the sum of days and the number of claims; of a rate: how many, of how many."""

    numerator: str
    denominator: int
    value: Decimal2 | None
    meets_target: bool | None


class InsurerKpi(KpiValue):
    """Of one insurer."""

    insurer: str


class KpiAnswer(KpiValue):
    """A key figure; value is in days (rounded up) or in percent (rounded down)."""

    id: str
    title: TitleAnswer
    formula: str
    unit: Literal["days", "percent"]
    target: int
    by_insurer: list[InsurerKpi]


class DimensionAnswer(TypedDict):
    """A dimension of the score: points = weight × numerator / denominator; null where nothing can be judged."""

    id: str
    title: TitleAnswer
    weight: int
    measure: str
    numerator: int
    denominator: int
    points: Decimal2 | None


class ScoreAnswer(TypedDict):
    """The service score of a month: 100 × earned / of, rounded down, over the dimensions that could be judged.

    judged: `of` is enough for consequences. final: the month is over. Without both the consequence is undetermined.
    """

    insurer: str
    month: str
    score: Decimal2 | None
    earned: Decimal2
    of: int
    complete: bool
    judged: bool
    final: bool
    consequence: Literal["none", "restricted", "suspended", "undetermined"]
    dimensions: list[DimensionAnswer]


class BreachAnswer(TypedDict):
    """A clock that was due in the period and not met in time."""

    clock_id: IdText
    rule: str
    title: TitleAnswer
    tier: str
    responsible: str
    insurer: str
    region: str
    subject: str
    claim_id: IdText | None
    claim_number: str | None
    policy_number: str | None
    due_at: Moment
    due_date: DayText | None
    fulfilled_at: Moment | None
    status: str


class ReportAnswer(TypedDict):
    """Everything that is reported of a month, a quarter or a year."""

    kind: str
    period: PeriodAnswer
    made_at: Moment
    definitions: str
    claims: ClaimsAnswer
    money: MoneyAnswer
    by_insurer: list[PlaceAnswer]
    by_region: list[PlaceAnswer]
    compliance: ComplianceAnswer
    kpis: list[KpiAnswer]
    service_scores: list[ScoreAnswer]
    breach_count: int
    breaches: list[BreachAnswer]
