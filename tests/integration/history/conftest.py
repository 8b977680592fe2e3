"""The world in which claims have a past."""

from tests.integration.projections.conftest import owner, world

__all__ = ["owner", "world"]
