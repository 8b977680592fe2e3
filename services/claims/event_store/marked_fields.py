"""Finds the fields of an event's class that are marked as personal data, once, when the codec is made."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from claims.domain.personal import Personal

Path = tuple[str, ...]


class MisplacedMarkError(Exception):
    """A field is marked as personal data in a way that nobody would honour: it would be stored in clear."""


@dataclass(frozen=True, slots=True)
class MarkedField:
    """A field that is stored encrypted."""

    path: Path
    person: Path | None
    """Where the person's id stands; None: the person is made of stream and path."""
    many: bool
    """A tuple, which reads as () where a text would read as erased or hidden."""


def marked_fields(cls: type, prefix: Path = ()) -> Iterator[MarkedField]:
    """Yield the marked fields of `cls` and of the dataclasses nested in it.

    Raises:
        MisplacedMarkError: a mark on neither text nor tuple, inside a tuple or union, or naming no sibling.
    """
    hints = get_type_hints(cls, include_extras=True)
    for field in fields(cls):
        path, hint = (*prefix, field.name), hints[field.name]
        mark = _mark(hint)
        if mark is not None:
            yield _marked(path, hint, mark, siblings=hints)
        elif (nested := _nested_dataclass(hint)) is not None:
            yield from marked_fields(nested, path)
        elif _holds_mark(hint):
            raise MisplacedMarkError(f"{cls.__name__}.{field.name}: mark the whole field, not a part of it")


def _marked(path: Path, hint: Any, mark: Personal, siblings: dict[str, Any]) -> MarkedField:
    kinds = _alternatives(get_args(hint)[0])
    many = [get_origin(kind) is tuple for kind in kinds]
    if len(kinds) != 1 or not (many[0] or kinds[0] is str):
        raise MisplacedMarkError(f"{'.'.join(path)}: only a text or a tuple can be marked as personal")
    if mark.person is not None and mark.person not in siblings:
        raise MisplacedMarkError(f"{'.'.join(path)}: there is no field {mark.person} beside it")
    return MarkedField(path, None if mark.person is None else (*path[:-1], mark.person), many[0])


def _mark(hint: Any) -> Personal | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((note for note in get_args(hint)[1:] if isinstance(note, Personal)), None)


def _alternatives(hint: Any) -> list[Any]:
    """Return the members of a union, None left out; of anything else, itself."""
    members = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    return [member for member in members if member is not NoneType]


def _nested_dataclass(hint: Any) -> type | None:
    kinds = _alternatives(hint)
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], type) and is_dataclass(kinds[0]) else None


def _holds_mark(hint: Any) -> bool:
    if _mark(hint) is not None:
        return True
    if isinstance(hint, type) and is_dataclass(hint):
        return any(_holds_mark(inner) for inner in get_type_hints(hint, include_extras=True).values())
    return any(_holds_mark(inner) for inner in get_args(hint))
