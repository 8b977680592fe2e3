"""The way of every command: try until it is stored or answered, and count what became of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from claims.application.calls import Contended, Envelope, KeyReused, NotFound, VersionMismatch
from claims.application.ports import CommandMetrics
from claims.application.recorded import Recorded
from claims.application.rows import Answer, Loaded
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart

ATTEMPTS = 20
"""How often a command that lost a race is decided anew before the caller is told to try again."""

_INVALID = (InvalidFact, UnknownPart, NotFound, VersionMismatch, KeyReused)


class Answered(Protocol):
    """What a command comes to."""

    @property
    def replayed(self) -> bool:
        """Return whether it is the first answer once more."""
        ...


Done = TypeVar("Done", bound=Answered)


async def until_stored(metrics: CommandMetrics, envelope: Envelope, once: Callable[[], Awaitable[Done | None]]) -> Done:
    """Try anew, on the newest state and in a new transaction, until the command is stored or answered; count it.

    `once` returns None where it lost a race. Raises what it raises, and Contended.
    """
    try:
        for _ in range(ATTEMPTS):
            done = await once()
            if done is not None:
                metrics.command_done(envelope.command, "replayed" if done.replayed else "stored")
                return done
            metrics.race_lost()
    except RuleViolation as violation:
        metrics.command_refused(envelope.command, violation.rule.code)
        raise
    except _INVALID:
        metrics.command_done(envelope.command, "invalid")
        raise
    metrics.command_done(envelope.command, "contended")
    raise Contended


def expected(envelope: Envelope, version: int | str) -> None:
    """Raise VersionMismatch where If-Match names another version."""
    if envelope.if_match not in {None, version}:
        raise VersionMismatch(envelope.if_match or 0, version)


def business_time(loaded: Loaded) -> datetime:
    """Return business time as a load brought it."""
    if loaded.now is None:
        raise LookupError("the load brought no business time")
    return loaded.now


def same_body(answer: Answer, envelope: Envelope) -> None:
    """Raise KeyReused where the key came before with another body."""
    if answer.body_hash != envelope.body_hash:
        raise KeyReused


def judged_at(answer: Answer, history: tuple[Recorded, ...]) -> datetime:
    """Return the moment by which the clocks of the first answer were judged."""
    return answer.judged_at or history[answer.version - 1].recorded_at
