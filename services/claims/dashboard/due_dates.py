"""The due-date calculator: what a rule comes to for a start, a place and an amount, with the count day by day."""

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from starlette.responses import Response

from claims.application.explanations import DueDate
from claims.dashboard.navigation import EVERYBODY
from claims.dashboard.pages import Page, Visit
from claims.dashboard.rulebooks import limit_text
from claims.domain.errors import InvalidFact
from claims.domain.moments import SHANGHAI, to_shanghai
from claims.domain.money import parse_yuan
from claims.domain.rulebook import Rulebook

_MOST_OF_A_FIELD = 40
_REGION = re.compile(r"[0-9]{6}")
_YEARS = range(1990, 2200)
"""In which a start makes sense; the calendar's arithmetic ends with the year 9999."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds; what cannot be read stays as it was typed."""

    rule: str
    region: str
    started_at: str
    amount: str


async def _due_dates(visit: Visit) -> Response:
    """Show the form, and below it what comes out of what it holds; nothing is stored."""
    books = sorted(visit.services.reference.rulebooks.values(), key=lambda book: (book.region, book.id, -book.version))
    asked = Asked(
        rule=_field(visit, "rule"),
        region=_field(visit, "region"),
        started_at=_field(visit, "started_at") or f"{to_shanghai(visit.now):%Y-%m-%dT%H:%M}",
        amount=_field(visit, "amount"),
    )
    found, refusal = _found(visit, asked) if asked.rule and asked.region else (None, None)
    return visit.render(
        "due_dates/due_dates.html",
        part="outcome",
        status=200 if refusal is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        asked=asked,
        rules=_rules(visit, books),
        regions=sorted({book.region for book in books}),
        found=found,
        limit=None if found is None else limit_text(found.limit, visit.words),
        refusal=refusal,
    )


def _found(visit: Visit, asked: Asked) -> tuple[DueDate | None, str | None]:
    """Return what a rule comes to, or the field that is not right."""
    if not _REGION.fullmatch(asked.region):
        return None, "region"
    try:
        started_at = datetime.fromisoformat(asked.started_at)
    except ValueError:
        return None, "started_at"
    if started_at.year not in _YEARS:
        return None, "started_at"
    started_at = started_at.replace(tzinfo=started_at.tzinfo or SHANGHAI)
    try:
        amount = parse_yuan(asked.amount) if asked.amount else None
    except ValueError:
        return None, "amount"
    try:
        return visit.services.explanations.due_date(asked.rule, asked.region, started_at, amount), None
    except InvalidFact as refused:
        return None, refused.errors[0].pointer.removeprefix("/")


def _rules(visit: Visit, books: list[Rulebook]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the rules that run a period, by text; each once, by its newest version."""
    groups, seen = [], set()
    for book in books:
        if book.id in seen:
            continue
        seen.add(book.id)
        counted = [each for each in book.obligations if each.brackets or each.periodic is not None]
        rules = [(each.id, visit.words.of(each.title_zh, each.title_en)) for each in counted]
        groups.append((visit.words.of(book.title_zh, book.title_en), rules))
    return groups


def _field(visit: Visit, name: str) -> str:
    return (visit.given(name) or "")[:_MOST_OF_A_FIELD]


def due_date_pages() -> tuple[Page, ...]:
    """Return the calculator."""
    return (Page("GET", "/due-dates", "due_dates", EVERYBODY, _due_dates),)
