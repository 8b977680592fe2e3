"""What the processes of the claims service count and measure for Prometheus; every name starts with `anze_claims_`."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.exposition import choose_encoder
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

NAMESPACE = "anze_claims"
FAST = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2.5, 5)
"""Buckets, in seconds, of a round trip to the database."""
LAGS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)
"""Buckets, in seconds, of the time from a due moment to its record."""


class ClaimsMetrics:
    """The metrics of one process; made once, handed to whoever observes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register every metric with `registry`: one set for each registry."""
        self.registry = registry
        self.commands = self._counter("commands", "Commands by outcome.", "command", "outcome")
        self.refusals = self._counter("refusals", "Commands refused, by the rule that they would break.", "rule")
        self.version_races = self._counter("version_races", "Appends that lost a race for a version or a key.")
        self.breaches = self._counter("breaches", "Clocks breached, by rule.", "rule")
        self.misses = self._counter("misses", "Targets missed, by rule: no breaches.", "rule")
        self.relay_alerts = self._counter("relay_alerts", "Alerts, by taken, refused, or missing.", "kind", "outcome")
        self.loop_restarts = self._counter("loop_restarts", "Loops of the worker started again after an error.", "loop")
        self.append_seconds = self._histogram("append_seconds", "Time of an append.", FAST)
        self.load_seconds = self._histogram("load_seconds", "Time of a load.", FAST)
        self.detection_lag = self._histogram(
            "detection_lag_seconds", "From the due moment of a breached clock to the record of its breach.", LAGS
        )
        self.fence_lag = self._gauge(
            "fence_lag_seconds", "Age of the oldest open write that holds back the log's readers."
        )
        self.relay_lag = self._gauge("relay_lag_seconds", "Age of the oldest event not yet relayed.")
        self.projection_lag = self._gauge(
            "projection_lag_seconds", "Age of the oldest event that a projection has not taken in.", "projection"
        )
        self.open_clocks = self._gauge("open_clocks", "Clocks not yet ended, by rule and status.", "rule", "status")

    def show_open_clocks(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Replace the counts of open clocks, keyed by rule and status; a pair that is not there any more disappears."""
        self.open_clocks.clear()
        for (rule, status), count in counts.items():
            self.open_clocks.labels(rule, status).set(count)

    def command_done(self, command: str, outcome: str) -> None:
        """Count a command: outcome is stored, replayed, refused, invalid or contended."""
        self.commands.labels(command, outcome).inc()

    def command_refused(self, command: str, rule: str) -> None:
        """Count a command that a business rule refused."""
        self.command_done(command, "refused")
        self.refusals.labels(rule).inc()

    def breach_recorded(self, rule: str, lag_seconds: float) -> None:
        """Count a breach that was recorded `lag_seconds` after its due moment."""
        self.breaches.labels(rule).inc()
        self.detection_lag.observe(max(lag_seconds, 0.0))

    def answer(self, accept: str) -> tuple[bytes, str]:
        """Return body and content type for a route `/metrics` that was asked with this Accept header."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, namespace=NAMESPACE, registry=self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, namespace=NAMESPACE, registry=self.registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, told, namespace=NAMESPACE, registry=self.registry, buckets=buckets)


class MetricsServer:
    """The listener of a process that has no API of its own; it answers on a thread."""

    def __init__(self, metrics: ClaimsMetrics, port: int, host: str) -> None:
        self._server, self._thread = start_http_server(port, host, metrics.registry)
        self.port = self._server.server_port

    def stop(self) -> None:
        """Close the listener and wait for its thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def process_metrics() -> ClaimsMetrics:
    """Return the metrics of a process, those of the process itself (memory, open files, start) included."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return ClaimsMetrics(registry)


def start_metrics_server(metrics: ClaimsMetrics, port: int, host: str) -> MetricsServer:
    """Answer `/metrics` on host and port; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    return MetricsServer(metrics, port, host)
