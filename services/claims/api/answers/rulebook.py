"""The regulation as data, as answers show it."""

from typing import Any

from typing_extensions import TypedDict

from claims.api.answers.common import DayText, LimitAnswer, Money, TitleAnswer


class BracketAnswer(TypedDict):
    """The limit for amounts up to a sum, that sum included; null: for all above."""

    up_to: Money | None
    limit: LimitAnswer


class RecipientsAnswer(TypedDict):
    """The roles that hear of each level of a clock."""

    at_risk: list[str]
    breached: list[str]
    escalated: list[str]


class ObligationAnswer(TypedDict):
    """One rule of the text: who owes what, what starts, meets, extends and cancels its clock."""

    id: str
    title: TitleAnswer
    citation: str
    tier: str
    responsible: str
    scope: str
    advance_kind: str | None
    requested_by: str | None
    starts: list[str]
    met_by: list[str]
    extended_by: list[str]
    cancelled_by: list[str]
    paused_by: list[str]
    policy_days: str | None
    brackets: list[BracketAnswer]
    recipients: RecipientsAnswer
    recipients_of_broker: RecipientsAnswer | None


class RoleAnswer(TypedDict):
    """Somebody whom the text names."""

    name: TitleAnswer
    aliases: list[str]


class GradeBoundAnswer(TypedDict):
    """From what on an accident is of a grade: any one of the three is enough, and the number belongs to it."""

    grade: str
    deaths: int
    serious_injuries: int
    direct_loss: Money
    citation: str


class RegradingAnswer(TypedDict):
    """For how many days after the accident a count still changes its grade."""

    days: int
    days_by_kind: dict[str, int]
    citation: str


class AccidentGradesAnswer(TypedDict):
    """How accidents are graded, the gravest first; what reaches no bound is of the mildest grade, general."""

    bounds: list[GradeBoundAnswer]
    regrading: RegradingAnswer


class RulebookSummaryAnswer(TypedDict):
    """One text in one version."""

    id: str
    version: int
    reference: str
    title: TitleAnswer
    region: str
    text_valid_to: DayText | None
    applied_from: DayText
    applied_to: DayText | None


class RulebookAnswer(RulebookSummaryAnswer):
    """One text in one version, whole: the regulation as data."""

    parameters: dict[str, Any]
    accident_grades: AccidentGradesAnswer | None
    obligations: list[ObligationAnswer]
    roles: dict[str, RoleAnswer]


class RulebooksPage(TypedDict):
    """A part of the list of rulebooks."""

    items: list[RulebookSummaryAnswer]
    next_cursor: str | None
