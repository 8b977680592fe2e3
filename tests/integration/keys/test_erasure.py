"""A person's keys are deleted from the table, and nobody else's."""

from uuid import UUID

import asyncpg
from tests.support.postgres import Database
from tests.unit.codec.sample_events import CODEC, PERSON, RINGS, STREAM, TENANT, VISIT, VisitNoted, encode, stored

from claims.application.rows import PersonKey
from claims.domain.personal import ERASED
from claims.keys.store import erase_person

OTHER_STREAM, OTHER_PERSON = UUID(int=0x61), UUID(int=0x62)
INSERT = "insert into person_keys (tenant, person_id, stream_id, wrapped) values ($1, $2, $3, $4)"


async def keys_left(connection: asyncpg.Connection, tenant: str) -> list[PersonKey]:
    rows = await connection.fetch("select person_id, stream_id, wrapped from person_keys where tenant = $1", tenant)
    return [PersonKey(row["person_id"], row["stream_id"], row["wrapped"]) for row in rows]


async def test_an_erased_person_reads_as_erased_and_nobody_else_does(claims_database: Database) -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    connection = await asyncpg.connect(claims_database.url("claims_worker"), command_timeout=10)
    rows = [(TENANT, key.person_id, key.stream_id, key.wrapped) for key in ring.new_keys]
    rows += [
        (TENANT, PERSON, OTHER_STREAM, b"k"),
        (TENANT, OTHER_PERSON, STREAM, b"k"),
        ("cpic-sz", PERSON, STREAM, b"k"),
    ]
    await connection.executemany(INSERT, rows)

    assert await erase_person(connection, TENANT, PERSON) == 2
    assert await erase_person(connection, TENANT, PERSON) == 0

    left = await keys_left(connection, TENANT)
    assert PERSON not in {key.person_id for key in left}
    assert len(left) == len(ring.new_keys)
    assert len(await keys_left(connection, "cpic-sz")) == 1
    event = CODEC.decode(row, RINGS.ring(TENANT, left)).event
    assert isinstance(event, VisitNoted)
    assert (event.visitor, event.guests, event.remark) == (ERASED, (), VISIT.remark)
    await connection.close()
