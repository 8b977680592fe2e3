"""The pools and the store of `tests.support.store`."""

from tests.support.store import command_pool, owner, store, tail, worker_pool

__all__ = ["command_pool", "owner", "store", "tail", "worker_pool"]
