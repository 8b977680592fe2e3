"""Append stores each command whole or not at all."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.support.store import INSURER, NOON, TENANT, answer, clock, commit, event, header, new_id

from claims.application.rows import PersonKey, Scope
from claims.domain.moments import NEVER
from claims.event_store.digest import is_intact
from claims.event_store.errors import AppendRefusedError
from claims.event_store.store import PostgresEventStore


async def test_what_is_stored_is_loaded_again(store: PostgresEventStore) -> None:
    claim, policy, person = new_id(), new_id(), new_id()
    key = PersonKey(person, claim, b"wrapped")
    made = commit(
        {claim: 1, policy: 1},
        headers=(header(claim, policy_stream=policy, broker="mars"), header(policy, "policy")),
        keys=(key,),
        answer=answer(claim, b"key"),
    )
    before = datetime.now(UTC)  # noqa: TID251  (the wall clock is what is tested)
    assert await store.append([made]) == {made.command_id}
    loaded = await store.load(INSURER, [claim], b"key")
    assert loaded.tenant == TENANT
    assert loaded.headers == {each.stream_id: each for each in made.streams}
    assert loaded.person_keys == (key,)
    assert loaded.answer == made.answer
    assert loaded.sandbox_offset == timedelta()
    assert set(loaded.events) == {claim, policy}
    (stored,) = loaded.events[claim]
    assert (stored.tenant, stored.stream_id, stored.version) == (TENANT, claim, 1)
    assert (stored.name, stored.schema_version, stored.payload) == ("claim_reported", 1, b"{}")
    assert (stored.actor, stored.correlation_id, stored.causation_id) == ("a clerk", "test", made.command_id)
    assert stored.occurred_at == NOON
    assert loaded.now is not None
    assert before - timedelta(seconds=1) < stored.recorded_at <= loaded.now


async def test_the_digest_of_sql_is_that_of_python_for_every_alphabet(store: PostgresEventStore) -> None:
    claim = new_id()
    told = replace(
        event(claim, payload='{"原因": "爆炸"}'.encode()), occurred_at=datetime(1999, 12, 31, 23, 59, 59, 999999, UTC)
    )
    made = commit({claim: 1}, tenant="人保深圳", events=(told,))
    await store.append([made])
    (stored,) = (await store.load(Scope("insurer", tenant="人保深圳"), [claim])).events[claim]
    assert is_intact(stored)
    assert not is_intact(replace(stored, payload=stored.payload + b" "))
    assert not is_intact(replace(stored, tenant=stored.tenant + "x", name=stored.name[1:]))


async def test_of_two_commands_for_one_version_one_is_stored(store: PostgresEventStore) -> None:
    claim = new_id()
    await store.append([commit({claim: 1})])
    rivals = [commit({claim: 2}) for _ in range(8)]
    stored = await asyncio.gather(*(store.append([each]) for each in rivals))
    assert sorted(map(len, stored)) == [0] * 7 + [1]
    (_, second) = (await store.load(INSURER, [claim])).events[claim]
    assert {second.causation_id} == frozenset().union(*stored)


async def test_rivals_in_one_call_are_separated_like_rivals_in_two(store: PostgresEventStore) -> None:
    first, second = new_id(), new_id()
    rivals = [commit({first: 1, second: 1}), commit({second: 1}), commit({first: 1})]
    assert await store.append(rivals) == {rivals[0].command_id}
    overlapping = [commit({first: 2}), commit({second: 2, first: 2})]
    assert await store.append(overlapping) == {overlapping[0].command_id}
    apart = [commit({first: 3}), commit({second: 2})]
    assert await store.append(apart) == {each.command_id for each in apart}  # what was lost was given back


async def test_a_used_key_stores_nothing_of_its_second_command(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    first, second, policy = new_id(), new_id(), new_id()
    await store.append([commit({first: 1}, answer=answer(first, b"key"))])
    twin = commit({second: 1, policy: 1}, answer=answer(second, b"key"), keys=(PersonKey(new_id(), second, b"k"),))
    assert await store.append([twin]) == frozenset()
    for table in ("commands", "events", "streams", "person_keys"):
        assert await owner.fetchval(f"select count(*) from {table} where stream_id = any($1)", [second, policy]) == 0  # noqa: S608
    assert await store.append([replace(twin, answer=None)]) == {twin.command_id}


async def test_commands_on_two_streams_raced_are_never_half_stored(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    policy, claims = new_id(), [new_id() for _ in range(4)]
    await store.append([commit({stream: 1}) for stream in (policy, *claims)])
    lost = 0

    async def work(claim_version: int, number: int) -> None:
        nonlocal lost
        claim = claims[number % len(claims)]
        for _ in range(15):
            loaded = await store.load(INSURER, [claim, policy])
            made = commit({claim: len(loaded.events[claim]) + 1, policy: len(loaded.events[policy]) + 1})
            lost += not await store.append([made])

    await asyncio.gather(*(work(2, number) for number in range(8)))
    assert lost > 0
    halves = (
        "select count(*) from (select causation_id from events where version > 1 group by 1 having count(*) <> 2) h"
    )
    assert await owner.fetchval(halves) == 0
    gates = (
        "select count(*) from commands c full join events e using (tenant, stream_id) where c.first_version = e.version"
    )
    assert await owner.fetchval(gates) == await owner.fetchval("select count(*) from events")
    assert await owner.fetchval("select count(*) from commands") == await owner.fetchval("select count(*) from events")


async def test_a_stream_of_another_tenant_cannot_be_written(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    claim = new_id()
    await store.append([commit({claim: 1})])
    with pytest.raises(AppendRefusedError, match="no such version before the gate in this tenant"):
        await store.append([commit({claim: 2}, tenant="another")])
    assert await owner.fetchval("select count(*) from events") == 1


async def test_a_row_takes_its_tenant_from_its_command_and_cannot_name_another(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    mine, theirs = new_id(), new_id()
    marks = [NOON] * 6
    await store.append([commit({theirs: 1}, tenant="another", clocks=(clock(theirs, marks),))])
    clocks = await owner.fetch("select * from clocks")
    for smuggled in (
        commit({mine: 1}, events=(event(mine), event(theirs, 2))),
        commit({mine: 1}, clocks=(clock(theirs, marks, clocks[0]["clock_id"], rule="x"),)),
        commit({mine: 1}, keys=(PersonKey(new_id(), theirs, b"k"),)),
        commit({mine: 1}, headers=(header(theirs, region="110000"), header(mine))),
    ):
        with pytest.raises(AppendRefusedError, match="outside the gates"):
            await store.append([smuggled])
    assert await owner.fetch("select * from clocks") == clocks
    assert await owner.fetchval("select count(*) from events") == 1


async def test_a_command_without_an_event_for_each_gate_is_refused_with_all_beside_it(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    claim, policy = new_id(), new_id()
    idle = commit({claim: 1, policy: 1}, events=(event(claim),))
    with pytest.raises(AppendRefusedError, match="no event for the gate"):
        await store.append([commit({new_id(): 1}), idle])
    assert await owner.fetchval("select count(*) from commands") == 0


@pytest.mark.parametrize("versions", [(2,), (1, 3), (2, 3)], ids=str)
async def test_versions_that_do_not_follow_the_gate_are_refused(
    store: PostgresEventStore, versions: tuple[int, ...]
) -> None:
    claim = new_id()
    with pytest.raises(AppendRefusedError, match="versions do not follow"):
        await store.append([commit({claim: 1}, events=[event(claim, version) for version in versions])])


async def test_a_gate_beyond_the_stream_is_refused(store: PostgresEventStore) -> None:
    claim = new_id()
    await store.append([commit({claim: 1})])
    with pytest.raises(AppendRefusedError, match="no such version"):
        await store.append([commit({claim: 3})])


async def test_a_new_stream_needs_a_header_or_nobody_would_see_it(store: PostgresEventStore) -> None:
    with pytest.raises(AppendRefusedError, match="without a header"):
        await store.append([replace(commit({new_id(): 1}), streams=())])


async def test_a_second_key_for_a_person_is_refused_and_not_dropped(store: PostgresEventStore) -> None:
    claim, person = new_id(), new_id()
    await store.append([commit({claim: 1}, keys=(PersonKey(person, claim, b"first"),))])
    with pytest.raises(AppendRefusedError, match="person_keys_pkey"):
        await store.append([commit({claim: 2}, keys=(PersonKey(person, claim, b"second"),))])


async def test_an_answer_of_a_stream_that_is_not_written_is_refused(store: PostgresEventStore) -> None:
    with pytest.raises(ValueError, match="does not write"):
        await store.append([commit({new_id(): 1}, answer=answer(new_id(), b"key"))])


async def test_a_clock_keeps_every_column_of_its_subject(store: PostgresEventStore, owner: asyncpg.Connection) -> None:
    claim = new_id()
    marks = (NOON, NOON, NOON + timedelta(days=1), NEVER, NEVER, NEVER)
    told = clock(claim, marks, flags=("tightened", 'a, "b" {c}'), due_date=NOON.date(), provisional=True, scope="t1")
    await store.append([commit({claim: 1}, headers=(header(claim, broker="mars"),), clocks=(told,))])
    row = await owner.fetchrow("select * from clocks")
    assert row is not None
    for column in ("clock_id", "subject", "rule", "round", "scope", "tier", "responsible", "region", "started_at"):
        assert row[column] == getattr(told, column)
    for column in ("due_at", "due_date", "limit_amount", "limit_unit", "generation", "rulebook", "calendar_version"):
        assert row[column] == getattr(told, column)
    assert (row["provisional"], tuple(row["flags"]), row["broker"]) == (True, told.flags, "mars")
    assert [mark.replace(tzinfo=UTC) for mark in row["marks"]] == list(marks)
    assert (row["level"], row["version"], row["status"], row["next_at"]) == (0, 0, "open", NOON)


async def test_nothing_is_appended_for_no_commands(store: PostgresEventStore) -> None:
    assert await store.append([]) == frozenset()
