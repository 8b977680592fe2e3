"""Report an accident: the claim begins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.events import Accident, ClaimReported, Policy, Reporter
from claims.domain.claim.grades import grade
from claims.domain.claim.guards import possible
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import KNOWN_POLICY, Decided, Terms
from claims.domain.errors import FieldError, InvalidFact, Rule, RuleViolation, invalid
from claims.domain.moments import local_date, to_shanghai
from claims.domain.money import format_yuan
from claims.domain.policy.events import AccidentRegistered, PolicyEvent, PolicyOpened
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.limits import insuring
from claims.domain.rulebook import accident_grades_of, rulebooks_for

SUSPECTED_DUPLICATE = Rule(
    "suspected-duplicate", "product", "An accident is reported once, unless the caller confirms that it is another one"
)
SAME_POLICY = Rule("policy-differs", "Insurance Law art. 20", "All claims on a policy state the same terms")
SAME_LIMITS = Rule("limits-differ", "Insurance Law art. 20", "A change of limits is recorded as an endorsement first")
GOVERNED = Rule("no-rulebook", "product", "A rulebook is applied in the accident's region at the moment of the report")


@dataclass(frozen=True, slots=True)
class Report:
    """`occurred_at`: when the insurer received it; with `received_by_insurer` false, when the broker passed it in."""

    occurred_at: datetime
    policy: Policy
    accident: Accident
    reported_by: Reporter
    broker_received_at: datetime | None
    received_by_insurer: bool
    confirm_not_duplicate: bool


def report(claim: Claim, command: Report, terms: Terms) -> Decided:
    """Decide a report: the policy was in force, its terms are the known ones, nobody reported the accident before."""
    _times(command, terms)
    _sums(command)
    _in_force(command)
    policy = _ledger_events(claim, command, terms.ledger)
    governing = rulebooks_for(terms.rulebooks.values(), command.accident.region, command.occurred_at)
    if not governing:
        moment = to_shanghai(command.occurred_at).isoformat()
        detail = f"No rulebook is applied in region {command.accident.region} at {moment}."
        raise RuleViolation(GOVERNED, detail, region=command.accident.region)
    figures = accident_grades_of(governing)
    if figures is None:
        detail = f"No rulebook that is applied in region {command.accident.region} says how accidents are graded."
        raise RuleViolation(GOVERNED, detail, region=command.accident.region)
    reported = ClaimReported(
        number=number_of(claim.claim_id, command.occurred_at),
        policy=command.policy,
        accident=command.accident,
        grade=grade(figures, command.accident.casualties, command.accident.direct_loss),
        reported_by=command.reported_by,
        broker_received_at=command.broker_received_at,
        insurer_received_at=command.occurred_at if command.received_by_insurer else None,
        rulebooks=tuple(book.reference for book in governing),
    )
    return Decided(claim=(reported,), policy=policy)


def _times(command: Report, terms: Terms) -> None:
    accident_at = command.accident.occurred_at
    possible("/accident/occurred_at", accident_at, terms.now)
    possible("/broker_received_at", command.broker_received_at, terms.now, accident_at)
    if command.broker_received_at is None and not command.received_by_insurer:
        raise invalid("/broker_received_at", "State when the broker received what the insurer has not received yet.")
    if command.broker_received_at and command.broker_received_at > command.occurred_at:
        raise invalid("/broker_received_at", "The broker cannot have received the report after the insurer did.")


def _sums(command: Report) -> None:
    errors = list(insuring(command.policy.limits, "/policy/limits"))
    if command.policy.effective_to < command.policy.effective_from:
        errors.append(FieldError("/policy/effective_to", "The policy ends before it begins."))
    if errors:
        raise InvalidFact(tuple(errors))


def _in_force(command: Report) -> None:
    day = local_date(command.accident.occurred_at)
    policy = command.policy
    if not policy.effective_from <= day <= policy.effective_to:
        detail = (
            f"The accident of {day} lies outside the policy's period, {policy.effective_from} to {policy.effective_to}."
        )
        raise RuleViolation(KNOWN_POLICY, detail, accident_date=day.isoformat())


def _ledger_events(claim: Claim, command: Report, ledger: Ledger) -> tuple[PolicyEvent, ...]:
    policy, accident_at = command.policy, command.accident.occurred_at
    number = number_of(claim.claim_id, command.occurred_at)
    registered = AccidentRegistered(claim.claim_id, number, accident_at)
    if ledger.version == 0:
        return (_opened(policy), registered)
    _known_terms(policy, ledger)
    if ledger.limits_at(accident_at) != policy.limits:
        detail = (
            "The claim states other limits than the policy is known with on the day of the accident: "
            "record the endorsement first, or correct the claim."
        )
        raise RuleViolation(SAME_LIMITS, detail)
    other = ledger.same_accident(accident_at)
    if other is not None and not command.confirm_not_duplicate:
        detail = (
            f"Claim {other.claim_number} under this policy is for an accident at "
            f"{to_shanghai(other.accident_at).isoformat()}: "
            "send confirm_not_duplicate if this is another accident."
        )
        raise RuleViolation(SUSPECTED_DUPLICATE, detail, claim_id=str(other.claim_id))
    return (registered,)


def _opened(policy: Policy) -> PolicyOpened:
    return PolicyOpened(
        number=policy.number,
        broker=policy.broker,
        limits=policy.limits,
        medical_deductible=policy.medical_deductible,
        effective_from=policy.effective_from,
        effective_to=policy.effective_to,
    )


def _known_terms(policy: Policy, ledger: Ledger) -> None:
    """Who names another broker learns nothing of the policy; else the answer says what it is known with."""
    known = ledger.opened
    if known is None:
        return
    if policy.broker != known.broker:
        detail = "The claim does not state the policy as it is known: correct it, or ask the insurer."
        raise RuleViolation(SAME_POLICY, detail)
    if (policy.effective_from, policy.effective_to) != (known.effective_from, known.effective_to):
        period = f"{known.effective_from} to {known.effective_to}"
        detail = (
            f"The policy of this number is known with the period {period}: correct the claim. "
            "A renewed policy has a number of its own."
        )
        raise RuleViolation(
            SAME_POLICY, detail, effective_from=str(known.effective_from), effective_to=str(known.effective_to)
        )
    if policy.medical_deductible != known.medical_deductible:
        deductible = format_yuan(known.medical_deductible)
        detail = f"The policy is known with a medical deductible of {deductible}: correct the claim."
        raise RuleViolation(SAME_POLICY, detail, medical_deductible=deductible)


def number_of(claim_id: UUID, reported_at: datetime) -> str:
    """Return the number by which people speak of a claim: the day of the report, and the end of the claim's id."""
    return f"AZ{to_shanghai(reported_at):%Y%m%d}-{claim_id.hex[-10:].upper()}"
