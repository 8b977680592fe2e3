"""Whose eyes a read has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """An administrator's: all of it."""


@dataclass(frozen=True, slots=True)
class OfTenant:
    """One insurer's people: what belongs to it."""

    tenant: str


@dataclass(frozen=True, slots=True)
class OfAuthority:
    """A regulator's: what is addressed to authorities, in its region and those below it."""

    region: str


Scope = Everything | OfTenant | OfAuthority
