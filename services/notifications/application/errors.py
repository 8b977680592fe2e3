"""What can go wrong, by name; the api maps each to its answer in one place."""

from datetime import timedelta


class DatabaseUnavailableError(Exception):
    """The database does not answer, or broke off; what was asked may or may not have been done."""


class InstanceMismatchError(Exception):
    """The database belongs to a sandbox and the process does not, or the other way round."""


class NotFoundError(Exception):
    """There is no such thing, or not for this caller."""


class StaleVersionError(Exception):
    """The caller changed a version that is not the newest one."""


class UnknownReferenceError(Exception):
    """A field names something that does not exist; `field` is its JSON pointer."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class RedeliveryRefusedError(Exception):
    """A delivery cannot be sent again now; `code` says why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class RotationRefusedError(Exception):
    """The secret of an endpoint is not made by this service, and is changed where it is made."""


class NothingToAcknowledgeError(Exception):
    """Nobody was told this alert for whom the caller may acknowledge."""


class ExpiryRefusedError(Exception):
    """An acknowledgement cannot end at this moment; the message says why."""


class LinkRefusedError(Exception):
    """A signed link was not made here, was changed, or is too old; the message says which."""


class ClockBackwardsError(Exception):
    """The sandbox clock was told to go back from `standing`."""

    def __init__(self, standing: timedelta) -> None:
        super().__init__(f"the offset stands at {standing}")
        self.standing = standing


class SetupError(Exception):
    """Something outside is not as the process needs it; the message says what in one line."""
