"""The stored form of one class of events: strict both ways, so that nothing is stored that cannot be read again."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from claims.application.recorded import Basis
from claims.event_store.marked_fields import MarkedField, marked_fields

EventT = TypeVar("EventT")


class Stored(BaseModel, Generic[EventT]):
    """A payload: the event's own data, and what it was decided by; nested dataclasses are held as strictly."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    data: EventT
    basis: Basis


class FormError(Exception):
    """Data do not have the form of their event; the message names fields and never quotes values."""


@dataclass(frozen=True, slots=True)
class Form:
    """How events of one class are stored."""

    model: type[Stored[Any]]
    fields: tuple[MarkedField, ...]

    def dump(self, event: object, basis: Basis) -> dict[str, Any]:
        """Return the payload as dicts, with moments, days, enums and UUIDs as they are."""
        return self.model.model_construct(data=event, basis=basis).model_dump(warnings=False)

    def load(self, payload: bytes) -> tuple[Any, Basis]:
        """Return event and basis.

        Raises:
            FormError: a field is unknown, missing, or of another type.
        """
        try:
            stored = self.model.model_validate_json(payload)
        except ValidationError as error:
            found = (f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False))
            raise FormError("; ".join(found)) from None
        return stored.data, stored.basis


@cache
def form_of(cls: type) -> Form:
    """Return the form of `cls`.

    Raises:
        MisplacedMarkError: a mark of personal data in `cls` would not be honoured.
    """
    return Form(Stored[cls], tuple(marked_fields(cls)))  # type: ignore[valid-type]
