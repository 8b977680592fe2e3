"""What the projections need of the event store's reader, as a protocol."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Executable, RowMapping

from claims.application.rows import Scope


class ScopedReader(Protocol):
    """Runs statements as the read role under row-level security."""

    async def rows(
        self, scope: Scope, statement: Executable, parameters: dict[str, Any] | None = None
    ) -> Sequence[RowMapping]:
        """Return what one statement gives, in a transaction of the scope."""
        ...
