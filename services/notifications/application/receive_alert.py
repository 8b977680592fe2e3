"""Taking alerts in: each exactly once by source and id, with all its deliveries in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from notifications.application.planning import Planner
from notifications.application.ports import Inbox, Intake, NewId
from notifications.application.records import NewAlert, StoredAlert
from notifications.application.rules import Rules
from notifications.domain.alert import Alert
from notifications.domain.holding import may_wait
from notifications.domain.kinds import UNHEARD
from notifications.domain.reminding import ENDING, REPEATED, Ending, is_repeated
from notifications.domain.routing import Listener, Route, route, unheard_roles
from notifications.metrics import Metrics

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """The alert as stored; `first` is False when it was there already."""

    record: StoredAlert
    first: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be stored of one alert, and where it goes."""

    new: NewAlert
    routes: tuple[Route, ...]

    @property
    def alert(self) -> Alert:
        return self.new.alert


async def receive_alert(alert: Alert, inbox: Inbox, new_id: NewId, metrics: Metrics, rules: Rules) -> Received:
    """Store one alert and what is to be delivered of it, or find it stored already."""
    return (await receive_alerts([alert], inbox, new_id, metrics, rules))[0]


async def receive_alerts(
    alerts: Sequence[Alert], inbox: Inbox, new_id: NewId, metrics: Metrics, rules: Rules
) -> list[Received]:
    """Store alerts and what is to be delivered of them, or find them stored already; all in one transaction, in order.

    An alert that nobody hears, in one of its roles or in all, or that somebody misses for want of an enabled endpoint,
    is stored, counted and logged; the administrators are told of the roles (notifications.application.tell_unheard).
    """
    async with inbox.intake(alerts) as intake:
        listeners = await intake.listeners(alerts)
        planner = Planner(rules, await intake.maintenance_windows(), intake.business_now, new_id)
        plans = [_plan(alert, listeners, planner, new_id) for alert in alerts]
        first = await intake.add([plan.new for plan in plans])
        await _go_before(intake, [plan for plan in plans if plan.new.id in first])
        await _remind_all(intake, [plan for plan in plans if plan.new.id in first], rules)
        received = [
            Received(plan.new.stored(intake.business_now), first=True)
            if plan.new.id in first
            else Received(await intake.known(plan.alert), first=False)
            for plan in plans
        ]
    for plan, one in zip(plans, received, strict=True):
        _report(plan, one, metrics)
    return received


def _plan(alert: Alert, listeners: Sequence[Listener], planner: Planner, new_id: NewId) -> _Plan:
    routes = route(alert, listeners)
    deliveries = tuple(planner.plan(alert, routes))
    return _Plan(NewAlert(new_id(), alert, deliveries, unheard_roles(alert, routes, listeners)), routes)


async def _go_before(intake: Intake, plans: Sequence[_Plan]) -> None:
    """What must not wait takes along the warnings that wait before it on the same claim: their order stands."""
    at_once = [
        (plan.new.id, each.endpoint.id)
        for plan in plans
        for each in plan.routes
        if not may_wait(plan.alert.severity, each.recipient.role)
    ]
    if at_once:
        await intake.let_go(at_once)


async def _remind_all(intake: Intake, plans: Sequence[_Plan], rules: Rules) -> None:
    """What comes late, behind a newer word on the same clock, is delivered, and begins and ends no repeats."""
    of_clocks = [plan.new for plan in plans if _ends(plan.alert) is not None]
    outdated = await intake.outdated(of_clocks) if of_clocks else frozenset[UUID]()
    for run in _runs([plan for plan in plans if plan.new.id not in outdated]):
        await _remind(intake, run, rules)


def _runs(plans: Sequence[_Plan]) -> list[list[_Plan]]:
    """Cut where a clock comes up again: what is said of it later ends the repeats of what was said before."""
    runs: list[list[_Plan]] = [[]]
    clocks: set[str] = set()
    for plan in plans:
        clock_id = plan.alert.clock_id
        if clock_id in clocks:
            runs.append([])
            clocks.clear()
        runs[-1].append(plan)
        clocks |= {clock_id} if clock_id is not None else set()
    return runs


async def _remind(intake: Intake, plans: Sequence[_Plan], rules: Rules) -> None:
    """Repeat breaches until somebody acknowledges; the newest word on a clock ends the repeats of those before it."""
    ending = [(plan.new, why) for plan in plans if (why := _ends(plan.alert)) is not None]
    if ending:
        await intake.end_reminders(ending)
    how, now = rules.repeating, intake.business_now
    hearers: list[tuple[UUID, UUID]] = []
    for plan in plans:
        found = {each.recipient.id for each in plan.routes if is_repeated(plan.alert, each.recipient.role)}
        hearers += [(plan.new.id, recipient_id) for recipient_id in sorted(found)]
    if hearers:
        await intake.remind(hearers, now + how.every, now + how.lasting)


def _ends(alert: Alert) -> Ending | None:
    if alert.clock_id is None:
        return None
    if alert.kind in ENDING:
        return Ending.WITHDRAWN
    return Ending.SUPERSEDED if alert.kind in REPEATED else None


def _report(plan: _Plan, received: Received, metrics: Metrics) -> None:
    alert, record = plan.alert, received.record
    log = _log.bind(alert_id=str(record.id), kind=alert.kind, correlation_id=alert.correlation_id)
    if not received.first:
        metrics.alerts.labels(alert.kind, "repeated").inc()
        if record.document != alert.document:
            log.warning("alert_repeated_with_other_content", source=alert.source, event_id=alert.event_id)
        return
    metrics.alerts.labels(alert.kind, "accepted").inc()
    log.info("alert_accepted", deliveries=record.deliveries, source=alert.source, event_id=alert.event_id)
    for role in plan.new.unheard:
        metrics.unheard_roles.labels(alert.kind, role).inc()
    if record.unheard:
        metrics.unheard.labels(alert.kind).inc()
    if record.unheard and alert.kind == UNHEARD:
        log.error("unheard_is_unheard", reason="no administrator is subscribed: nobody learns of what is not heard")
    elif record.unheard or plan.new.unheard:
        log.warning("alert_unheard", roles=list(plan.new.unheard), region=alert.region, tenant=alert.tenant)
