"""What can go wrong at the event store's port, apart from a lost race, which is an answer."""


class StoreUnavailableError(Exception):
    """The database did not answer in time, also after retries; whether the last append was stored is not known."""


class AppendRefusedError(Exception):
    """A commit would break its stream (no event for a gate, a hole, a foreign row): the caller's fault."""


class RoleUnknownError(Exception):
    """A scope names a role that no policy of the database knows."""
