"""A database that tests use one after another: the next one finds it as if nobody had been there."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from tests.support.postgres import Administrator, Database
from tests.support.reused import Reused
from tests.support.store import commit, new_id

from claims.event_store.pool import open_pool
from claims.event_store.store import PostgresEventStore

SEEN = (
    "select count(*) from events",
    "select count(*) from streams",
    "select last_value, is_called from events_seq_seq",
    "select offset_us from sandbox_clock",
    "select md5(string_agg(r::text, '' order by ctid)) from rulebooks r",
    "select md5(string_agg(d::text, '' order by day)) from calendar_days d",
)


@pytest.fixture
def lent(administrator: Administrator, claims_sandbox_template: str) -> Iterator[Reused]:
    """A database that nobody has used; a test gives it back itself."""
    idle = administrator._idle[claims_sandbox_template]
    others = [idle.pop() for _ in range(len(idle))]
    yield administrator.lend(claims_sandbox_template)
    idle.extend(others)


def given_next(administrator: Administrator, lent: Reused) -> bool:
    """Give it back; whether the next test gets it."""
    administrator.take_back(lent)
    following = administrator.lend(lent.template)
    if following is not lent:
        administrator.take_back(following)
    return following is lent


def seen(administrator: Administrator, lent: Reused) -> list[tuple[object, ...]]:
    """What it holds, as far as the test below changes it."""

    async def ask() -> list[tuple[object, ...]]:
        owner = await asyncpg.connect(administrator.cluster.url(lent.name))
        found = [tuple(await owner.fetchrow(each)) for each in SEEN]
        await owner.close()
        return found

    return asyncio.run(ask())


def do(administrator: Administrator, lent: Reused, *statements: str) -> None:
    """Do something as a superuser."""
    for statement in statements:
        administrator.cluster.execute(statement, lent.name)


def test_what_a_test_stores_and_changes_is_gone(administrator: Administrator, lent: Reused) -> None:
    before = seen(administrator, lent)

    async def append() -> None:
        async with open_pool(Database(administrator.cluster, lent.name).url("claims_command"), name="test") as pool:
            await PostgresEventStore(pool).append([commit({new_id(): 1})])

    asyncio.run(append())
    do(
        administrator,
        lent,
        "update sandbox_clock set offset_us = 5",
        "delete from calendar_days where day = (select max(day) from calendar_days)",
        "update rulebooks set text = 'another'",
    )
    changed = seen(administrator, lent)
    assert all(old != new for old, new in zip(before, changed, strict=True))
    assert given_next(administrator, lent)
    assert seen(administrator, lent) == before
    assert given_next(administrator, lent), "what was put back counts as unchanged"
    administrator.take_back(lent)


@pytest.mark.parametrize(
    "statement",
    [
        "create table another ()",
        "alter table events add another int",
        "drop index clocks_due",
        "alter table claim_list disable row level security",
        "grant delete on events to claims_command",
        "revoke usage on schema public from claims_read",
        "alter function append security invoker",
        "alter table commands alter recorded_at drop default",
        "create policy another on events",
        "alter database {name} set deadlock_timeout = '20ms'",
        "truncate events",
    ],
)
def test_a_database_whose_shape_was_changed_is_not_used_again(
    administrator: Administrator, lent: Reused, statement: str
) -> None:
    do(administrator, lent, statement.format(name=lent.name))
    assert not given_next(administrator, lent)
    assert not administrator.cluster.has_database(lent.name)


def test_whoever_is_left_in_it_is_thrown_out(administrator: Administrator, lent: Reused) -> None:
    async def leave() -> asyncpg.Connection:
        left = await asyncpg.connect(administrator.cluster.url(lent.name))
        await left.execute("begin; lock events")
        return left

    with asyncio.Runner() as runner:
        left = runner.run(leave())
        administrator.take_back(lent)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            runner.run(left.execute("select"))
    assert administrator.lend(lent.template) is lent
    administrator.take_back(lent)
