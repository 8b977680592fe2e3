"""Turns templates into pages: words, formats and addresses that all templates use, an environment for each language."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from claims.assets import Assets
from claims.dashboard import formats
from claims.dashboard.preferences import Preferences
from claims.dashboard.regions import region_name
from claims.dashboard.texts import LANGUAGES, Language, Words
from claims.domain.moments import local_date, to_shanghai


class Renderer:
    """Renders pages, or a block of one, in a reader's language and theme."""

    def __init__(self, assets: Assets, *, sandbox: bool) -> None:
        """Take the browser's files, and whether this is a sandbox, which every page says."""
        self._environments = {language: _environment(Words(language), assets, sandbox) for language in LANGUAGES}

    def render(self, name: str, block: str | None, context: Mapping[str, Any], chosen: Preferences) -> str:
        """Return the page of a template; where a block is named, that block alone."""
        template = self._environments[chosen.language].get_template(name)
        full = {"language": chosen.language, "theme": chosen.theme, **context}
        if block is None:
            return template.render(full)
        made = template.new_context(full)
        # What a template imports stands in the context when its page has begun; a block alone would not know it.
        next(template.root_render_func(made), None)
        return "".join(template.blocks[block](made))

    def line(self, name: str, context: Mapping[str, Any], chosen: Preferences) -> str:
        """Return a small template that is no page, in one line."""
        return self._environments[chosen.language].get_template(name).render(context).strip()


def short(identity: UUID | str) -> str:
    """Return the part of an id that tells it apart in a list: the random end of a UUIDv7."""
    return str(identity)[-8:]


def _environment(words: Words, assets: Assets, sandbox: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("claims.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "money": formats.money,
        "due": formats.due,
        "moment": formats.moment,
        "local_date": local_date,
        "shanghai": to_shanghai,
        "short": short,
    }
    made.globals |= {"asset": assets.url, "sandbox": sandbox, **_spoken(words)}
    return made


def _spoken(words: Words) -> dict[str, Any]:
    """What a template says in the reader's language; globals, so that macros have them too."""
    language: Language = words.language

    def day(value: date) -> str:
        return formats.day(value, language)

    def relative(instant: datetime, now: datetime) -> str:
        return formats.relative(instant, now, language)

    def duration(length: timedelta) -> str:
        return formats.duration(length, language)

    def region(code: str) -> str:
        return region_name(code, words)

    return {"t": words, "day": day, "relative": relative, "duration": duration, "region": region}
