"""The forms that bodies, lists and times share."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from notifications.api.problems import invalid
from notifications.application.errors import StaleVersionError
from notifications.application.records import Page

_SHANGHAI = ZoneInfo("Asia/Shanghai")

T = TypeVar("T")
Shown = TypeVar("Shown", bound=BaseModel)

Moment = Annotated[datetime, PlainSerializer(lambda moment: moment.astimezone(_SHANGHAI).isoformat(), return_type=str)]
"""Answers are in the time of Shanghai."""


class Body(BaseModel):
    """What is sent to us: a field that is not known is refused, so that a typo never loses data."""

    model_config = ConfigDict(extra="forbid")


def left_out() -> Any:
    """The default of a field that a change may leave out but not set to null."""
    return Field(default=None)


class Listing(BaseModel):
    """The query parameters of every list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=100)

    def after(self) -> UUID | None:
        """Read the cursor; a 422 problem when it is not one of ours."""
        if self.cursor is None:
            return None
        try:
            return UUID(bytes=base64.urlsafe_b64decode(self.cursor + "=="))
        except (binascii.Error, ValueError):
            raise invalid([("/cursor", "is not a next_cursor of this list")]) from None

    def filters(self) -> dict[str, object]:
        """Return the filters that were given."""
        return self.model_dump(exclude={"limit", "cursor"}, exclude_none=True)


class Listed(BaseModel, Generic[Shown]):
    """One page of a list."""

    items: list[Shown]
    next_cursor: str | None


def listed(page: Page[T], show: Callable[[T], Shown]) -> Listed[Shown]:
    """Render a page."""
    after = page.next_after
    cursor = base64.urlsafe_b64encode(after.bytes).rstrip(b"=").decode() if after else None
    return Listed(items=[show(item) for item in page.items], next_cursor=cursor)


def tag(response: Response, version: int) -> None:
    """Say which version an answer shows."""
    response.headers["ETag"] = f'"{version}"'


def version_asked(if_match: str | None) -> int | None:
    """Read If-Match: the version to be changed, or None for whichever stands; StaleVersionError when it is none."""
    if if_match is None or if_match.strip() == "*":
        return None
    digits = if_match.strip().strip('"')
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 9:
        raise StaleVersionError
    return int(digits)
