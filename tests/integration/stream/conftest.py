"""The world whose log is followed over HTTP."""

from tests.integration.projections.conftest import owner, world

__all__ = ["owner", "world"]
