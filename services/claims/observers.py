"""What each loop and port tells of itself, as metrics and log lines."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from claims.application.ports import EventStore
from claims.application.rows import Commit, Loaded, Scope
from claims.metrics import ClaimsMetrics
from claims.watch.sweep import Swept

_log = structlog.get_logger(__name__)


class LoopObserver:
    """A loop that goes on after the database, or notifications, was away."""

    def __init__(self, metrics: ClaimsMetrics, loop: str) -> None:
        """Take the name by which metrics and log know the loop."""
        self._metrics = metrics
        self._loop = loop

    def lost(self, error: Exception) -> None:
        """Count and log that the loop goes on after an error."""
        self._metrics.loop_restarts.labels(self._loop).inc()
        _log.warning("loop goes on after an error", loop=self._loop, error=type(error).__name__, reason=str(error))


class WatchObserver(LoopObserver):
    """Of the watch."""

    def swept(self, result: Swept) -> None:
        """Count breaches, with how late the watch saw them."""
        for said in result.said:
            if said.name == "clock_breached":
                self._metrics.breach_recorded(said.rule, said.lag)
            elif said.name == "clock_missed":
                self._metrics.misses.labels(said.rule).inc()
        _log.info("clocks moved", moved=result.moved, events=result.written)


class FollowerObserver(LoopObserver):
    """Of a projection."""

    def lag(self, projection: str, seconds: float) -> None:
        """Show how far it is behind."""
        self._metrics.projection_lag.labels(projection).set(seconds)


class RelayObserver(LoopObserver):
    """Of the relay."""

    def taken(self, kind: str) -> None:
        """Count an alert that notifications took."""
        self._metrics.relay_alerts.labels(kind, "taken").inc()

    def refused(self, kind: str, status: int) -> None:
        """Count an alert that notifications refused for what it is."""
        self._metrics.relay_alerts.labels(kind, "refused").inc()
        _log.error("notifications refused an alert", kind=kind, status=status)

    def lag(self, seconds: float) -> None:
        """Show how far it is behind."""
        self._metrics.relay_lag.set(seconds)


class AuditorObserver(RelayObserver):
    """Of the auditor of the relay."""

    def missing(self, kind: str) -> None:
        """Count an alert that notifications did not know."""
        self._metrics.relay_alerts.labels(kind, "missing").inc()


class RecalculationObserver(LoopObserver):
    """Of recalculation."""

    def recalculated(self, version: int, moved: int) -> None:
        """Log that a round by a calendar is done."""
        _log.info("clocks recalculated", calendar=version, moved=moved)

    def left(self, subject: UUID, error: Exception) -> None:
        """Log clocks that a new calendar should move and nobody can."""
        _log.error("clocks not recalculated", subject=str(subject), reason=str(error))


class PeriodObserver(LoopObserver):
    """Of the opening of periods."""

    def opened(self, party: str, count: int) -> None:
        """Log that a party came to owe reports, or owes them no longer."""
        _log.info("periods opened", party=party, count=count)


class GaugeObserver(LoopObserver):
    """Of what is looked at every few seconds."""

    def show_open_clocks(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Replace the counts of clocks that have not ended."""
        self._metrics.show_open_clocks(counts)

    def show_fence_lag(self, seconds: float) -> None:
        """Show how long the fence holds back the log's readers."""
        self._metrics.fence_lag.set(seconds)


class CommandObserver:
    """Of the handlers."""

    def __init__(self, metrics: ClaimsMetrics) -> None:
        """Take the metrics of the process."""
        self._metrics = metrics

    def command_done(self, command: str, outcome: str) -> None:
        """Count a command by its outcome."""
        self._metrics.command_done(command, outcome)

    def command_refused(self, command: str, rule: str) -> None:
        """Count a command that a rule of the business refused."""
        self._metrics.command_refused(command, rule)

    def race_lost(self) -> None:
        """Count a lost race for a version or a key."""
        self._metrics.version_races.inc()


class MeasuredStore:
    """An event store whose round trips are timed."""

    def __init__(self, store: EventStore, metrics: ClaimsMetrics) -> None:
        """Wrap a store."""
        self._store = store
        self._metrics = metrics

    async def load(self, scope: Scope, stream_ids: Sequence[UUID], key_hash: bytes | None = None) -> Loaded:
        """Load, timed."""
        with self._metrics.load_seconds.time():
            return await self._store.load(scope, stream_ids, key_hash)

    async def append(self, commits: Sequence[Commit]) -> frozenset[UUID]:
        """Append, timed."""
        with self._metrics.append_seconds.time():
            return await self._store.append(commits)
