"""The only wiring: from settings to an application or a worker."""

import asyncio
import json
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from os import getpid
from time import time
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
import uuid_utils
import uvicorn
from joserfc.jwk import KeySet
from prometheus_client import start_http_server
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.acknowledge import AcknowledgementLinks
from notifications.application.credentials import Keyring
from notifications.application.directory import Directory
from notifications.application.errors import SetupError
from notifications.application.links import Links
from notifications.application.ports import Channel, Clock, Jitter
from notifications.application.reception import Reception
from notifications.application.recording import Recorder
from notifications.application.rules import Rules
from notifications.application.send_delivery import Sender
from notifications.application.tell_dead import TellDead
from notifications.application.try_endpoint import EndpointTrial
from notifications.channel_wiring import available, open_channels
from notifications.channels.address_policy import AddressPolicy
from notifications.channels.addresses import EndpointAddresses
from notifications.domain.endpoint import ChannelName
from notifications.domain.retry import Schedules
from notifications.metrics import Metrics
from notifications.rounds_wiring import RoundParts, rounds_of
from notifications.settings import Settings
from notifications.store import shelves
from notifications.store.acknowledgements import PostgresAcknowledgements
from notifications.store.connection import check_instance, is_reachable, open_engine
from notifications.store.dead_letters import PostgresDeadLetters
from notifications.store.delivery_log import PostgresDeliveryLog
from notifications.store.health import PostgresHealth
from notifications.store.holds import PostgresHolds
from notifications.store.inbox import PostgresInbox
from notifications.store.ledger import PostgresLedger
from notifications.store.pace import PostgresPace
from notifications.store.queue import PostgresQueue
from notifications.store.replays import PostgresReplays
from notifications.store.sandbox import StoredSandboxClock
from notifications.store.secret_box import AesSecretBox
from notifications.worker.delivery_loop import DeliveryLoop
from notifications.worker.rounds import Paced, Rounds

if TYPE_CHECKING:
    from fastapi import FastAPI

    from notifications.api.tokens import TokenVerifier

_log = structlog.get_logger(__name__)

_POOL_OF_WORKER = 20
_STOP_SECONDS = 10
_DEAD_SECONDS = 0.5


