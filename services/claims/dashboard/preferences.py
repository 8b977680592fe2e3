"""What a reader chose: language and theme, in a cookie that scripts may not read and nobody needs to trust."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from starlette.requests import Request
from starlette.responses import Response

from claims.dashboard.texts import LANGUAGES, Language

Theme: TypeAlias = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

COOKIE = "anze_board"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a reader wants to see the board."""

    language: Language
    theme: Theme


def preferences(request: Request) -> Preferences:
    """Return what the reader chose; else the first language of the browser that there is, and its theme."""
    language, _, theme = request.cookies.get(COOKIE, "").partition(".")
    return Preferences(
        next((each for each in LANGUAGES if each == language), _accepted(request)),
        next((each for each in THEMES if each == theme), "auto"),
    )


def remember(response: Response, chosen: Preferences, *, path: str) -> None:
    """Keep the choice for a year."""
    value = f"{chosen.language}.{chosen.theme}"
    response.set_cookie(COOKIE, value, max_age=_YEAR, path=path, httponly=True, samesite="lax")


def _accepted(request: Request) -> Language:
    """Chinese, unless the browser asks for English before it."""
    for each in request.headers.get("accept-language", "").split(","):
        tag = each.strip().lower()[:2]
        for language in LANGUAGES:
            if tag == language:
                return language
    return "zh"
