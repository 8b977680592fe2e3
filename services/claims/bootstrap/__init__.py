"""The only wiring: from settings to an interface, a worker or a migration; each loads what it needs and no more."""


class SetupError(Exception):
    """Something outside is not as the process needs it; the message says what in one line."""
