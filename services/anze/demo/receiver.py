"""The recipients' own server: takes webhooks on loopback and accepts only what is signed with the endpoint's secret."""

import base64
import secrets
import socket
import threading
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert as a recipient got it, its signature verified."""

    role: str
    message_id: str
    event: dict[str, Any]


@dataclass(slots=True)
class Receiver:
    """One server for all recipients; each role has its own path and secret."""

    roles: tuple[str, ...]
    refused: int = 0
    _broken: set[str] = field(default_factory=set)
    _deliveries: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    _secrets: dict[str, str] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _server: uvicorn.Server = field(init=False)
    _thread: threading.Thread = field(init=False)
    _socket: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self._secrets = {role: f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}" for role in self.roles}

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        app = Starlette(routes=[Route("/hooks/{role}", self._take, methods=["POST"])])
        config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)
        self._socket.close()

    def address(self, role: str) -> str:
        """Where alerts for a role are sent."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/hooks/{role}"

    def secret(self, role: str) -> str:
        """What messages to a role are signed with."""
        return self._secrets[role]

    def break_down(self, role: str) -> None:
        """Answer 503 to everything for a role, until it is mended."""
        self._broken.add(role)

    def mend(self, role: str) -> None:
        """Take messages for a role again."""
        self._broken.discard(role)

    def deliveries(self) -> list[Delivery]:
        """What came so far, each message once."""
        with self._changed:
            return list(self._deliveries.values())

    def wait_for_more(self, known: int, seconds: float) -> bool:
        """Whether more than `known` messages have come before the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._deliveries) > known, seconds)

    async def _take(self, request: Request) -> Response:
        role = request.path_params["role"]
        secret = self._secrets.get(role)
        body = await request.body()
        if secret is None:
            return Response(status_code=404)
        if role in self._broken:
            return Response(status_code=503)
        try:
            event = Webhook(secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.refused += 1
            return Response(status_code=401)
        self._keep(Delivery(role, request.headers["webhook-id"], event))
        return Response(status_code=204)

    def _keep(self, delivery: Delivery) -> None:
        """Delivery is at least once: the message's id tells a repeat."""
        with self._changed:
            self._deliveries.setdefault((delivery.role, delivery.message_id), delivery)
            self._changed.notify_all()
