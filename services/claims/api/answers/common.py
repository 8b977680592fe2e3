"""What many answers are made of: amounts, moments, ids, titles, limits."""

from typing import Annotated, TypeAlias

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

Money: TypeAlias = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "examples": ["600000.00"]})
]
Moment: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
DayText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
IdText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]


class TitleAnswer(TypedDict):
    """In Chinese and English."""

    zh: str
    en: str


class LimitAnswer(TypedDict):
    """How long a period is."""

    amount: int
    unit: str


class LimitsAnswer(TypedDict):
    """Limits of liability."""

    per_accident: Money
    per_person: Money
    rescue: Money
    medical: Money
    aggregate: Money | None
