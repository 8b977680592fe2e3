"""Load brings what one command needs, and nothing that its caller may not see."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from tests.support.postgres import Database
from tests.support.store import INSURER, TENANT, answer, commit, event, header, new_id, until_waiting

from claims.application.rows import Commit, Loaded, PersonKey, Scope
from claims.event_store.errors import RoleUnknownError
from claims.event_store.store import PostgresEventStore

NOTHING = Loaded(tenant=None)


def reported(region: str = "440300", broker: str | None = "mars") -> Commit:
    """A claim with its policy, a key of a person, and an answer."""
    claim, policy = new_id(), new_id()
    headers = (
        header(claim, region=region, policy_stream=policy, broker=broker),
        header(policy, "policy", region="110000"),
    )
    keys = (PersonKey(new_id(), claim, b"wrapped"),)
    return commit({claim: 1, policy: 1}, headers=headers, keys=keys, answer=answer(claim, claim.bytes))


def without_time(loaded: Loaded) -> Loaded:
    """What was loaded, to be compared."""
    return replace(loaded, now=None)


SEES = [
    Scope("insurer", tenant=TENANT),
    Scope("operations", tenant=TENANT),
    Scope("broker", broker="mars"),
    Scope("regulator", region="440300"),
    Scope("regulator", region="440000"),
    Scope("admin"),
    Scope("worker"),
]
SEES_NOT = [
    Scope("insurer", tenant="another"),
    Scope("insurer"),
    Scope("operations", tenant="another"),
    Scope("broker", broker="venus"),
    Scope("broker", tenant=TENANT),
    Scope("broker"),
    Scope("regulator", region="440305"),
    Scope("regulator", region="441000"),
    Scope("regulator", region="310000"),
    Scope("regulator", region="000000"),
    Scope("regulator", region="44"),
    Scope("regulator", region=""),
    Scope("regulator", tenant=TENANT),
]


@pytest.mark.parametrize("scope", SEES, ids=str)
async def test_who_may_see_a_claim_gets_it_with_its_policy(store: PostgresEventStore, scope: Scope) -> None:
    made = reported()
    claim, policy = made.gates
    await store.append([made])
    loaded = await store.load(scope, [claim], claim.bytes)
    assert loaded.tenant == TENANT
    assert set(loaded.events) == set(loaded.headers) == {claim, policy}
    assert loaded.answer == made.answer


@pytest.mark.parametrize("scope", SEES_NOT, ids=str)
async def test_to_anybody_else_it_is_as_if_it_were_not_there(store: PostgresEventStore, scope: Scope) -> None:
    made = reported()
    claim, policy = made.gates
    await store.append([made])
    assert without_time(await store.load(scope, [claim, policy])) == NOTHING


@pytest.mark.parametrize("scope", SEES, ids=str)
async def test_keys_of_persons_never_leave_their_tenant(store: PostgresEventStore, scope: Scope) -> None:
    made = reported()
    claim, _ = made.gates
    await store.append([made])
    keys = (await store.load(scope, [claim])).person_keys
    assert keys == (made.person_keys if scope.tenant else ())


async def test_a_regulator_of_a_city_ending_in_zero_does_not_see_the_next(store: PostgresEventStore) -> None:
    made = reported(region="411100")
    await store.append([made])
    claim, _ = made.gates
    assert without_time(await store.load(Scope("regulator", region="411000"), [claim])) == NOTHING
    assert (await store.load(Scope("regulator", region="411100"), [claim])).tenant == TENANT


async def test_a_policy_asked_for_by_itself_is_not_opened_by_a_claim_beside_it(store: PostgresEventStore) -> None:
    made, other = reported(), reported()
    await store.append([made, other])
    (claim, policy), (_, others_policy) = made.gates, other.gates
    loaded = await store.load(Scope("broker", broker="mars"), [claim, others_policy])
    assert set(loaded.events) == {claim, policy}


async def test_a_companion_is_of_the_claims_own_tenant(store: PostgresEventStore) -> None:
    policy, claim = new_id(), new_id()
    await store.append([commit({policy: 1}, tenant="another", headers=(header(policy, "policy"),))])
    await store.append([commit({claim: 1}, headers=(header(claim, policy_stream=policy),))])
    assert set((await store.load(INSURER, [claim])).events) == {claim}


async def test_events_come_in_the_order_of_their_versions(store: PostgresEventStore) -> None:
    claim = new_id()
    await store.append([commit({claim: 1}, events=[event(claim, version) for version in range(1, 41)])])
    await store.append([commit({claim: 41})])
    assert [each.version for each in (await store.load(INSURER, [claim])).events[claim]] == list(range(1, 42))


async def test_the_key_of_a_first_report_is_found_before_there_is_a_stream(store: PostgresEventStore) -> None:
    made = reported()
    await store.append([made])
    loaded = await store.load(Scope("broker", broker="mars", tenant=TENANT), [new_id()], next(iter(made.gates)).bytes)
    assert loaded.tenant is None
    assert loaded.answer == made.answer


async def test_a_key_of_another_tenant_is_not_found(store: PostgresEventStore) -> None:
    made = reported()
    await store.append([made])
    loaded = await store.load(Scope("insurer", tenant="another"), [], next(iter(made.gates)).bytes)
    assert loaded.answer is None


async def test_a_twin_waits_for_the_first_and_then_finds_its_answer(
    store: PostgresEventStore, owner: asyncpg.Connection, claims_database: Database
) -> None:
    first, second = new_id(), new_id()
    made = commit({first: 1}, answer=replace(answer(first, b"key"), judged_at=None))
    twin = commit({second: 1}, answer=answer(second, b"key"))
    # The first is held open, its key taken, before it commits.
    async with owner.transaction():
        await owner.execute(
            "insert into commands (tenant, stream_id, first_version, command_id, key_hash, body_hash, status, version,"
            " companion_version) values ($1, $2, 1, $3, 'key', 'body', 201, 1, 0)",
            TENANT,
            first,
            made.command_id,
        )
        waiting = asyncio.create_task(store.append([twin]))
        watcher = await asyncpg.connect(claims_database.url())
        await until_waiting(watcher)
        await watcher.close()
        assert not waiting.done()
    assert await waiting == frozenset()
    assert (await store.load(INSURER, [second], b"key")).answer == made.answer


async def test_streams_and_answer_are_of_one_snapshot(store: PostgresEventStore, owner: asyncpg.Connection) -> None:
    volatile = await owner.fetchval("select provolatile = 'v' from pg_proc where proname = 'load'")
    assert volatile is False  # as a volatile function its statements would see what commits between them


async def test_an_unknown_role_is_refused_before_it_sees_nothing(store: PostgresEventStore) -> None:
    with pytest.raises(RoleUnknownError):
        await store.load(Scope("auditor", tenant=TENANT), [new_id()])
