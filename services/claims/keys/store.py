"""The table of wrapped keys of persons, as far as keys leave it: the event store alone adds rows, with their events."""

from typing import Protocol
from uuid import UUID

ERASE = "delete from person_keys where tenant = $1 and person_id = $2"


class Connection(Protocol):
    """What is needed of an asyncpg connection."""

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement and return its command tag."""
        ...


async def erase_person(connection: Connection, tenant: str, person_id: UUID) -> int:
    """Delete the person's keys in all streams of the tenant and return how many there were.

    From then on the person's fields read as erased everywhere, in every copy of the log; events and digests stay as
    they are. It cannot be undone. It needs a login with the right to delete from `person_keys`.
    """
    tag = await connection.execute(ERASE, tenant, person_id)
    return int(tag.rpartition(" ")[2])
