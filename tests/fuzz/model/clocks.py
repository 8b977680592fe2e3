"""The life of clocks: started, tightened, paused, ended, running again; and what the watch makes of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.fuzz.model.days import NEVER, Days, Limit, Plan, Span, plan
from tests.fuzz.model.documents import awaited
from tests.fuzz.model.milestones import AGAIN, again, emergency, lacking, lapsed, of_claim, tranche_paid, victim_paid
from tests.fuzz.model.rules import OF_REGION, Rule
from tests.fuzz.model.state import Advance, Claim, Clock

Moment = Callable[[str], datetime | None]


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation, and what of the claim it is about."""

    name: str
    rule: Rule
    scope: str
    limit: Limit
    when: Moment
    lapsed_at: datetime | None
    pauses: tuple[Span, ...]

    def first(self, claim: Claim, names: tuple[str, ...], since: datetime) -> datetime | None:
        """Return the first of some milestones; what recurs counts from a moment on."""
        moments = (again(claim, name, since) if name in AGAIN else self.when(name) for name in names)
        return min((at for at in moments if at is not None), default=None)

    def ends(self, claim: Claim, clock: Clock) -> tuple[datetime, int, str] | None:
        """Return what ends the clock first; at one moment met comes before extended, and that before cancelled."""
        found = []
        met = self.first(claim, self.rule.met, clock.started_at)
        extended = self.first(claim, self.rule.extended, clock.started_at)
        gone = (self.first(claim, self.rule.cancelled, clock.started_at), self.lapsed_at)
        cancelled = min((at for at in gone if at is not None), default=None)
        if met is not None:
            found.append((met, 0, "met"))
        if extended is not None and extended < clock.due:
            found.append((extended, 1, "extended"))
        if cancelled is not None:
            found.append((cancelled, 2, "cancelled"))
        return min(found, default=None)


def duties(claim: Claim) -> Iterator[Duty]:
    """Yield every obligation that may bind the claim in its round."""
    known = of_claim(claim)
    paused = tuple(awaited(claim))
    for name, rule in OF_REGION[claim.region].items():
        pauses = paused if rule.pauses else ()
        if rule.advance is not None:
            asked = (each for each in claim.advances.values() if each.kind == rule.advance)
            for advance in (each for each in asked if each.round == claim.round):
                for number in range(len(advance.tranches)):
                    yield _of_tranche(claim, name, rule, known, advance, number)
        elif rule.direct is not None:
            mine = ((i, r) for i, r in claim.directs.items() if (r.by, r.round) == (rule.direct, claim.round))
            for request_id, request in mine:
                answered = {f"directly_{request.outcome}": request.decided_at}
                parts = {"directly_asked": request.at, "victim_paid": victim_paid(claim, request_id), **answered}
                yield Duty(name, rule, str(request_id), rule.within, {**known, **parts}.get, None, pauses)
        elif rule.starts == ("incomplete",):
            for scope, parts, gone in lacking(claim, name):
                yield Duty(name, rule, scope, rule.within, {**known, **parts}.get, gone, pauses)
        else:
            days = claim.terms.get(rule.policy_days or "")
            limit = rule.within if days is None else (days, "calendar_days")
            yield Duty(name, rule, "", limit, known.get, None, pauses)


def _of_tranche(
    claim: Claim, name: str, rule: Rule, known: dict[str, datetime | None], advance: Advance, number: int
) -> Duty:
    tranche = advance.tranches[number]
    parts = {
        "payable": tranche.payable_at,
        "advance_paid": tranche_paid(claim, advance, number),
        "advance_refused": advance.refused_at,
        "advance_withdrawn": advance.withdrawn_at,
    }
    scope = str(advance.advance_id) + (f"/{number + 1}" if number else "")
    gone = lapsed(claim, advance, number)
    return Duty(name, rule, scope, rule.limit_for(tranche.amount), {**known, **parts}.get, gone, ())


def _earlier_rounds(claim: Claim) -> None:
    """An advance is paid or not, whichever round it was asked for in; all else of a round is over with it."""
    for advance in claim.advances.values():
        for number in range(len(advance.tranches) if advance.round < claim.round else 0):
            scope = str(advance.advance_id) + (f"/{number + 1}" if number else "")
            paid_at = tranche_paid(claim, advance, number)
            for (_, round_, about), clock in claim.clocks.items():
                if (round_, about) != (advance.round, scope) or clock.ended_at is None:
                    continue
                if paid_at is None:
                    if clock.ended_as == "met" and claim.reopened_at is not None:
                        clock.ended_at, clock.ended_as = max(claim.reopened_at, clock.started_at), "cancelled"
                elif clock.ended_as == "met" or max(paid_at, clock.started_at) < clock.ended_at:
                    clock.ended_at, clock.ended_as = max(paid_at, clock.started_at), "met"


def _notices(claim: Claim) -> None:
    """What a round before was told of its decision counts when it happened."""
    for number, _, decision, notified_at in claim.before:
        told = min((at for at in (decision.told_at, notified_at) if at is not None), default=None)
        for name, at in (("SZ-20.3b", told), ("SZ-20.4", notified_at), ("IL-24", notified_at)):
            clock = claim.clocks.get((name, number, ""))
            if clock is not None and at is not None and clock.ended_at is not None:
                met_at = max(at, clock.started_at)
                if met_at < clock.ended_at:
                    clock.ended_at, clock.ended_as = met_at, "met"


