"""What Prometheus may know of this service."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_PREFIX = "notifications"
_DELAYS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)
_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The series of one process; `registry` is what its /metrics shows."""

    registry: CollectorRegistry
    alerts: Counter
    unheard: Counter
    unheard_roles: Counter
    repeats: Counter
    digests: Counter
    audit_findings: Gauge
    deliveries: Counter
    dead: Counter
    attempt_seconds: Histogram
    mark_to_delivered_seconds: Histogram
    handed_on: Counter
    dead_letters: Gauge
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
            unheard_roles=Counter(
                f"{named}roles_unheard", "Roles of alerts in which nobody hears them", ["kind", "role"], registry=to
            ),
            repeats=Counter(
                f"{named}repeats", "Alerts said again to somebody who had not acknowledged", ["kind"], registry=to
            ),
            digests=Counter(f"{named}digests", "Messages that list many alerts", ["kind"], registry=to),
            audit_findings=Gauge(f"{named}audit_findings", "What must never be", ["finding"], registry=to),
            deliveries=Counter(f"{named}attempts", "Attempts at deliveries", ["channel", "outcome"], registry=to),
            dead=Counter(f"{named}deliveries_dead", "Deliveries given up", ["channel"], registry=to),
            attempt_seconds=Histogram(
                f"{named}attempt_seconds", "Duration of an attempt", ["channel"], registry=to, buckets=_LATENCY
            ),
            mark_to_delivered_seconds=Histogram(
                f"{named}mark_to_delivered_seconds",
                "From a clock's mark, such as its deadline, to the receiver",
                ["channel"],
                registry=to,
                buckets=_DELAYS,
            ),
            handed_on=Counter(
                f"{named}deliveries_handed_on", "Deliveries given up that went to another channel", registry=to
            ),
            dead_letters=Gauge(f"{named}dead_letters", "Deliveries given up that nobody has heard of yet", registry=to),
            queue_depth=Gauge(f"{named}queue_depth", "Deliveries not yet made", ["state"], registry=to),
            oldest_pending_seconds=Gauge(
                f"{named}oldest_pending_seconds", "Age of the oldest delivery that nobody holds back", registry=to
            ),
            database_failures=Counter(
                f"{named}database_failures", "Times the database was not there when it was needed", registry=to
            ),
        )
