"""In which region a complaint or a hazard is taken: never one that is too wide for the rules that give it clocks."""

from datetime import datetime

from claims.domain.errors import invalid
from claims.domain.rulebook import region_covers
from claims.domain.setting import Setting

NATION = "000000"


def governed_region(region: str | None, scope: str, at: datetime, setting: Setting) -> str:
    """Return the region of a subject that is about no claim; `scope` is what its obligations are about.

    A region without any rulebook for it is one like any other: nothing is owed there by a clock. Raises InvalidFact
    where it is missing, the whole nation, or wider than a region for which a rulebook gives such a clock.
    """
    if region is None:
        raise invalid("/region", "Say where: without a claim, nothing else tells it.")
    if region == NATION:
        raise invalid("/region", f"{NATION} is the whole nation: name the province, city or county.")
    narrower = sorted(
        {
            book.region
            for book in setting.rulebooks.values()
            if book.covers(book.region, at) and any(each.scope == scope for each in book.obligations)
            if book.region != region and region_covers(region, book.region)
        }
    )
    if narrower:
        named = ", ".join(narrower)
        raise invalid(
            "/region",
            f"{region} is too wide: rules of their own apply in {named}. Use that code, or one of its neighbours.",
        )
    return region
