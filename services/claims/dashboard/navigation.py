"""Who sees the board, and the ways that are shown to each."""

STAFF = frozenset({"operations", "insurer", "admin"})
READERS = STAFF | {"regulator"}
EVERYBODY = READERS | {"broker"}

WAYS = (
    ("today", "/", EVERYBODY),
    ("breaches", "/breaches", READERS),
    ("compliance", "/compliance", READERS),
    ("deliveries", "/deliveries", READERS),
    ("rulebooks", "/rulebooks", EVERYBODY),
    ("calendar", "/calendar", READERS),
    ("due_dates", "/due-dates", EVERYBODY),
)
"""Name, path below /board, and to whom the way is shown; in order."""


def ways_of(role: str) -> tuple[tuple[str, str], ...]:
    """Return the names and paths that a role is shown."""
    return tuple((name, path) for name, path, roles in WAYS if role in roles)
