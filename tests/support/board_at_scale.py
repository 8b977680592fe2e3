"""A database with very many claims: a told year, multiplied row by row with ids, numbers and names of their own.

Every copy is a whole claim: its streams, events (with their digests), gates, clocks and derived rows fit each other, so
that a claim page, a rebuild and a comparison work on it. Keys of persons are not copied: what is personal reads as
erased.
"""

import os
import random
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise, zip_longest
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import orjson
from tests.integration.projections.world import World, open_world
from tests.support.bulk_loading import bulk_loading
from tests.support.postgres import Database
from tests.support.year_of_claims import Told, tell_the_year

from claims.domain.claim.commands.report import number_of
from claims.domain.claim.promises import indemnity_entry
from claims.domain.claim.state import Claim
from claims.domain.clockwork import clock_id
from claims.domain.policy.ledger import policy_stream_id
from claims.event_store.digest import digest
from claims.projections.clock_days import count_all

CLAIMS = int(os.environ.get("ANZE_BOARD_CLAIMS", "100000"))
_ENDED, _RUNNING = 240, 40
_BATCH = 5_000
"""Claims that are written at a time."""

_CITIES = ("深圳市", "深圳市龙岗区", "深圳市南山区", "北京市", "北京市朝阳区", "北京市通州区", "深圳前海")
_NAMES = (
    "鹏城",
    "华建",
    "中筑",
    "宏远",
    "恒通",
    "金科",
    "润丰",
    "长城",
    "东方",
    "万安",
    "广厦",
    "安泰",
    "国信",
    "兴业",
)
_TRADES = ("建筑工程", "化工", "矿业", "渔业", "运输", "烟花爆竹", "金属冶炼", "市政工程")

_EVENTS_OF = """
select stream_id, version, name, schema_version, payload, occurred_at, recorded_at, actor, correlation_id, causation_id
from events where tenant = $1 and stream_id = any ($2::uuid[]) order by epoch, tx_id, seq
"""
_EVENT_COLUMNS = (
    "epoch", "tenant", "stream_id", "version", "name", "schema_version", "payload", "occurred_at", "recorded_at",
    "actor", "correlation_id", "causation_id", "digest",
)  # fmt: skip
_MADE = """
create temp table made_claims (
  told uuid, claim_id uuid, policy_stream uuid, number text, policy_number text, insured_name text);
create temp table made_streams (told uuid, stream_id uuid, policy_stream uuid, claim_id uuid);
"""
# What stands beside the events, taken over column by column but for what is the copy's own.
_OWN: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "streams": ("made_streams", "stream_id", {"stream_id": "m.stream_id", "policy_stream": "m.policy_stream"}),
    "commands": ("made_streams", "stream_id", {"stream_id": "m.stream_id", "key_hash": "null"}),
    "clocks": ("made_streams", "clock_id", {"clock_id": "m.stream_id", "subject": "m.claim_id"}),
    "claim_list": (
        "made_claims",
        "claim_id",
        {name: f"m.{name}" for name in ("claim_id", "number", "policy_number", "insured_name")},
    ),
    "claim_kpis": ("made_claims", "claim_id", {"claim_id": "m.claim_id"}),
    "claim_kpi_items": ("made_claims", "claim_id", {"claim_id": "m.claim_id"}),
}
_COLUMNS = """
select column_name from information_schema.columns
where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position
"""
_UP_TO_DATE = """
insert into checkpoints (name, epoch, tx_id, seq)
select n.name, e.epoch, e.tx_id, e.seq
from (select epoch, tx_id, seq from events order by epoch desc, tx_id desc, seq desc limit 1) e
cross join unnest($1::text[]) as n(name)
on conflict (name) do update set (epoch, tx_id, seq) = (excluded.epoch, excluded.tx_id, excluded.seq)
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A full database, and what stands in it."""

    database: Database
    world: World
    claims: int
    clocks: int
    running: int
    events: int


