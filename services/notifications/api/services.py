"""What the routes are given to work with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from notifications.api.tokens import TokenVerifier
from notifications.application.acknowledge import AcknowledgementLinks, Acknowledgements
from notifications.application.collect import Holds
from notifications.application.delivery_ports import EndpointHealth, Replays
from notifications.application.directory import Directory
from notifications.application.figures import Ledger
from notifications.application.ports import DeliveryLog, NewId, Queue, SandboxClock, Shelf
from notifications.application.reception import Reception
from notifications.application.rules import Rules
from notifications.application.try_endpoint import EndpointTrial
from notifications.domain.endpoint import ChannelName
from notifications.domain.holding import MaintenanceWindow
from notifications.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Services:
    """Wired once, by bootstrap."""

    reception: Reception
    log: DeliveryLog
    queue: Queue
    replays: Replays
    health: EndpointHealth
    rules: Rules
    directory: Directory
    trial: EndpointTrial
    sandbox_clock: SandboxClock
    verifier: TokenVerifier
    check_address: Callable[[ChannelName, str], None]
    is_ready: Callable[[], Awaitable[bool]]
    new_id: NewId
    acknowledgements: Acknowledgements
    links: AcknowledgementLinks
    windows: Shelf[MaintenanceWindow]
    holds: Holds
    ledger: Ledger
    metrics: Metrics
    docs: Mapping[str, Path]
    """What the page of the interface is made of, by name."""
    sandbox: bool


def services_of(request: Request) -> Services:
    """Return what the application of this request was built with."""
    services: Services = request.app.state.services
    return services


Wired = Annotated[Services, Depends(services_of)]
