"""A command becomes facts: the rule of its kind first, then everything that follows from what it changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from claims.domain.claim.clocks import clock_facts
from claims.domain.claim.commands import (
    advance,
    amend,
    assign,
    authorities,
    decision,
    direct,
    documents,
    end,
    fast_track,
    intake,
    loss,
    merge,
    pay,
    progress,
    receive,
    reopen,
    rescue,
    settle,
)
from claims.domain.claim.commands.report import Report, report
from claims.domain.claim.counts import latest
from claims.domain.claim.documents import complete_since
from claims.domain.claim.events import (
    AccidentGraded,
    ClaimRequested,
    DocumentsCompleted,
)
from claims.domain.claim.evolve import evolve
from claims.domain.claim.grades import grade, may_regrade
from claims.domain.claim.guards import goes_on, possible
from claims.domain.claim.money import finished
from claims.domain.claim.payables import (
    bearing_the_deductible,
    becoming_payable,
    since_earlier,
    waiting_again,
    within_the_share,
)
from claims.domain.claim.promises import follow
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms, accident_grades
from claims.domain.errors import invalid
from claims.domain.moments import to_shanghai
from claims.domain.policy.events import PolicyEvent
from claims.domain.policy.ledger import fold as fold_ledger


class Command(Protocol):
    """What somebody wants recorded or done; it happened at `occurred_at`."""

    @property
    def occurred_at(self) -> datetime:
        """Return when it happened, as an aware instant."""
        ...


Rule = Callable[[Claim, Any, Terms], Decided]

RULES: dict[type, Rule] = {
    Report: report,
    receive.ReceiveReport: receive.receive_report,
    intake.RequestClaim: intake.request_claim,
    intake.NotifyIntake: intake.notify_intake,
    intake.RegisterVictim: intake.register_victim,
    intake.UpdateCasualties: intake.update_casualties,
    authorities.NotifyAuthorities: authorities.notify_authorities,
    authorities.SurveySite: authorities.survey_site,
    rescue.RecordRescueSupport: rescue.record_rescue_support,
    assign.AssignClaim: assign.assign_claim,
    documents.RequestDocuments: documents.request_documents,
    documents.ReceiveDocuments: documents.receive_documents,
    loss.DetermineLoss: loss.determine_loss,
    advance.RequestAdvance: advance.request_advance,
    amend.AmendAdvance: amend.amend_advance,
    advance.RefuseAdvance: advance.refuse_advance,
    advance.WithdrawAdvance: advance.withdraw_advance,
    pay.PayAdvance: pay.pay_advance,
    pay.PayIndemnity: pay.pay_indemnity,
    pay.FailPayment: pay.fail_payment,
    progress.NotifyProgress: progress.notify_progress,
    decision.Decide: decision.decide_claim,
    decision.TellDecision: decision.tell_decision,
    decision.NotifyRejection: decision.notify_rejection,
    settle.AgreeSettlement: settle.agree_settlement,
    fast_track.SettleFast: fast_track.settle_fast,
    direct.RequestDirectPayment: direct.request_direct_payment,
    direct.DecideDirectPayment: direct.decide_direct_payment,
    authorities.ReportOutcome: authorities.report_outcome,
    end.ReceiveRecovery: end.receive_recovery,
    end.WithdrawClaim: end.withdraw_claim,
    end.CloseClaim: end.close_claim,
    reopen.ReopenClaim: reopen.reopen_claim,
    merge.MergeInto: merge.merge_into,
    merge.TakeOver: merge.take_over,
}

_OF_THE_WORLD = frozenset(
    {
        Report,
        receive.ReceiveReport,
        documents.ReceiveDocuments,
        intake.RegisterVictim,
        intake.UpdateCasualties,
        rescue.RecordRescueSupport,
    }
)
"""What can have happened at any moment since the accident, whoever knew of the accident by then."""

_OF_THE_CLIENT = frozenset({intake.RequestClaim, advance.RequestAdvance, advance.WithdrawAdvance, end.WithdrawClaim})
"""What the client can turn to the broker with, before the insurer knows; all the rest is the insurer's."""


