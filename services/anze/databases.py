"""The two databases: on the embedded server, or the user's own where their addresses are given."""

import asyncio
import os
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from anze.errors import StartError
from anze.postgres import Cluster

CLAIMS_URL = "CLAIMS_DATABASE_URL"
NOTIFICATIONS_URL = "NOTIFICATIONS_DATABASE_URL"
_CONNECT_SECONDS = 10
_REFUSALS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Databases:
    """The addresses by which the owner of each database logs in."""

    claims: str
    notifications: str

    def claims_as(self, role: str) -> str:
        """The claims database as another role: claims_command or claims_worker."""
        return as_role(self.claims, role)

    def notifications_as(self, role: str) -> str:
        """The notifications database as another role: notifications_service."""
        return as_role(self.notifications, role)


def as_role(url: str, role: str) -> str:
    """The same address with another user; a password stays as it is."""
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    password = f":{parts.password}" if parts.password else ""
    return urlunsplit(parts._replace(netloc=f"{quote(role)}{password}@{host if at else parts.netloc}"))


def given() -> dict[str, str]:
    """The addresses that the user set in the environment."""
    return {name: os.environ[name] for name in (CLAIMS_URL, NOTIFICATIONS_URL) if os.environ.get(name)}


def on(cluster: Cluster | None) -> Databases:
    """The addresses given, and for the others a database on the embedded server, made if there is none."""
    addresses = given()
    for setting, name in ((CLAIMS_URL, "claims"), (NOTIFICATIONS_URL, "notifications")):
        if setting not in addresses and cluster is not None:
            if not cluster.has_database(name):
                cluster.create_database(name)
            addresses[setting] = cluster.url(name)
    return Databases(addresses[CLAIMS_URL], addresses[NOTIFICATIONS_URL])


def check_reachable(url: str, setting: str) -> None:
    """StartError, in one line and without the password, when nobody can log in there."""
    try:
        asyncio.run(_log_in(url))
    except _REFUSALS as error:
        raise StartError(
            f"The database of {setting} ({without_password(url)}) cannot be reached: {_reason(error)}"
        ) from None


def let_in(owner: str, role: str) -> None:
    """See to it that a role can log in where the owner can: a role without a password gets the owner's.

    A password that somebody has set is never changed; StartError then says what is needed.
    """
    url = as_role(owner, role)
    try:
        asyncio.run(_log_in(url))
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        asyncio.run(_give_password(owner, role))
        check_reachable(url, f"role {role}, which must have the password of the address")
    except _REFUSALS as error:
        raise StartError(f"Role {role} cannot log in to {without_password(url)}: {_reason(error)}") from None


async def _log_in(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
    await connection.close()


async def _give_password(owner: str, role: str) -> None:
    password = urlsplit(owner).password
    connection = await asyncpg.connect(owner, timeout=_CONNECT_SECONDS)
    try:
        unset = await connection.fetchval("select rolpassword is null from pg_authid where rolname = $1", role)
        if unset and password:
            quoted = await connection.fetchval("select quote_literal($1::text)", unquote(password))
            await connection.execute(f"alter role {role} password {quoted}")
    except asyncpg.InsufficientPrivilegeError:
        return  # what stands is then said by the next attempt to log in
    finally:
        await connection.close()


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def without_password(url: str) -> str:
    """An address that may be shown."""
    try:
        parts = urlsplit(url)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "an address that cannot be read"
    return urlunsplit(parts._replace(netloc=f"{quote(parts.username or '')}@{host}", query="", fragment=""))
