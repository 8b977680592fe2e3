"""People at the board: who they are, how they sit down, and what every page that they open has to be."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from playwright.async_api import Browser, Locator, Page, expect
from tests.support.browser import Browsing, browsing

from anze.tokens import Caller, Role
from claims.dashboard.texts import Language, Words, catalogue

WIDTHS = (390, 1280, 1920)
_HEIGHT = 900
_OF_THIS_PAGE = {"sec-fetch-site": "same-origin"}
_UNTOLD = re.compile(r"\b(None|undefined|NaN|Undefined)\b|\{[a-z_]+\}|\[object ")
"""What a template leaves behind that had nothing to show."""
_ENGLISH = {"None"}
"""A word as well; a template that leaves it behind does so in both languages."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role, bounded as their token would be."""

    role: str
    tenant: str = ""
    broker: str = ""
    region: str = ""

    @property
    def caller(self) -> Caller:
        """The same at the interfaces."""
        return Caller(Role(self.role), self.tenant or None, self.broker or None, self.region or None)


OPERATIONS = Person("operations", tenant="picc-sz")
OTHER_OPERATIONS = Person("operations", tenant="nanling-sz")
INSURER = Person("insurer", tenant="picc-sz")
BROKER = Person("broker", broker="pengcheng-brokers")
REGULATOR = Person("regulator", region="440300")
OTHER_REGULATOR = Person("regulator", region="110000")
ADMIN = Person("admin")


@dataclass(slots=True)
class Visit:
    """One person at one browser; counts the steps that they take."""

    browsing: Browsing
    page: Page
    words: Words
    clicks: int = 0

    async def open(self, path: str, status: int = 200) -> None:
        """Go to an address of the board, and wait until everything on the page has come."""
        answer = await self.page.goto(f"{self.browsing.base}/board{path}")
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        await self.settled()

    async def click(self, what: Locator) -> None:
        """Click, and count it."""
        self.clicks += 1
        await what.click()

    async def choose(self, label: str, value: str) -> None:
        """Choose from a list, and count it as one click."""
        self.clicks += 1
        await self.page.get_by_label(label, exact=True).select_option(value)

    async def ask_for(self, field: Locator, text: str) -> None:
        """Type into a field and press Enter, and count it as one click."""
        self.clicks += 1
        await field.fill(text)
        await field.press("Enter")

    async def settled(self) -> None:
        """Wait until what is loaded after the page is there too."""
        await expect(self.page.locator("body")).not_to_contain_text(self.words("common.loading"))
        if await self.page.locator("#live").count():
            await expect(self.page.locator("#live")).to_have_class(re.compile(r"\bon\b"))

    async def text(self) -> str:
        """Everything that can be read or is read out on the page."""
        return str(await self.page.evaluate(_READABLE))

    async def missing(self) -> set[str]:
        """What stands there in place of a text."""
        shown = await self.text()
        found = {each[0] for each in _UNTOLD.finditer(shown)} | set(_keys().findall(shown))
        return found - (_ENGLISH if self.words.language == "en" else set())


Enter: TypeAlias = Callable[..., Awaitable[Visit]]

_READABLE = """() => [document.title, document.body.innerText,
  ...[...document.querySelectorAll("[aria-label], [placeholder], [title], option")]
    .flatMap(each => [each.ariaLabel, each.placeholder, each.title, each.label]),
].filter(Boolean).join("\\n")"""


@cache
def _keys() -> re.Pattern[str]:
    """Any key of the catalogues, or of their tables, as it would stand there bare."""
    tables = sorted({key.partition(".")[0] for key in catalogue()})
    return re.compile(rf"\b(?:{'|'.join(tables)})\.[a-z_]+(?:\.[a-z_]+)*\b")


@asynccontextmanager
async def entered(
    chromium: Browser,
    base: str,
    person: Person | None,
    language: Language = "zh",
    theme: str = "light",
    width: int = 1280,
    **options: Any,
) -> AsyncIterator[Visit]:
    """Open a browser for somebody until the end of the block; nobody is not signed in."""
    wide = {"width": width, "height": _HEIGHT}
    async with browsing(chromium, base, viewport=wide, **options) as made:
        chosen = f"{base}/board/preferences?language={language}&theme={theme}"
        await made.context.request.get(chosen, max_redirects=0)
        if person is not None:
            await sign_in(made, person)
        yield Visit(made, await made.context.new_page(), Words(language))


async def sign_in(made: Browsing, person: Person) -> None:
    """Get the cookie of a session, as the form of the development sign-in does."""
    fields: dict[str, str | float | bool] = {
        name: value
        for name, value in (
            ("role", person.role), ("tenant", person.tenant), ("broker", person.broker), ("region", person.region),
        )
        if value
    }  # fmt: skip
    answer = await made.context.request.post(
        f"{made.base}/board/sign-in/development",
        form={"name": "王芳", "next": "/board/", **fields},
        headers=_OF_THIS_PAGE,
        max_redirects=0,
    )
    assert answer.status == 303, await answer.text()
