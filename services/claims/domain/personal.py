"""The mark of personal data on the fields of events, and what such a field reads as when it may not be read."""

from dataclasses import dataclass

ERASED = "（已删除 erased）"
"""What a text reads as after the key of its person was deleted. A tuple reads as ()."""

HIDDEN = "（不显示 hidden）"
"""What a text reads as to a reader without access to keys of persons. A tuple reads as ()."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field as personal data: `Annotated[str | None, Personal("victim_id")]`.

    Such a field is encrypted with the key of its person before it is stored. It may be a text (or None) or a tuple; it
    may stand in a nested dataclass, though not inside a tuple (mark the tuple as a whole then).
    """

    person: str | None = None
    """The sibling field that holds the person's UUID; None: the person is uuid5(stream_id, path of the field)."""
