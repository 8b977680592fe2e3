"""The ports of the four processes, checked before anything is started."""

import socket
from dataclasses import dataclass

from anze.errors import StartError

CLAIMS_PORT = 8400
NOTIFICATIONS_PORT = 8401
CLAIMS_METRICS_PORT = 8402
NOTIFICATIONS_METRICS_PORT = 8403
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the APIs and the workers' metrics are on loopback."""

    claims: int
    notifications: int
    claims_metrics: int
    notifications_metrics: int

    @property
    def claims_url(self) -> str:
        """The address of the claims API."""
        return f"http://{LOOPBACK}:{self.claims}"

    @property
    def notifications_url(self) -> str:
        """The address of the notifications API."""
        return f"http://{LOOPBACK}:{self.notifications}"


def choose(claims: int, notifications: int) -> Ports:
    """The ports asked for; StartError when one is taken.

    The workers' metrics are on their usual ports only beside the usual claims port: two instances that start at the
    same moment, each with ports of its own, would both find the usual ones free.
    """
    if claims == notifications:
        raise StartError(f"Both APIs cannot listen on port {claims}: give another by --notifications-port.")
    for port, option in ((claims, "--claims-port"), (notifications, "--notifications-port")):
        if not is_free(port):
            raise StartError(f"Port {port} is taken: stop what listens there, or give another by {option}.")
    return _with_metrics(claims, notifications)


def choose_any() -> Ports:
    """The usual ports where they are free, else others."""
    claims = CLAIMS_PORT if is_free(CLAIMS_PORT) else _some_port(set())
    notifications = NOTIFICATIONS_PORT if is_free(NOTIFICATIONS_PORT) else _some_port({claims})
    return _with_metrics(claims, notifications)


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _with_metrics(claims: int, notifications: int) -> Ports:
    used = {claims, notifications}
    metrics = []
    for usual in (CLAIMS_METRICS_PORT, NOTIFICATIONS_METRICS_PORT):
        may = claims == CLAIMS_PORT and usual not in used and is_free(usual)
        port = usual if may else _some_port(used)
        used.add(port)
        metrics.append(port)
    return Ports(claims, notifications, *metrics)


def _some_port(used: set[int]) -> int:
    """A port the system has free; no fixed one may come out of it while another probe holds it."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        if port not in used:
            return port
