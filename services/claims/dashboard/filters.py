"""The filters of lists: read from the address bar, written back into it, and what each can be set to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.application.board import Choices, QueueFilter
from claims.dashboard.pages import Visit
from claims.dashboard.refusals import BadAddressError
from claims.dashboard.rulebooks import rule_titles
from claims.domain.rulebook import Tier

TIERS = tuple(tier.value for tier in (Tier.STATUTORY, Tier.SERVICE, Tier.TARGET))
"""The last one is what never leaves the insurer."""
RUNNING = ("open", "at_risk", "overdue", "missed")
"""The last one is what becomes of targets alone."""
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a filter can be set to."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """A filter as the form shows it; its name is the parameter's and the key of its label."""

    name: str
    options: tuple[Option, ...]
    chosen: str | None


def queue_filter(visit: Visit) -> QueueFilter:
    """Return what the address asks for; BadAddressError for a tier or a status that does not exist."""
    return QueueFilter(
        insurer=_text(visit, "insurer"),
        region=_text(visit, "region"),
        rule=_text(visit, "rule"),
        tier=one_of(visit, "tier", TIERS),
        adjuster=_text(visit, "adjuster"),
        status=one_of(visit, "status", RUNNING),
    )


def one_of(visit: Visit, name: str, known: Sequence[str]) -> str | None:
    """Return a parameter that has to be one of some values; BadAddressError if it is not."""
    given = visit.given(name)
    if given is not None and given not in known:
        raise BadAddressError(f"{name}: {given[:_LONGEST]}")
    return given


def filter_fields(visit: Visit, choices: Choices, names: Sequence[str]) -> tuple[Field, ...]:
    """Return the filters of a page by name, without those that leave no choice to this visitor."""
    words = visit.words
    titles = rule_titles(visit.services.reference.rulebooks, words)
    outside = visit.role == "regulator"
    known: dict[str, tuple[Sequence[str], Callable[[str], str]]] = {
        "insurer": (choices.insurers, str),
        "region": (choices.regions, visit.region_name),
        "rule": (choices.rules, lambda rule: f"{rule} {titles.get(rule, '')}"),
        "tier": (TIERS[:-1] if outside else TIERS, lambda tier: words(f"common.tier.{tier}")),
        "adjuster": (choices.adjusters, str),
        "status": (RUNNING[:-1] if outside else RUNNING, lambda status: words(f"common.status.{status}")),
    }
    return tuple(_field(visit, name, *known[name]) for name in names if len(known[name][0]) > 1 or visit.given(name))


def _field(visit: Visit, name: str, values: Sequence[str], label: Callable[[str], str]) -> Field:
    chosen = visit.given(name)
    offered = (*values, chosen) if chosen is not None and chosen not in values else tuple(values)
    return Field(name, tuple(Option(each, label(each)) for each in offered), chosen)


def _text(visit: Visit, name: str) -> str | None:
    given = visit.given(name)
    if given is not None and len(given) > _LONGEST:
        raise BadAddressError(name)
    return given