@asynccontextmanager
async def board_at_scale(database: Database, claims: int = CLAIMS) -> AsyncIterator[Filled]:
    """Fill a fresh, migrated sandbox database of claims and yield it; it takes a minute or two for 100,000."""
    owner = await asyncpg.connect(database.url(), command_timeout=600)
    try:
        async with open_world(database) as world:
            told = await tell_the_year(world.service.commands, world.pool, owner, ended=_ENDED, running=_RUNNING)
            await world.follow()
            await _multiply(owner, told, claims - len(told))
            await count_all(world.pool)
            await owner.execute(_UP_TO_DATE, [*world.followers, "relay"])
            await owner.execute("vacuum analyze")
            counted = await owner.fetchrow(
                "select (select count(*) from claim_list) as claims, (select count(*) from events) as events,"
                " count(*) as clocks, count(*) filter (where ended_at is null) as running from clocks"
            )
            yield Filled(database, world, **dict(counted))
    finally:
        await owner.close()


class _Pattern:
    """A told claim, taken apart where a copy differs."""

    weight: int
    """How often it is copied beside the others: so that about a tenth of all clocks run."""

    def __init__(self, told: Told, clocks: Sequence[asyncpg.Record], events: Sequence[asyncpg.Record]) -> None:
        self.told = told
        self.tenant = told.policy.insurer
        left_open = any(row["ended_at"] is None for row in clocks)
        self.weight = 1 if told.runs else 3 if left_open else 5
        self._clocks = {row["clock_id"]: (row["rule"], row["round"], row["scope"]) for row in clocks}
        self._persons = {
            person: found
            for row in events
            for person, found in _persons(row["stream_id"], orjson.loads(row["payload"]))
        }
        self.policy_stream = policy_stream_id(self.tenant, told.policy.number)
        own = self._texts(told.claim_id, told.policy.number, told.policy.insured_name)
        self._names = list(own)
        split = re.compile(b"|".join(re.escape(own[name]) for name in self._names))
        known = {text: place for place, text in enumerate(own.values())}
        self.events = [
            (row, split.split(row["payload"]), [known[text] for text in split.findall(row["payload"])])
            for row in events
        ]

    def streams(self, claim: UUID, policy: UUID) -> dict[UUID, UUID]:
        """The streams of a copy, by those of the pattern."""
        clocks = {told: clock_id(claim, *named) for told, named in self._clocks.items()}
        return {self.told.claim_id: claim, self.policy_stream: policy, **clocks}

    def texts(self, claim: UUID, number: str, insured: str) -> list[bytes]:
        """What a copy puts where the pattern was taken apart."""
        return list(self._texts(claim, number, insured).values())

    def _texts(self, claim: UUID, number: str, insured: str) -> dict[str, bytes]:
        streams = self.streams(claim, policy_stream_id(self.tenant, number))
        persons = {f"person {person}": uuid5(streams[stream], path) for person, (stream, path) in self._persons.items()}
        ids = {**{str(told): made for told, made in streams.items()}, "entry": indemnity_entry(Claim(claim)), **persons}
        texts = {"claim number": number_of(claim, self.told.opened), "policy": number, "insured": insured}
        return {name: str(value).encode() for name, value in {**ids, **texts}.items()}


def _persons(stream: UUID, node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[UUID, tuple[UUID, str]]]:
    """Persons that are called by the stream and the path of their field, wherever in the payload that begins."""
    if isinstance(node, dict):
        if node.keys() == {"enc", "person"}:
            for begin in range(len(path)):
                named = ".".join(path[begin:])
                if uuid5(stream, named) == UUID(node["person"]):
                    yield UUID(node["person"]), (stream, named)
        for key, value in node.items():
            yield from _persons(stream, value, (*path, key))


async def _multiply(owner: asyncpg.Connection, told: Sequence[Told], count: int) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    order = list(_in_order([await _pattern(owner, each) for each in told], count))
    await owner.execute(_MADE)
    copies = [await _statement(owner, table) for table in _OWN]
    async with bulk_loading(owner, ("events", *_OWN)):
        for begin in range(0, count, _BATCH):
            async with owner.transaction():
                part = enumerate(order[begin : begin + _BATCH], begin)
                await _write(owner, [_copy(each, n, chance) for n, each in part])
                for statement in copies:
                    await owner.execute(statement)
                await owner.execute("truncate made_claims, made_streams")


