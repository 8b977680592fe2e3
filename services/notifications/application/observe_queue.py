"""Showing in the metrics how much waits."""

from notifications.application.ports import Queue
from notifications.metrics import Metrics


async def observe_queue(queue: Queue, metrics: Metrics) -> None:
    """Set the gauges of the queue; DatabaseUnavailableError."""
    state = await queue.state()
    for name, depth in (("due", state.due), ("waiting", state.waiting), ("held", state.held)):
        metrics.queue_depth.labels(name).set(depth)
    metrics.dead_letters.set(state.untold)
    metrics.oldest_pending_seconds.set(state.oldest_pending_seconds)
