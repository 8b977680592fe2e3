"""From settings to a worker and its loops."""

from collections.abc import Mapping
from functools import partial

import structlog

from claims.application.periods import Periods
from claims.application.recalculation import Planner, Recalculations
from claims.bootstrap import SetupError
from claims.bootstrap.parts import Parts, new_id, open_parts, service_key, taken
from claims.event_store import checkpoints
from claims.event_store.pool import is_passing
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.loops import Loop, LoopEndedError, run_until_stopped
from claims.metrics import ClaimsMetrics, MetricsServer, start_metrics_server
from claims.observers import (
    AuditorObserver,
    FollowerObserver,
    GaugeObserver,
    LoopObserver,
    PeriodObserver,
    RecalculationObserver,
    RelayObserver,
    WatchObserver,
)
from claims.projections.followers import followers
from claims.reference.versions import CalendarVersions
from claims.relay.auditor import Auditor
from claims.relay.gathering import Gathering
from claims.relay.heartbeat import Heartbeat
from claims.relay.missing_calendar import MissingCalendar
from claims.relay.notifications import Notifications
from claims.relay.relay import Relay
from claims.relay.service_token import ServiceToken
from claims.settings import Settings
from claims.watch.forgetter import Forgetter
from claims.watch.gauges import Gauges
from claims.watch.periods import PeriodWatch
from claims.watch.recalculation import Recalculation
from claims.watch.stepping import SandboxClock
from claims.watch.ticker import Watch

_log = structlog.get_logger(__name__)

_POOL_OF_WORKER = 12


async def run_worker(settings: Settings) -> None:
    """Run every loop until SIGINT or SIGTERM; SetupError.

    An error in any loop ends the process: whoever started it starts it again.
    """
    async with open_parts(settings, "claims worker", _POOL_OF_WORKER) as parts:
        notifications = _notifications(settings)
        server = _metrics_server(settings, parts.metrics)
        try:
            loops = worker_loops(parts, notifications)
            _log.info("worker started", loops=sorted(loops))
            try:
                await run_until_stopped(loops)
            except LoopEndedError as error:
                raise SetupError(str(error)) from error
        finally:
            server.stop()
            await notifications.close()


def worker_loops(parts: Parts, notifications: Notifications) -> Mapping[str, Loop]:
    """Return the loops of a worker, by name; each has a `run` that ends only with an error."""
    pool, metrics = parts.pool, parts.metrics
    tail = PostgresTail(pool)
    gathering = Gathering(parts.histories, parts.reference)
    relay = Relay(pool, tail, gathering, notifications, RelayObserver(metrics, "relay"))
    periods = PeriodWatch(
        pool,
        Periods(PostgresEventStore(pool), parts.histories, parts.reference, new_id),
        parts.reference,
        PeriodObserver(metrics, "periods"),
    )
    loops: dict[str, Loop] = {
        "watch": Watch(pool, WatchObserver(metrics, "watch")),
        "periods": periods,
        "relay": relay,
        **followers(
            pool,
            tail,
            checkpoints,
            parts.histories,
            parts.reference.rulebooks,
            partial(FollowerObserver, metrics),
            is_passing,
        ),
        "recalculation": Recalculation(
            pool,
            parts.reference,
            CalendarVersions(pool),
            Recalculations(Planner(PostgresEventStore(pool), parts.histories, parts.reference), new_id),
            RecalculationObserver(metrics, "recalculation"),
        ),
        "missing_calendar": MissingCalendar(
            pool, parts.reference, notifications, RelayObserver(metrics, "missing_calendar")
        ),
        "heartbeat": Heartbeat(pool, notifications, RelayObserver(metrics, "heartbeat")),
        "auditor": Auditor(pool, tail, gathering, notifications, AuditorObserver(metrics, "auditor")),
        "gauges": Gauges(pool, GaugeObserver(metrics, "gauges")),
        "forgetter": Forgetter(pool, LoopObserver(metrics, "forgetter")),
    }
    if parts.settings.sandbox:
        url = parts.settings.database_url.get_secret_value()
        loops["sandbox"] = SandboxClock(pool, url, periods, relay.settled, WatchObserver(metrics, "sandbox"))
    return loops


def _notifications(settings: Settings) -> Notifications:
    token = ServiceToken(service_key(settings), issuer=settings.token_issuer, audience=settings.notifications_audience)
    return Notifications(settings.notifications_url, token)


def _metrics_server(settings: Settings, metrics: ClaimsMetrics) -> MetricsServer:
    try:
        return start_metrics_server(metrics, settings.metrics_port, settings.host)
    except OSError as error:
        raise taken(settings.host, settings.metrics_port, error) from error