def _in_order(patterns: Sequence[_Pattern], count: int) -> Iterator[_Pattern]:
    """As claims come in: by time, insurers mixed; what was told within a month or so alternates."""
    weighed = list(accumulate((each.weight for each in patterns), initial=0))
    copies = [later - earlier for earlier, later in pairwise(count * weight // weighed[-1] for weight in weighed)]
    together = 12
    for begin in range(0, len(patterns), together):
        part = zip(patterns[begin : begin + together], copies[begin : begin + together], strict=True)
        columns = ([pattern] * times for pattern, times in part)
        yield from (pattern for pattern in chain.from_iterable(zip_longest(*columns)) if pattern is not None)


async def _pattern(owner: asyncpg.Connection, told: Told) -> _Pattern:
    tenant = told.policy.insurer
    clocks = await owner.fetch(
        "select clock_id, rule, round, scope, ended_at from clocks where (tenant, subject) = ($1, $2)",
        tenant,
        told.claim_id,
    )
    streams = [told.claim_id, policy_stream_id(tenant, told.policy.number), *(row["clock_id"] for row in clocks)]
    return _Pattern(told, clocks, await owner.fetch(_EVENTS_OF, tenant, streams))


@dataclass(frozen=True, slots=True)
class _Copy:
    claim: tuple[Any, ...]
    streams: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]


def _copy(pattern: _Pattern, nth: int, chance: random.Random) -> _Copy:
    claim = UUID(int=chance.getrandbits(128), version=4)
    number = f"PZAA2026{pattern.told.policy.region}{nth:010d}"
    insured = f"{chance.choice(_CITIES)}{chance.choice(_NAMES)}{chance.choice(_TRADES)}{nth % 997}有限公司"
    policy = policy_stream_id(pattern.tenant, number)
    streams = pattern.streams(claim, policy)
    texts = pattern.texts(claim, number, insured)
    return _Copy(
        (pattern.told.claim_id, claim, policy, number_of(claim, pattern.told.opened), number, insured),
        [(told, made, None if made == policy else policy, claim) for told, made in streams.items()],
        [_event(pattern.tenant, streams[row["stream_id"]], row, _filled(pieces, places, texts))
         for row, pieces, places in pattern.events],
    )  # fmt: skip


def _filled(pieces: Sequence[bytes], places: Sequence[int], texts: Sequence[bytes]) -> bytes:
    return b"".join(chain.from_iterable(zip(pieces, (*(texts[place] for place in places), b""), strict=True)))


def _event(tenant: str, stream: UUID, row: asyncpg.Record, payload: bytes) -> tuple[Any, ...]:
    _, version, name, schema, _, occurred, recorded, actor, correlation, causation = row
    signed = digest(tenant, stream, version, name, schema, occurred, payload)
    return (
        1, tenant, stream, version, name, schema, payload, occurred, recorded, actor, correlation, causation, signed
    )  # fmt: skip


async def _write(owner: asyncpg.Connection, copies: Sequence[_Copy]) -> None:
    claims = ("told", "claim_id", "policy_stream", "number", "policy_number", "insured_name")
    await owner.copy_records_to_table("made_claims", records=[each.claim for each in copies], columns=claims)
    streams = chain.from_iterable(each.streams for each in copies)
    columns = ("told", "stream_id", "policy_stream", "claim_id")
    await owner.copy_records_to_table("made_streams", records=streams, columns=columns)
    events = chain.from_iterable(each.events for each in copies)
    await owner.copy_records_to_table("events", records=events, columns=_EVENT_COLUMNS)


async def _statement(owner: asyncpg.Connection, table: str) -> str:
    """Return what copies a table's rows; those that were told are kept apart, to be found among few."""
    made, key, own = _OWN[table]
    names = [row["column_name"] for row in await owner.fetch(_COLUMNS, table)]
    values = ", ".join(own.get(name, f"t.{name}") for name in names)
    await owner.execute(f"create temp table told_{table} as table {table}")
    await owner.execute(f"analyze told_{table}")
    return f"insert into {table} ({', '.join(names)}) select {values} from {made} m join told_{table} t on t.{key} = m.told"  # noqa: E501, S608
