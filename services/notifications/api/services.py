"""What the routes are given to work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from notifications.api.tokens import TokenVerifier
from notifications.application.directory import Directory
from notifications.application.ports import DeliveryLog, Inbox, NewId, Queue, SandboxClock
from notifications.application.try_endpoint import EndpointTrial
from notifications.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Services:
    """Wired once, by bootstrap."""

    inbox: Inbox
    log: DeliveryLog
    queue: Queue
    directory: Directory
    trial: EndpointTrial
    sandbox_clock: SandboxClock
    verifier: TokenVerifier
    check_address: Callable[[str], None]
    is_ready: Callable[[], Awaitable[bool]]
    new_id: NewId
    metrics: Metrics
    sandbox: bool


def services_of(request: Request) -> Services:
    """Return what the application of this request was built with."""
    services: Services = request.app.state.services
    return services


Wired = Annotated[Services, Depends(services_of)]
