"""A claim, as answers show it."""

from typing import NotRequired

from typing_extensions import TypedDict

from claims.api.answers.clock import ClockAnswer
from claims.api.answers.common import DayText, IdText, LimitsAnswer, Moment, Money
from claims.api.answers.merging import MergeAnswer


class InsuredAnswer(TypedDict):
    """The insured enterprise."""

    name: str
    credit_code: str


class TermsAnswer(TypedDict):
    """Limits of time that the policy itself sets."""

    determination_days: int | None
    payment_days: int | None


class PolicyAnswer(TypedDict):
    """The policy as the claim stated it."""

    number: str
    insurer: str
    broker: str | None
    insured: InsuredAnswer
    industry: str
    region: str
    effective_from: DayText
    effective_to: DayText
    limits: LimitsAnswer
    medical_deductible: Money
    terms: TermsAnswer


class CasualtiesAnswer(TypedDict):
    """Persons harmed, as last counted."""

    deaths: int
    missing: int
    emergency_surgeries: int
    serious_injuries: int


class AccidentAnswer(TypedDict):
    """What happened; grades: general 一般, major 较大, serious 重大, extraordinary 特别重大."""

    occurred_at: Moment
    place: str
    region: str
    kind: str | None
    description: str
    casualties: CasualtiesAnswer
    direct_loss: Money | None
    grade: str


class ReporterAnswer(TypedDict):
    """Who reported; name and phone only to the tenant itself."""

    party: str
    name: NotRequired[str]
    phone: NotRequired[str | None]


class RelativeAnswer(TypedDict):
    """A relative of a victim."""

    name: str
    phone: str | None
    relation: str | None


class VictimAnswer(TypedDict):
    """A person harmed; everything but id and outcome only to the tenant itself."""

    victim_id: IdText
    outcome: str
    name: NotRequired[str]
    identity_number: NotRequired[str | None]
    phone: NotRequired[str | None]
    relatives: NotRequired[list[RelativeAnswer]]


class RequestedDocumentAnswer(TypedDict):
    """A document that was asked for."""

    code: str
    name: str
    requested_at: Moment
    reached_client_at: Moment


class ReceivedDocumentAnswer(TypedDict):
    """A document that arrived."""

    code: str
    name: str
    sha256: str | None
    uri: str | None
    received_at: Moment


class DocumentsAnswer(TypedDict):
    """What was asked for and what arrived; complete_at is the latest arrival of a required document."""

    requested: list[RequestedDocumentAnswer]
    received: list[ReceivedDocumentAnswer]
    complete_at: Moment | None


class PayeeAnswer(TypedDict):
    """Who is paid."""

    party: str
    victim_id: IdText | None


class PaymentAnswer(TypedDict):
    """Money that left; a failed payment counts as never made."""

    id: IdText
    amount: Money
    payee: PayeeAnswer
    bank_reference: str
    paid_at: Moment
    failed_at: Moment | None


class AllocationAnswer(TypedDict):
    """The part of an advance that is meant for one victim."""

    victim_id: IdText
    amount: Money


class TrancheAnswer(TypedDict):
    """A part of an advance that became payable at one moment, with a clock of its own."""

    number: int
    amount: Money
    payable_at: Moment
    paid_at: Moment | None


class AdvanceAnswer(TypedDict):
    """An advance; amount is what is payable, null until its condition is met; requested_amount what was asked."""

    id: IdText
    kind: str
    status: str
    amount: Money | None
    requested_amount: Money | None
    requested_at: Moment
    requested_by: str
    reason_code: str | None
    flags: list[str]
    tranches: list[TrancheAnswer]
    allocations: list[AllocationAnswer]
    payments: list[PaymentAnswer]


class DirectPaymentAnswer(TypedDict):
    """A request that the victim be paid directly; outcome is null until it is decided."""

    id: IdText
    requested_by: str
    victim_id: IdText
    amount: Money
    requested_at: Moment
    outcome: str | None
    decided_at: Moment | None


class NoticeAnswer(TypedDict):
    """What the operations centre and the authorities were told, and when."""

    at: Moment
    recipients: list[str]
    reference: str


class SurveyAnswer(TypedDict):
    """Who was on site, and what was found."""

    at: Moment
    surveyor: str
    findings: str


class RescueSupportAnswer(TypedDict):
    """Who helped with the rescue, and how."""

    at: Moment
    provider: str
    description: str


class DecisionAnswer(TypedDict):
    """The decision; amount is the whole indemnity, stated_amount what was stated before the limits capped it."""

    outcome: str
    amount: Money
    stated_amount: Money
    reason: str | None
    decided_at: Moment
    told_at: Moment | None
    flags: list[str]


class AgreedPayeeAnswer(TypedDict):
    """What of the indemnity goes to whom."""

    party: str
    victim_id: IdText | None
    amount: Money


class SettlementAnswer(TypedDict):
    """The agreement on the indemnity."""

    amount: Money
    self_borne: Money
    client_confirmation: str
    payees: list[AgreedPayeeAnswer]
    agreed_at: Moment


class RemainingAnswer(TypedDict):
    """What is left of each limit for this claim; per_person is the policy's, per_victim what is left of it for each."""

    per_accident: Money
    per_person: Money
    rescue: Money
    medical: Money
    aggregate: Money | None
    per_victim: dict[str, Money]


class TotalsAnswer(TypedDict):
    """Money of the claim; paid includes the advances, recoverable is due from the insured."""

    advanced: Money
    paid: Money
    recoverable: Money
    remaining: RemainingAnswer


class EligibleAdvanceAnswer(TypedDict):
    """An advance that nobody has asked for; amount is what would be payable now, null where its cost is not known."""

    kind: str
    amount: Money | None
    rule: str | None
    citation: str


class ClaimAnswer(TypedDict):
    """A claim as it stands; payments are those of the indemnity, those of an advance stand with it."""

    id: IdText
    number: str
    version: int
    status: str
    round: int
    adjuster: str | None
    policy: PolicyAnswer
    accident: AccidentAnswer
    reported_by: ReporterAnswer | None
    reported_at: Moment
    broker_received_at: Moment | None
    insurer_received_at: Moment | None
    requested_at: Moment | None
    reopened_at: Moment | None
    victims: list[VictimAnswer]
    authority_notices: list[NoticeAnswer]
    site_surveys: list[SurveyAnswer]
    rescue_supports: list[RescueSupportAnswer]
    documents: DocumentsAnswer
    determined_loss: Money | None
    advances: list[AdvanceAnswer]
    eligible_advances: list[EligibleAdvanceAnswer]
    decision: DecisionAnswer | None
    settlement: SettlementAnswer | None
    payments: list[PaymentAnswer]
    direct_payments: list[DirectPaymentAnswer]
    outcome_reports: list[NoticeAnswer]
    totals: TotalsAnswer
    merged_into: MergeAnswer | None
    merged_from: list[MergeAnswer]
    clocks: list[ClockAnswer]