class SystemClock:
    """The machine's clock."""

    def wall(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.fromtimestamp(time(), UTC)


def new_id() -> UUID:
    """Make a UUIDv7."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def system_jitter() -> float:
    """A number between -1 and 1."""
    return secrets.SystemRandom().uniform(-1, 1)


@dataclass(frozen=True, slots=True)
class Parts:
    """What both processes are made of; tests give their own clock and jitter."""

    settings: Settings
    engine: AsyncEngine
    clock: Clock
    jitter: Jitter
    metrics: Metrics
    policy: AddressPolicy
    channels: Mapping[ChannelName, Channel]

    @property
    def keyring(self) -> Keyring:
        """Opens and seals the credentials of endpoints."""
        return Keyring(AesSecretBox(self.settings.secret_key.get_secret_value()), self.clock)

    @property
    def queue(self) -> PostgresQueue:
        """The deliveries that are due."""
        return PostgresQueue(self.engine, self.clock, timedelta(seconds=self.settings.lease_seconds))

    @property
    def rules(self) -> Rules:
        """What intake and rounds go by."""
        delays = [timedelta(seconds=each) for each in self.settings.retry_delays]
        standing = Schedules.standing()
        return Rules(standing.with_delays(delays) if delays else standing, self.settings.repeating())

    @property
    def links(self) -> Links:
        """Makes and reads the signed links of messages."""
        settings = self.settings
        return Links.derived(settings.secret_key.get_secret_value(), self.clock.wall, settings.public_url)


@asynccontextmanager
async def open_parts(
    settings: Settings, clock: Clock | None = None, jitter: Jitter = system_jitter, pool_size: int = 10
) -> AsyncIterator[Parts]:
    """Open what both processes are made of and close it again; DatabaseUnavailableError, InstanceMismatchError."""
    used = clock or SystemClock()
    policy = AddressPolicy(allow_http=not settings.production, allow_loopback=settings.allow_loopback)
    engine = open_engine(settings.database_url.get_secret_value(), pool_size)
    pace = PostgresPace(engine, used)
    try:
        await check_instance(engine, sandbox=settings.sandbox)
        async with open_channels(settings, policy, used, pace) as channels:
            yield Parts(settings, engine, used, jitter, Metrics.create(), policy, channels)
    finally:
        await engine.dispose()


def build_app(parts: Parts) -> "FastAPI":
    """Build the api of these parts; SetupError when the token keys or the browser's files cannot be read."""
    from notifications.api.app import create_app
    from notifications.api.docs import docs_files
    from notifications.api.services import Services

    settings, engine, clock = parts.settings, parts.engine, parts.clock
    directory = Directory(
        recipients=shelves.recipient_shelf(engine, clock),
        endpoints=shelves.endpoint_shelf(engine, clock),
        subscriptions=shelves.subscription_shelf(engine, clock),
        keyring=parts.keyring,
        new_id=new_id,
        new_key=partial(secrets.token_bytes, 32),
    )
    acknowledgements = PostgresAcknowledgements(engine, clock, new_id)
    services = Services(
        reception=Reception(PostgresInbox(engine, clock), new_id, parts.metrics, parts.rules),
        log=PostgresDeliveryLog(engine),
        queue=parts.queue,
        replays=PostgresReplays(engine, clock, parts.rules.schedules),
        health=PostgresHealth(engine, clock),
        rules=parts.rules,
        directory=directory,
        trial=EndpointTrial(directory.endpoints, directory.recipients, parts.channels, parts.keyring, clock, new_id),
        sandbox_clock=StoredSandboxClock(engine),
        verifier=_verifier(settings, clock),
        check_address=EndpointAddresses(parts.policy, available(settings)).check,
        is_ready=partial(is_reachable, engine),
        acknowledgements=acknowledgements,
        links=AcknowledgementLinks(parts.links, acknowledgements, parts.rules.repeating),
        windows=shelves.window_shelf(engine, clock),
        holds=PostgresHolds(engine, clock),
        ledger=PostgresLedger(engine, clock),
        new_id=new_id,
        metrics=parts.metrics,
        docs=docs_files(),
        sandbox=settings.sandbox,
    )
    return create_app(services)


def build_loop(parts: Parts, name: str) -> DeliveryLoop:
    """Build the worker of these parts."""
    recorder = Recorder(parts.queue, parts.rules.schedules, parts.jitter)
    sender = Sender(recorder, parts.channels, parts.keyring, parts.metrics, parts.links, parts.settings.send_seconds)
    return DeliveryLoop(parts.queue, sender, parts.metrics, name)


def build_rounds(parts: Parts) -> Rounds:
    """Build what a worker of these parts does again and again beside delivering."""
    engine, clock, rules = parts.engine, parts.clock, parts.rules
    dead_letters = PostgresDeadLetters(engine, clock, rules.schedules, new_id)
    tell_dead = TellDead(
        dead_letters, parts.queue, PostgresInbox(engine, clock), new_id, parts.metrics, rules, parts.settings.sandbox
    )
    shared = RoundParts(engine, clock, parts.queue, parts.metrics, rules, new_id, parts.settings.sandbox)
    return Rounds({"tell_dead": Paced(tell_dead, _DEAD_SECONDS), **rounds_of(shared)}, parts.metrics)


async def run_api(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; SetupError, DatabaseUnavailableError, InstanceMismatchError."""
    listener = _listen(settings.host, settings.port)
    for sign in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn takes the signal, stops, and raises it anew: an ordered stop must not look like a death.
        asyncio.get_running_loop().add_signal_handler(sign, lambda: None)
    async with open_parts(settings) as parts:
        config = uvicorn.Config(
            build_app(parts), log_config=None, access_log=False, timeout_graceful_shutdown=_STOP_SECONDS,
            server_header=False, proxy_headers=False,
        )  # fmt: skip
        _log.info("api_started", host=settings.host, port=listener.getsockname()[1])
        await uvicorn.Server(config).serve(sockets=[listener])


async def run_worker(settings: Settings) -> None:
    """Deliver until SIGINT or SIGTERM; SetupError, DatabaseUnavailableError, InstanceMismatchError.

    An exception in any of its tasks ends it: whoever started the process starts it again.
    """
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with open_parts(settings, pool_size=_POOL_OF_WORKER) as parts:
        try:
            server, thread = start_http_server(settings.metrics_port, settings.host, registry=parts.metrics.registry)
        except OSError as error:
            raise SetupError(_taken(settings.host, settings.metrics_port, error)) from error
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(build_loop(parts, f"{socket.gethostname()}:{getpid()}").run(stop))
                tasks.create_task(build_rounds(parts).run(stop))
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SetupError(_taken(host, port, error)) from error


def _taken(host: str, port: int, error: OSError) -> str:
    return f"{host}:{port} cannot be listened on: {error.strerror}"


def _verifier(settings: Settings, clock: Clock) -> "TokenVerifier":
    from notifications.api.tokens import TokenVerifier

    path = settings.token_keys
    try:
        keys = KeySet.import_key_set(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f"NOTIFICATIONS_TOKEN_KEYS: {path} is not a readable JWKS file ({error})") from error
    return TokenVerifier(keys, settings.token_issuer, settings.token_audience, settings.production, clock.wall)
