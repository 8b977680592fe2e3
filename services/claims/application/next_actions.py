"""What is to be done next: for each running clock the command that would meet it, then what the client can be asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from claims.application.calls import Standing, shows_clock
from claims.application.clock_status import ends_first
from claims.domain.claim.eligibility import Eligible, eligible
from claims.domain.claim.milestones import victim_outstanding
from claims.domain.claim.money import balance, outstanding, tranche_outstanding
from claims.domain.claim.state import Claim
from claims.domain.clock import Clock
from claims.domain.rulebook import Obligation, Rulebook

_CLAIM = "POST /v1/claims/{claim_id}"
_PAY_ADVANCE = f"{_CLAIM}/advances/{{advance_id}}/payments"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that somebody can do, by a stable code and the command of the REST contract that records it."""

    code: str
    """In words in `dashboard/texts/actions.toml`."""
    command: str
    """Method and path, such as POST /v1/claims/{claim_id}/decisions."""


@dataclass(frozen=True, slots=True)
class NextAction:
    """An action on one claim."""

    code: str
    command: str
    clock_id: UUID | None = None
    """The clock that it meets; None where none runs."""
    due_at: datetime | None = None
    amount: int | None = None
    """What is outstanding, or would be payable, in fen; None where it is no money, or nobody stated the cost."""
    part: UUID | None = None
    """The advance, or the request for direct payment, that it is about."""

    @property
    def text(self) -> str:
        """Return the key of its words in the board's catalogues; with an amount they take `amount`."""
        return f"actions.{self.code}" if self.amount is None else f"actions.with_amount.{self.code}"


BY_MILESTONE: Mapping[str, Action] = MappingProxyType(
    {
        "insurer_received_report": Action("pass_on_report", f"{_CLAIM}/insurer-receipts"),
        "intake_notified": Action("notify_intake", f"{_CLAIM}/intake-notices"),
        "authorities_notified": Action("notify_authorities", f"{_CLAIM}/authority-notices"),
        "site_surveyed": Action("survey_site", f"{_CLAIM}/site-surveys"),
        "missing_documents_requested": Action("request_missing_documents", f"{_CLAIM}/document-requests"),
        "progress_notified": Action("notify_progress", f"{_CLAIM}/progress-notices"),
        "claim_decided": Action("decide_claim", f"{_CLAIM}/decisions"),
        "client_told": Action("tell_client", f"{_CLAIM}/decision-notices"),
        "rejection_notified": Action("send_rejection_notice", f"{_CLAIM}/rejection-notices"),
        "settlement_agreed": Action("agree_settlement", f"{_CLAIM}/settlement-agreements"),
        "indemnity_paid": Action("pay_indemnity", f"{_CLAIM}/payments"),
        "determinable_part_paid": Action("pay_determinable_part", _PAY_ADVANCE),
        "victim_paid": Action("pay_victim", f"{_CLAIM}/payments"),
        "direct_payment_accepted": Action(
            "answer_direct_payment", f"{_CLAIM}/direct-payment-requests/{{direct_payment_id}}/decisions"
        ),
        "direct_payment_refused": Action(
            "answer_direct_payment", f"{_CLAIM}/direct-payment-requests/{{direct_payment_id}}/decisions"
        ),
        "outcome_reported": Action("report_outcome", f"{_CLAIM}/outcome-reports"),
        "complaint_replied": Action("reply_complaint", "POST /v1/complaints/{complaint_id}/replies"),
        "complaint_answered_finally": Action("answer_complaint_finally", "POST /v1/complaints/{complaint_id}/replies"),
        "hazard_reported": Action("report_hazard", "POST /v1/hazards/{hazard_id}/reports"),
        "report_submitted": Action("submit_report", "POST /v1/clocks/{clock_id}/submissions"),
    }
)
"""What brings a milestone about; `advance_paid` goes by the kind of the advance."""

PAYING: Mapping[str, Action] = MappingProxyType(
    {
        "rescue": Action("pay_rescue_advance", _PAY_ADVANCE),
        "death_indemnity": Action("pay_death_advance", _PAY_ADVANCE),
        "medical": Action("pay_medical_advance", _PAY_ADVANCE),
        "determinable_part": Action("pay_determinable_part", _PAY_ADVANCE),
    }
)
ASKING: Mapping[str, Action] = MappingProxyType(
    {
        "rescue": Action("offer_rescue_advance", f"{_CLAIM}/advances"),
        "death_indemnity": Action("offer_death_advance", f"{_CLAIM}/advances"),
        "medical": Action("offer_medical_advance", f"{_CLAIM}/advances"),
        "determinable_part": Action("offer_determinable_part", f"{_CLAIM}/advances"),
    }
)
"""Whether the client wants an advance that nobody has asked for: its answer is a request, or nothing."""

NAME_DETERMINABLE_PART = Action("name_determinable_part", f"{_CLAIM}/advances")
SETTLE_SMALL_CLAIM = Action("settle_small_claim", f"{_CLAIM}/fast-track-settlements")