def decide(claim: Claim, command: Command, terms: Terms) -> Decided:
    """Return the facts that follow from a command.

    Raises RuleViolation for a broken rule of the business, InvalidFact for something that cannot be, UnknownPart for
    an advance, payment or victim that the claim does not have. Pure: the same arguments give the same facts.
    """
    goes_on(claim, terms.ledger)
    accident = command.accident if isinstance(command, Report) else claim.known_accident
    possible("/occurred_at", command.occurred_at, terms.now, accident.occurred_at)
    if type(command) not in _OF_THE_WORLD:
        _after_the_report(claim, command)
    draft = _Draft(claim, terms, command.occurred_at)
    draft.add(RULES[type(command)](claim, command, terms))
    for consequence in _CONSEQUENCES:
        draft.add(consequence(draft.claim, draft.terms, command.occurred_at))
    return Decided(tuple(draft.facts), tuple(draft.policy))


def _after_the_report(claim: Claim, command: Command) -> None:
    """Nobody asks for or decides anything before the report was received; the insurer not before its own receipt."""
    receipts = [at for at in (claim.broker_received_at, claim.insurer_received_at) if at is not None]
    received_at = min(receipts) if type(command) in _OF_THE_CLIENT else claim.insurer_received_at or min(receipts)
    if command.occurred_at < received_at:
        since = to_shanghai(received_at).isoformat()
        raise invalid("/occurred_at", f"This cannot have happened before the report was received ({since}).")


class _Draft:
    """The claim and the ledger as they become while a command is decided."""

    def __init__(self, claim: Claim, terms: Terms, at: datetime) -> None:
        self.claim, self.terms, self._at = claim, terms, at
        self.facts: list[object] = []
        self.policy: list[PolicyEvent] = []

    def add(self, decided: Decided) -> None:
        for fact in decided.claim:
            self.claim = evolve(self.claim, fact, self._at)
        self.terms = replace(self.terms, ledger=fold_ledger(decided.policy, self.terms.ledger))
        self.facts.extend(decided.claim)
        self.policy.extend(decided.policy)


def _documents_count_as_claim(claim: Claim, terms: Terms, at: datetime) -> Decided:
    """Without a claim, the first documents count as it, also where their arrival is recorded late."""
    first = min((arrival.at for arrival in claim.arrivals), default=None)
    if first is None or (claim.requested_at is not None and not claim.requested_by_documents):
        return Decided()
    if claim.requested_at is not None and claim.requested_at <= first:
        return Decided()
    return Decided(claim=(ClaimRequested(None, None),))


def _documents_are_complete(claim: Claim, terms: Terms, at: datetime) -> Decided:
    """Only an arrival that is recorded late moves what was a fact already, to the earlier moment."""
    since, known = complete_since(claim), claim.documents_complete_at
    if since is None:
        return Decided()
    since = max(since, claim.reopened_at or since)
    return Decided() if known is not None and since >= known else Decided(claim=(DocumentsCompleted(since),))


def _accident_is_graded(claim: Claim, terms: Terms, at: datetime) -> Decided:
    """By the last count within the days, whenever it is recorded; a later count is recorded and regrades nothing.

    A claim none of whose rulebooks grades accidents keeps the grade that was decided.
    """
    accident, figures = claim.known_accident, accident_grades(claim, terms)
    if figures is None:
        return Decided()
    regrading = [c for c in claim.casualties if may_regrade(figures, accident.occurred_at, accident.kind, c.at)]
    now = grade(figures, latest(regrading), accident.direct_loss)
    if now == claim.grade:
        return Decided()
    return Decided(claim=(AccidentGraded(claim.grade, now),))


def _advances_follow(claim: Claim, terms: Terms, at: datetime) -> Decided:
    """One advance at a time: the next one's limits, and its deductible, are what the one before left."""
    if finished(claim):
        return Decided()
    draft = _Draft(claim, terms, at)
    for rule in (waiting_again, within_the_share, since_earlier, bearing_the_deductible, becoming_payable):
        for advance_id in claim.advances:
            fact = rule(draft.claim, draft.claim.advances[advance_id], draft.terms)
            if fact is not None:
                draft.add(Decided(claim=(fact,)))
                draft.add(Decided(policy=follow(draft.claim, draft.terms.ledger)))
    return Decided(tuple(draft.facts), tuple(draft.policy))


def _ledger_follows(claim: Claim, terms: Terms, at: datetime) -> Decided:
    return Decided(policy=follow(claim, terms.ledger))


def _clocks_follow(claim: Claim, terms: Terms, at: datetime) -> Decided:
    return Decided(claim=clock_facts(claim, terms))


_CONSEQUENCES: tuple[Callable[[Claim, Terms, datetime], Decided], ...] = (
    _documents_count_as_claim,
    _documents_are_complete,
    _accident_is_graded,
    _advances_follow,
    _ledger_follows,
    _clocks_follow,
)