def follow(claim: Claim, days: Days) -> None:
    """Bring the clocks to what the claim's facts call for."""
    _earlier_rounds(claim)
    _notices(claim)
    for (_, round_, _), clock in claim.clocks.items():
        if claim.reopened_at is not None and round_ < claim.round and clock.ended_at is None:
            clock.ended_at, clock.ended_as = max(claim.reopened_at, clock.started_at), "cancelled"
    urgent = emergency(claim)
    for duty in duties(claim):
        starts = [duty.when(name) for name in duty.rule.starts]
        start = None if None in starts else max(at for at in starts if at is not None)
        key = (duty.name, claim.round, duty.scope)
        if key not in claim.clocks:
            if start is None:
                continue
            claim.clocks[key] = _started(duty, start, days, urgent=urgent)
        clock_ = claim.clocks[key]
        if duty.ends(claim, clock_) is None:
            clock_.ended_at = clock_.ended_as = None
        if clock_.ended_at is None and start is not None:
            _moved(duty, clock_, start, days, urgent=urgent)
        if (end := duty.ends(claim, clock_)) is not None:
            clock_.ended_at, clock_.ended_as = max(end[0], clock_.started_at), end[2]


def _plan(duty: Duty, start: datetime, limit: Limit, days: Days, *, urgent: bool) -> Plan:
    silent = duty.rule.tier == "information"
    half = urgent and limit[1] in {"working_days", "calendar_days"} and not silent
    return plan(start, limit, days, half=half, pauses=duty.pauses, silent=silent)


def _urgent(duty: Duty, *, urgent: bool) -> bool:
    return urgent and duty.limit[1] in {"working_days", "calendar_days"} and duty.rule.tier != "information"


def _started(duty: Duty, start: datetime, days: Days, *, urgent: bool) -> Clock:
    made = _plan(duty, start, duty.limit, days, urgent=urgent)
    return Clock(
        tier=duty.rule.tier,
        started_at=start,
        limit=duty.limit,
        due=made.due,
        last_day=made.last_day,
        provisional=made.provisional,
        marks=made.marks,
        paused=made.paused,
        emergency=_urgent(duty, urgent=urgent),
        calendar=days.version,
    )


def _moved(duty: Duty, clock: Clock, start: datetime, days: Days, *, urgent: bool) -> None:
    """A change never makes a running clock end later, a pause aside."""
    earlier = min(start, clock.started_at)
    wanted = _plan(duty, earlier, duty.limit, days, urgent=urgent)
    if wanted.due < clock.due and (earlier, duty.limit) != (clock.started_at, clock.limit):
        clock.started_at, clock.limit = earlier, duty.limit
        _take(duty, clock, wanted, days, urgent=urgent)
        return
    as_it_is = _plan(duty, clock.started_at, clock.limit, days, urgent=urgent)
    same_due, same_marks = as_it_is.due == clock.due, as_it_is.marks == clock.marks
    if duty.pauses or clock.paused:
        if not (same_due and same_marks):
            _take(duty, clock, as_it_is, days, urgent=urgent)
    elif _urgent(duty, urgent=urgent) and not clock.emergency and same_due and not same_marks:
        clock.marks, clock.emergency = as_it_is.marks, True


def _take(duty: Duty, clock: Clock, made: Plan, days: Days, *, urgent: bool) -> None:
    clock.generation += made.due != clock.due
    clock.due, clock.last_day, clock.provisional = made.due, made.last_day, made.provisional
    clock.marks, clock.paused, clock.calendar = made.marks, made.paused, days.version
    clock.emergency = clock.emergency or _urgent(duty, urgent=urgent)


def recalculate(claim: Claim, days: Days) -> int:
    """Bring running clocks to a newer calendar; return how many moved."""
    urgent, moved = emergency(claim), 0
    for duty in duties(claim):
        clock = claim.clocks.get((duty.name, claim.round, duty.scope))
        if clock is None or clock.ended_at is not None or clock.calendar >= days.version:
            continue
        made = _plan(duty, clock.started_at, clock.limit, days, urgent=urgent)
        stands = (clock.due, clock.last_day, clock.provisional, clock.marks)
        if stands != (made.due, made.last_day, made.provisional, made.marks):
            _take(duty, clock, made, days, urgent=urgent)
            moved += 1
    if moved:
        follow(claim, days)
    return moved


def watched(clock: Clock, now: datetime) -> Iterator[str]:
    """Let the watch look at a clock; yield what it says."""
    upto = clock.ended_at or now
    reached = min(sum(mark <= upto for mark in clock.marks if mark != NEVER), 4 if clock.tier == "target" else 6)
    if clock.level >= 4 > reached:
        clock.level, clock.withdrawn_at = reached, now
        yield "miss_withdrawn" if clock.tier == "target" else "breach_withdrawn"
        return
    for level in range(clock.level + 1, reached + 1):
        if level == 6 or clock.marks[level - 1] < clock.marks[level]:
            yield _said(level, clock.tier)
    if clock.level < 4 <= reached:
        clock.breached_at, clock.withdrawn_at = clock.marks[3], None
    clock.level = max(clock.level, reached)


def _said(level: int, tier: str) -> str:
    if level < 4:
        return "clock_at_risk"
    if level > 4:
        return "clock_escalated"
    return "clock_missed" if tier == "target" else "clock_breached"


def status(clock: Clock) -> str:
    """Return how a clock stands."""
    if clock.ended_as == "met" and clock.ended_at is not None:
        return "met" if clock.ended_at < (clock.due if clock.provisional else clock.marks[3]) else "met_late"
    if clock.ended_as is not None:
        return clock.ended_as
    if clock.level < 4:
        return "at_risk" if clock.level else "open"
    return "missed" if clock.tier == "target" else "overdue"