def action_of(obligation: Obligation) -> Action | None:
    """Return what meets a clock of an obligation, whatever its subject has come to; None where nothing can.

    For one clock among many, where the subject is not at hand; `clock_action` knows better.
    """
    if "small_claim_complete" in obligation.starts:
        return SETTLE_SMALL_CLAIM
    if "advance_paid" in obligation.met_by and obligation.advance_kind is not None:
        return PAYING[obligation.advance_kind]
    return next((BY_MILESTONE[name] for name in obligation.met_by if name in BY_MILESTONE), None)


def clock_action(claim: Claim, clock: Clock, rulebooks: Mapping[str, Rulebook]) -> NextAction | None:
    """Return what would meet a running clock of a claim, as the claim stands; None where nothing can."""
    obligation = rulebooks[clock.rulebook].obligation(clock.rule)
    action = action_of(obligation)
    if action is None or not clock.running:
        return None
    refine = next((_REFINED[name] for name in obligation.met_by if name in _REFINED), None)
    action, amount, part = (action, None, None) if refine is None else refine(_Called(claim, clock, action))
    return NextAction(action.code, action.command, clock.clock_id, clock.due_at, amount, part)


def next_actions(standing: Standing, rulebooks: Mapping[str, Rulebook], role: str) -> tuple[NextAction, ...]:
    """Return what is to be done on a claim as a role may see it: by due moment, then the advances nobody asked for.

    What meets several clocks at once stands there once, with the clock that is due first; what is paused comes last.
    """
    claim = standing.claim
    offers = map(_offer, eligible(claim, standing.ledger, rulebooks))
    return (*_due(claim, rulebooks, role), *offers)


def _due(claim: Claim, rulebooks: Mapping[str, Rulebook], role: str) -> Iterator[NextAction]:
    """The tranches of an advance are paid one by one; of all else one act meets every clock that calls for it."""
    seen: set[tuple[str, UUID | None, str]] = set()
    for clock in sorted(claim.clocks.values(), key=lambda each: (*ends_first(each), each.rule, each.scope)):
        shown = shows_clock(role, tier=clock.tier, responsible=clock.responsible, provisional=clock.provisional)
        action = clock_action(claim, clock, rulebooks) if shown else None
        if action is None:
            continue
        in_parts = rulebooks[clock.rulebook].obligation(clock.rule).scope == "advance"
        key = (action.code, action.part, clock.scope if in_parts else "")
        if key not in seen:
            seen.add(key)
            yield action


def _offer(found: Eligible) -> NextAction:
    action = ASKING[found.kind]
    return NextAction(action.code, action.command, amount=found.amount)


@dataclass(frozen=True, slots=True)
class _Called:
    """What a running clock calls for, whatever its claim has come to."""

    claim: Claim
    clock: Clock
    action: Action


_Refined: TypeAlias = tuple[Action, int | None, UUID | None]
"""What is to be done as the claim stands, how much is outstanding, and of which part."""


def _of_advance(called: _Called) -> _Refined:
    """A clock's scope names the advance and, from the second on, the tranche."""
    advance_id, _, number = called.clock.scope.partition("/")
    advance = called.claim.advances[UUID(advance_id)]
    tranche = next(each for each in advance.tranches if each.number == int(number or 1))
    return called.action, tranche_outstanding(called.claim, advance, tranche), advance.advance_id


def _of_determinable_part(called: _Called) -> _Refined:
    """Of several the first that is not paid; without any, somebody has to say how much can be determined."""
    for advance in called.claim.advances.values():
        left = outstanding(called.claim, advance)
        if left and advance.kind == "determinable_part" and advance.round == called.clock.round:
            return called.action, left, advance.advance_id
    return NAME_DETERMINABLE_PART, None, None


def _of_indemnity(called: _Called) -> _Refined:
    """Nothing is paid before it is decided and agreed; a small claim goes all the way in one step."""
    if called.claim.decision is None:
        return called.action, None, None
    if called.claim.settlement is None:
        return BY_MILESTONE["settlement_agreed"], None, None
    return BY_MILESTONE["indemnity_paid"], balance(called.claim), None


def _of_victim(called: _Called) -> _Refined:
    """A victim is paid of the indemnity, so once that is agreed."""
    if called.claim.settlement is None:
        return BY_MILESTONE["settlement_agreed"], None, None
    request = called.claim.direct_payments[UUID(called.clock.scope)]
    return called.action, victim_outstanding(called.claim, request), request.request_id


def _of_request(called: _Called) -> _Refined:
    return called.action, None, UUID(called.clock.scope)


_REFINED: Mapping[str, Callable[[_Called], _Refined]] = {
    "advance_paid": _of_advance,
    "determinable_part_paid": _of_determinable_part,
    "indemnity_paid": _of_indemnity,
    "victim_paid": _of_victim,
    "direct_payment_accepted": _of_request,
    "direct_payment_refused": _of_request,
}
"""What the claim itself says of an action, by the milestone."""
