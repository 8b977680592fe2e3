"""What Prometheus may know of this service."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_PREFIX = "notifications"
_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The series of one process; `registry` is what its /metrics shows."""

    registry: CollectorRegistry
    alerts: Counter
    unheard: Counter
    deliveries: Counter
    dead: Counter
    attempt_seconds: Histogram
    queue_depth: Gauge
    oldest_pending_seconds: Gauge
    database_failures: Counter

    @classmethod
    def create(cls) -> Self:
        """Make a fresh set in a registry of its own."""
        to = CollectorRegistry()
        named = f"{_PREFIX}_"
        return cls(
            registry=to,
            alerts=Counter(f"{named}alerts", "Alerts taken in", ["kind", "result"], registry=to),
            unheard=Counter(f"{named}alerts_unheard", "Alerts that no subscription asked for", ["kind"], registry=to),
            deliveries=Counter(f"{named}attempts", "Attempts at deliveries", ["channel", "outcome"], registry=to),
            dead=Counter(f"{named}deliveries_dead", "Deliveries given up", ["channel"], registry=to),
            attempt_seconds=Histogram(
                f"{named}attempt_seconds", "Duration of an attempt", ["channel"], registry=to, buckets=_LATENCY
            ),
            queue_depth=Gauge(f"{named}queue_depth", "Deliveries not yet made", ["state"], registry=to),
            oldest_pending_seconds=Gauge(
                f"{named}oldest_pending_seconds", "Age of the oldest delivery that nobody holds back", registry=to
            ),
            database_failures=Counter(
                f"{named}database_failures", "Times the database was not there when it was needed", registry=to
            ),
        )
