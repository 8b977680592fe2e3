"""Advances, settlement, payments, and how a claim ends."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from claims.api.bodies.fields import MOST_ITEMS, AnyProse, Day, Fields, Id, Instant, Line, PositiveYuan, Prose, Yuan
from claims.api.bodies.parts import AgreedPayeePart, AllocationPart, CommandBody, Given, LimitsPart, PayeePart
from claims.domain.claim.commands.advance import RefuseAdvance, RequestAdvance, WithdrawAdvance
from claims.domain.claim.commands.amend import AmendAdvance
from claims.domain.claim.commands.direct import DecideDirectPayment, RequestDirectPayment
from claims.domain.claim.commands.end import CloseClaim, ReceiveRecovery, WithdrawClaim
from claims.domain.claim.commands.fast_track import SettleFast
from claims.domain.claim.commands.pay import FailPayment, PayAdvance, PayIndemnity
from claims.domain.claim.commands.reopen import ReopenClaim
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.policy.endorse import Endorse


class AdvanceBody(CommandBody):
    """The client asks for an advance."""

    kind: Literal["rescue", "death_indemnity", "medical", "determinable_part"]
    requested_by: Line
    amount: Annotated[
        PositiveYuan | None,
        Field(description="Rescue and death_indemnity: optional; medical: the cost; determinable_part: that part."),
    ] = None
    allocations: list[AllocationPart] = Field(default_factory=list, max_length=MOST_ITEMS)
    reason_code: Annotated[
        Literal["client_asked_less", "limit_nearly_used", "other"] | None,
        Field(description="Why a rescue advance is lower than the minimum of the rescue limit."),
    ] = None
    reason: Annotated[Prose | None, Field(description="In words; required for the code `other`.")] = None

    def command(self, given: Given) -> RequestAdvance:
        """Return the request."""
        return RequestAdvance(
            occurred_at=given.at,
            advance_id=given.ids["advance_id"],
            kind=self.kind,
            requested_by=self.requested_by,
            amount=self.amount,
            shares=tuple(each.share() for each in self.allocations),
            reason_code=self.reason_code,
            reason=self.reason,
        )


class AdvanceAmendmentBody(CommandBody):
    """The client asks for another amount of an advance."""

    amount: Annotated[PositiveYuan, Field(description="The whole of what is asked now; medical: the whole cost.")]
    reason: Prose

    def command(self, given: Given) -> AmendAdvance:
        """Return the amendment."""
        return AmendAdvance(given.at, given.ids["advance_id"], self.amount, self.reason)


class AdvancePaymentBody(CommandBody):
    """Money of an advance left at occurred_at."""

    amount: PositiveYuan
    payee: Annotated[PayeePart | None, Field(description="A rescue advance goes to the insured by default.")] = None
    bank_reference: Line
    victim_compensation_proof: Line | None = None

    def command(self, given: Given) -> PayAdvance:
        """Return the payment."""
        return PayAdvance(
            occurred_at=given.at,
            payment_id=given.ids["payment_id"],
            advance_id=given.ids["advance_id"],
            amount=self.amount,
            payee=self.payee.payee() if self.payee else None,
            bank_reference=self.bank_reference,
            victim_compensation_proof=self.victim_compensation_proof,
        )


class AdvanceRefusalBody(CommandBody):
    """The insurer refuses an advance."""

    reason: Prose

    def command(self, given: Given) -> RefuseAdvance:
        """Return the refusal."""
        return RefuseAdvance(given.at, given.ids["advance_id"], self.reason)


class AdvanceWithdrawalBody(CommandBody):
    """The client no longer wants an advance."""

    reason: Prose

    def command(self, given: Given) -> WithdrawAdvance:
        """Return the withdrawal."""
        return WithdrawAdvance(given.at, given.ids["advance_id"], self.reason)


class PaymentFailureBody(CommandBody):
    """A payment bounced, of an advance or final."""

    reason: Prose

    def command(self, given: Given) -> FailPayment:
        """Return the failure."""
        return FailPayment(given.at, given.ids["payment_id"], self.reason)


class SettlementBody(CommandBody):
    """The settlement agreement was signed."""

    amount: Annotated[PositiveYuan, Field(description="The whole indemnity, advances included.")]
    self_borne: Annotated[Yuan, Field(description="What the client bears itself.")]
    client_confirmation: Annotated[
        AnyProse | None, Field(description="The reference of the client's written confirmation; required (SZ-14.2).")
    ] = None
    payees: list[AgreedPayeePart] = Field(default_factory=list, max_length=MOST_ITEMS)

    def command(self, given: Given) -> AgreeSettlement:
        """Return the agreement; without a confirmation a rule refuses it."""
        payees = tuple(each.agreed() for each in self.payees)
        return AgreeSettlement(given.at, self.amount, self.self_borne, self.client_confirmation or "", payees)


class PaymentBody(CommandBody):
    """Money of the indemnity left at occurred_at."""

    amount: PositiveYuan
    payee: PayeePart
    bank_reference: Line
    victim_compensation_proof: Line | None = None

    def command(self, given: Given) -> PayIndemnity:
        """Return the payment."""
        return PayIndemnity(
            occurred_at=given.at,
            payment_id=given.ids["payment_id"],
            amount=self.amount,
            payee=self.payee.payee(),
            bank_reference=self.bank_reference,
            victim_compensation_proof=self.victim_compensation_proof,
        )


class FastTrackBody(CommandBody):
    """A small claim was decided, agreed and paid in one step."""

    amount: Annotated[PositiveYuan, Field(description="The whole indemnity, advances included.")]
    payee: PayeePart
    bank_reference: Line
    victim_compensation_proof: Line | None = None

    def command(self, given: Given) -> SettleFast:
        """Return the settlement."""
        return SettleFast(
            occurred_at=given.at,
            payment_id=given.ids["payment_id"],
            amount=self.amount,
            payee=self.payee.payee(),
            bank_reference=self.bank_reference,
            victim_compensation_proof=self.victim_compensation_proof,
        )


class DirectPaymentRequestBody(CommandBody):
    """The insured, or the victim itself, asks that the victim be paid directly."""

    requested_by: Literal["insured", "victim"]
    victim_id: Id
    amount: PositiveYuan

    def command(self, given: Given) -> RequestDirectPayment:
        """Return the request."""
        return RequestDirectPayment(
            given.at, given.ids["direct_payment_id"], self.requested_by, self.victim_id, self.amount
        )


class DirectPaymentDecisionBody(CommandBody):
    """The insurer accepts a request for direct payment, or refuses it with reasons."""

    outcome: Literal["accepted", "refused"]
    reason: Annotated[Prose | None, Field(description="Required for a refusal.")] = None

    def command(self, given: Given) -> DecideDirectPayment:
        """Return the decision."""
        return DecideDirectPayment(given.at, given.ids["direct_payment_id"], self.outcome, self.reason)


class RecoveryBody(CommandBody):
    """Money that was advanced beyond the indemnity came back from the insured."""

    amount: PositiveYuan
    bank_reference: Line

    def command(self, given: Given) -> ReceiveRecovery:
        """Return the recovery."""
        return ReceiveRecovery(given.at, self.amount, self.bank_reference)


class WithdrawalBody(CommandBody):
    """The client no longer claims."""

    reason: Prose

    def command(self, given: Given) -> WithdrawClaim:
        """Return the withdrawal."""
        return WithdrawClaim(given.at, self.reason)


class ClosureBody(CommandBody):
    """Nothing is left to do on the claim."""

    reason: Prose | None = None

    def command(self, given: Given) -> CloseClaim:
        """Return the closure."""
        return CloseClaim(given.at, self.reason)


class ReopeningBody(CommandBody):
    """The claim is taken up again, in a new round."""

    reason: Prose

    def command(self, given: Given) -> ReopenClaim:
        """Return the reopening."""
        return ReopenClaim(given.at, self.reason)


class EndorsementBody(Fields):
    """The policy's limits changed, for accidents from a day on."""

    limits: LimitsPart
    effective_from: Day
    occurred_at: Annotated[Instant | None, Field(description="When it happened; default: now.")] = None

    def endorse(self, now: datetime) -> Endorse:
        """Return the command."""
        return Endorse(self.occurred_at or now, self.limits.limits(), self.effective_from)
