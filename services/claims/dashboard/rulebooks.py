"""The regulation as a page to read: each text with its obligations, limits and citations, as the clocks go by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from claims.application.calls import NotFound
from claims.dashboard.formats import money
from claims.dashboard.navigation import EVERYBODY
from claims.dashboard.pages import Page, Visit
from claims.dashboard.texts import Words
from claims.domain.moments import local_date
from claims.domain.money import Fen
from claims.domain.rulebook import Limit, Obligation, Role, Rulebook, Tier, Unit


@dataclass(frozen=True, slots=True)
class ObligationView:
    """One obligation in words."""

    id: str
    title: str
    citation: str
    tier: str
    responsible: str
    starts: tuple[str, ...]
    met_by: tuple[str, ...]
    ends: tuple[str, ...]
    """What extends or cancels it."""
    limits: tuple[str, ...]
    """A line for each bracket; empty for what has no clock."""
    told: tuple[tuple[str, tuple[str, ...]], ...]
    """Who hears of each level that anybody hears of."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The obligations about one kind of thing."""

    scope: str
    obligations: tuple[ObligationView, ...]


async def _rulebooks(visit: Visit) -> Response:
    """Show every text, the newest version of each in front, with what is applied today."""
    books = sorted(visit.services.reference.rulebooks.values(), key=lambda book: (book.region, book.id, -book.version))
    today = local_date(visit.now)
    return visit.render(
        "rulebooks/rulebooks.html",
        books=[(each, title_of(each, visit.words), _is_applied(each, today, books)) for each in books],
    )


async def _rulebook(visit: Visit) -> Response:
    """Show one text, by its reference (shenzhen-2018@2) or by its id alone: then the newest version."""
    name = visit.request.path_params["rulebook"]
    found = [each for each in visit.services.reference.rulebooks.values() if name in {each.id, each.reference}]
    if not found:
        raise NotFound("rulebook", name)
    book = max(found, key=lambda each: each.version)
    return visit.render(
        "rulebooks/rulebook.html",
        book=book,
        title=title_of(book, visit.words),
        chapters=chapters(book, visit.words),
        figures=_figures(book, visit.words),
        wanted=visit.given("rule"),
    )


def chapters(book: Rulebook, words: Words) -> tuple[Chapter, ...]:
    """Return what a text obliges to, by what it is about, in the text's own order."""
    by_scope: dict[str, list[ObligationView]] = {}
    for each in book.obligations:
        by_scope.setdefault(each.scope, []).append(_view(each, book, words))
    return tuple(Chapter(scope, tuple(found)) for scope, found in by_scope.items())


def title_of(book: Rulebook, words: Words) -> str:
    """Return a text's title in the reader's language."""
    return words.of(book.title_zh, book.title_en)


def limit_text(limit: Limit, words: Words) -> str:
    """Return a limit in words, such as "10 working days"."""
    if limit.unit is Unit.IMMEDIATELY:
        return words("rulebooks.units.immediately")
    return words(f"rulebooks.units.{limit.unit.value}", n=limit.amount)


def _view(obligation: Obligation, book: Rulebook, words: Words) -> ObligationView:
    def named(milestones: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(words(f"milestones.{each}") for each in milestones)

    return ObligationView(
        id=obligation.id,
        title=words.of(obligation.title_zh, obligation.title_en),
        citation=obligation.citation,
        tier=obligation.tier.value,
        responsible=obligation.responsible,
        starts=named(obligation.starts),
        met_by=named(obligation.met_by),
        ends=named((*obligation.extended_by, *obligation.cancelled_by)),
        limits=_limits(obligation, words),
        told=_told(obligation, book.roles, words),
    )


def _limits(obligation: Obligation, words: Words) -> tuple[str, ...]:
    if obligation.periodic is not None:
        periodic = obligation.periodic
        values = {"month": periodic.due_month, "day": periodic.due_day}
        return (words(f"rulebooks.periodic.{periodic.every.value}", **values),)
    lines, below = [], None
    for each in obligation.brackets:
        limit = limit_text(each.limit, words)
        lines.append(limit if len(obligation.brackets) == 1 else _bracket(below, each.up_to, limit, words))
        below = each.up_to
    if obligation.policy_days is not None:
        lines.append(words("rulebooks.policy_days"))
    return tuple(lines)


def _bracket(below: Fen | None, up_to: Fen | None, limit: str, words: Words) -> str:
    if up_to is None:
        return words("rulebooks.above", edge=money(below or 0), limit=limit)
    return words("rulebooks.up_to", edge=money(up_to), limit=limit)


def _told(obligation: Obligation, roles: Mapping[str, Role], words: Words) -> tuple[tuple[str, tuple[str, ...]], ...]:
    heard = obligation.recipients
    if obligation.tier in {Tier.KPI, Tier.INFORMATION}:
        return ()
    levels = (("at_risk", heard.at_risk), ("breached", heard.breached), ("escalated", heard.escalated))
    return tuple((level, tuple(role_name(each, roles, words) for each in who)) for level, who in levels if who)


def role_name(role: str, roles: Mapping[str, Role], words: Words) -> str:
    """Return what a text calls a role; its code where the text does not name it."""
    found = roles.get(role)
    if found is None:
        return words(f"roles.{role}") if words.knows(f"roles.{role}") else role
    return words.of(found.name_zh, found.name_en)


def rule_titles(rulebooks: Mapping[str, Rulebook], words: Words) -> Mapping[str, str]:
    """Return what each rule is called, by its id; of several versions of a text the newest one says it."""
    books = sorted(rulebooks.values(), key=lambda book: book.version)
    return {each.id: words.of(each.title_zh, each.title_en) for book in books for each in book.obligations}


def all_roles(rulebooks: Mapping[str, Rulebook]) -> Mapping[str, Role]:
    """Return the roles that any text names, by their codes."""
    return {code: role for book in rulebooks.values() for code, role in book.roles.items()}


def _figures(book: Rulebook, words: Words) -> tuple[tuple[str, str, str], ...]:
    """Return the figures that are no limits of time: what, how much, and by which article."""
    found = book.parameters
    if found is None:
        return ()
    cited = found.citations
    values = {
        "rescue_minimum_percent": f"{found.rescue_minimum_percent}%",
        "death_advance_percent": f"{found.death_advance_percent}%",
        "deaths_for_death_advance": str(found.deaths_for_death_advance),
        "surgeries_for_medical_advance": str(found.surgeries_for_medical_advance),
        "small_claim_threshold": money(found.small_claim_threshold),
        "emergency_grade": words(f"grades.{found.emergency_grade}"),
    }
    return tuple((words(f"rulebooks.figures.{name}"), value, cited.get(name, "")) for name, value in values.items())


def _is_applied(book: Rulebook, today: date, books: list[Rulebook]) -> bool:
    def begun(each: Rulebook) -> bool:
        return each.applied_from <= today and (each.applied_to is None or today <= each.applied_to)

    newer = (each for each in books if each.id == book.id and each.version > book.version)
    return begun(book) and not any(map(begun, newer))


def rulebook_pages() -> tuple[Page, ...]:
    """Return the list of texts and the page of one."""
    return (
        Page("GET", "/rulebooks", "rulebooks", EVERYBODY, _rulebooks),
        Page("GET", "/rulebooks/{rulebook}", "rulebooks", EVERYBODY, _rulebook),
    )
