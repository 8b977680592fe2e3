"""What a process of the claims service tells Prometheus."""

import socket
import urllib.request

import pytest
from prometheus_client import CollectorRegistry

from claims.metrics import ClaimsMetrics, process_metrics, start_metrics_server


@pytest.fixture
def metrics() -> ClaimsMetrics:
    return ClaimsMetrics(CollectorRegistry())


def value(metrics: ClaimsMetrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"anze_claims_{name}", labels)


def test_a_command_is_counted_by_its_outcome(metrics: ClaimsMetrics) -> None:
    metrics.command_done("report_claim", "accepted")
    metrics.command_done("report_claim", "accepted")
    assert value(metrics, "commands_total", command="report_claim", outcome="accepted") == 2


def test_a_refusal_is_counted_as_a_command_and_by_its_rule(metrics: ClaimsMetrics) -> None:
    metrics.command_refused("pay_advance", "limit-used-up")
    assert value(metrics, "commands_total", command="pay_advance", outcome="refused") == 1
    assert value(metrics, "refusals_total", rule="limit-used-up") == 1


def test_a_breach_is_counted_and_its_detection_timed(metrics: ClaimsMetrics) -> None:
    metrics.breach_recorded("SZ-20.6", 0.3)
    metrics.breach_recorded("SZ-20.6", -0.001)
    assert value(metrics, "breaches_total", rule="SZ-20.6") == 2
    assert value(metrics, "detection_lag_seconds_sum") == pytest.approx(0.3)
    assert value(metrics, "detection_lag_seconds_bucket", le="0.05") == 1


def test_open_clocks_that_ended_disappear(metrics: ClaimsMetrics) -> None:
    metrics.show_open_clocks({("SZ-20.6", "open"): 3, ("SZ-20.6", "overdue"): 1})
    metrics.show_open_clocks({("SZ-20.6", "open"): 2})
    assert value(metrics, "open_clocks", rule="SZ-20.6", status="open") == 2
    assert value(metrics, "open_clocks", rule="SZ-20.6", status="overdue") is None


def test_an_append_is_timed(metrics: ClaimsMetrics) -> None:
    with metrics.append_seconds.time():
        pass
    assert value(metrics, "append_seconds_count") == 1


def test_every_name_starts_alike(metrics: ClaimsMetrics) -> None:
    names = {family.name for family in metrics.registry.collect()}
    assert len(names) == 14
    assert all(name.startswith("anze_claims_") for name in names)


def test_a_route_answers_in_the_form_that_was_asked_for(metrics: ClaimsMetrics) -> None:
    metrics.relay_alerts.labels("clock.breached", "taken").inc()
    body, plain = metrics.answer("*/*")
    assert b'anze_claims_relay_alerts_total{kind="clock.breached",outcome="taken"} 1.0' in body
    assert plain.startswith("text/plain")
    assert metrics.answer("application/openmetrics-text; version=1.0.0")[1].startswith("application/openmetrics-text")


def test_a_worker_answers_on_a_port_of_its_own_until_it_stops() -> None:
    server = start_metrics_server(process_metrics(), 0, "127.0.0.1")
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        assert b"process_resident_memory_bytes" in answer.read()
    server.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_a_taken_port_is_an_error() -> None:
    server = start_metrics_server(process_metrics(), 0, "127.0.0.1")
    with pytest.raises(OSError, match="in use"):
        start_metrics_server(process_metrics(), server.port, "127.0.0.1")
    server.stop()
