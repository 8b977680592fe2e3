"""Checkpoints move with what their reader wrote, for one reader at a time; keys are forgotten, gates are not."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from tests.support.store import INSURER, answer, commit, new_id

from claims.application.rows import Position
from claims.event_store.checkpoints import CheckpointTakenError, load_checkpoint, save_checkpoint
from claims.event_store.forgetting import forget_keys
from claims.event_store.store import PostgresEventStore

SOMEWHERE = Position(1, 2**40, 7)


async def test_a_checkpoint_is_the_whole_position(worker_pool: asyncpg.Pool) -> None:
    async with worker_pool.acquire() as connection:
        assert await load_checkpoint(connection, "board") == Position()
        await save_checkpoint(connection, "board", was=Position(), now=SOMEWHERE)
        assert await load_checkpoint(connection, "board") == SOMEWHERE
        assert await load_checkpoint(connection, "relay") == Position()


async def test_of_two_readers_under_one_name_the_slower_writes_nothing(worker_pool: asyncpg.Pool) -> None:
    async with worker_pool.acquire() as connection:
        for was, now in ((Position(), SOMEWHERE), (SOMEWHERE, Position(2, 5, 9))):
            await save_checkpoint(connection, "board", was=was, now=now)
            with pytest.raises(CheckpointTakenError):
                await save_checkpoint(connection, "board", was=was, now=Position(3, 3, 3))
            assert await load_checkpoint(connection, "board") == now


async def test_a_checkpoint_that_was_dropped_is_not_moved_from_the_middle(worker_pool: asyncpg.Pool) -> None:
    async with worker_pool.acquire() as connection:
        with pytest.raises(CheckpointTakenError):
            await save_checkpoint(connection, "board", was=SOMEWHERE, now=Position(3, 3, 3))


async def test_old_keys_are_forgotten_but_those_of_money_and_all_gates_stay(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    old, money, fresh = new_id(), new_id(), new_id()
    for claim, key, kept in ((old, b"old", False), (money, b"money", True), (fresh, b"fresh", False)):
        told = replace(answer(claim, key), kept_for_ever=kept)
        await store.append([commit({claim: 1}, answer=told)])
    await owner.execute(
        "update commands set recorded_at = recorded_at - interval '31 days' where key_hash <> 'fresh'::bytea"
    )
    async with worker_pool.acquire() as connection:
        assert await forget_keys(connection) == 1
        assert await forget_keys(connection) == 0
        assert await forget_keys(connection, older_than=timedelta()) == 1
    assert [(await store.load(INSURER, [], key)).answer is None for key in (b"old", b"money", b"fresh")] == [
        True,
        False,
        True,
    ]
    assert await store.append([commit({old: 1})]) == frozenset()
