"""Which parties are registered, read from the log: for callers under row-level security, and for the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from claims.application.rows import Scope
from claims.projections.reading import ScopedReader
from claims.projections.streams import Connection

# The kind stands in the statement, so that the index on parties alone is used; a party's code is its tenant.
_CODES = text("select tenant from streams where kind = 'party' and tenant > :after order by tenant limit :limit")
_VERSIONS = """
select s.tenant, v.version
from streams s
cross join lateral (
  select max(e.version) as version from events e where (e.tenant, e.stream_id) = (s.tenant, s.stream_id)) v
where s.kind = 'party' order by s.tenant
"""


class PartyPages:
    """Fulfils the port `PartyList`."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def codes(self, scope: Scope, after: str, limit: int) -> Sequence[str]:
        """Return up to `limit` codes behind another, in order, that the scope may see."""
        rows = await self._reader.rows(scope, _CODES, {"after": after, "limit": limit})
        return [row["tenant"] for row in rows]


@dataclass(frozen=True, slots=True)
class Registered:
    """Business time, and every party with the version of its stream."""

    now: datetime
    versions: dict[str, int]
    """By the party's code."""


async def registered(connection: Connection) -> Registered:
    """Return what is registered, for the worker's login."""
    now = await connection.fetchval("select business_now()")
    rows = await connection.fetch(_VERSIONS)
    return Registered(now, {row["tenant"]: row["version"] for row in rows})
