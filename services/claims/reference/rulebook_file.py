"""A rulebook's text, read and checked; every refusal names file, line and reason."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeAlias

from pydantic import ValidationError

from claims.domain.rulebook import (
    ACCIDENT_GRADES,
    AccidentGrades,
    Bracket,
    GradeBound,
    Obligation,
    Parameters,
    Recipients,
    Role,
    Rulebook,
)
from claims.reference.figure_source import AccidentGradesSource, ParametersSource
from claims.reference.rulebook_source import ObligationSource, RecipientsSource, RulebookSource

THE_WHOLE_COUNTRY = "000000"

_Fault: TypeAlias = tuple[tuple[str | int, ...], str]
"""A place in the text, and what is wrong there."""


class RulebookRefused(Exception):  # noqa: N818 - the message is the sentence that the operator reads
    """A rulebook says something that it may not say; the message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class RulebookText:
    """A rulebook as it is written, with what it says."""

    name: str
    """Where it comes from: a file name, or id@version of a stored one."""
    text: str
    rulebook: Rulebook

    @property
    def sha256(self) -> bytes:
        """Fingerprint the text: the same version with another fingerprint is a change without a new version."""
        return hashlib.sha256(self.text.encode()).digest()


def packaged_rulebooks() -> tuple[RulebookText, ...]:
    """Return the rulebooks that come with this release, ordered by file name; RulebookRefused if one is not sound."""
    found = [each for each in files("claims.rulebooks").iterdir() if each.name.endswith(".toml")]
    texts = tuple(
        read_rulebook(each.name, each.read_text(encoding="utf-8")) for each in sorted(found, key=lambda each: each.name)
    )
    seen: dict[str, str] = {}
    for each in texts:
        reference = each.rulebook.reference
        if reference in seen:
            raise RulebookRefused(f"{each.name}: {reference} is in {seen[reference]} already; raise the version")
        seen[reference] = each.name
    return texts


def read_rulebook(name: str, text: str) -> RulebookText:
    """Return what a rulebook's text says; RulebookRefused, one line for each fault, if it is not sound."""
    return _read(name, text, _faults_of_a_new_one)


def read_stored_rulebook(reference: str, text: str) -> RulebookText:
    """Return what a stored text says: it may lack what a new one has to say, since clocks keep the text they name.

    RulebookRefused if it cannot be understood.
    """
    return _read(reference, text, _inconsistencies)


def _read(name: str, text: str, faults: Callable[[RulebookSource], Iterator[_Fault]]) -> RulebookText:
    try:
        written = RulebookSource.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise RulebookRefused(f"{name}: {fault}") from fault
    except ValidationError as fault:
        raise RulebookRefused("\n".join(_described(name, text, fault))) from fault
    for loc, reason in faults(written):
        raise RulebookRefused(f"{name}, line {_line_of(text, loc)}: {_path(loc)}: {reason}")
    return RulebookText(name, text, _rulebook(written))


def _described(name: str, text: str, fault: ValidationError) -> Iterator[str]:
    for each in fault.errors():
        reason = each["msg"].removeprefix("Value error, ")
        yield f"{name}, line {_line_of(text, each['loc'])}: {_path(each['loc'])}: {reason}"


def _path(loc: Sequence[str | int]) -> str:
    return ".".join(str(each) for each in loc) or "the rulebook"


def _line_of(text: str, loc: Sequence[str | int]) -> int:
    """Find the line of a place in the file, as near as can be told: its table, then its key inside."""
    lines = text.splitlines()
    at = 0
    keys = [each for each in loc if isinstance(each, str)]
    if len(loc) > 1 and loc[0] == "obligations" and isinstance(loc[1], int):
        at = [n for n, line in enumerate(lines) if line.strip() == "[[obligations]]"][loc[1]]
        keys = keys[1:]
    elif len(keys) > 1:
        table = f"[{keys[0]}.{keys[1]}]"
        at = _first(lines, (table, f"[{keys[0]}]"), _first(lines, (f"[{keys[0]}.",), 0))
        keys = keys[2:] if lines[at].startswith(table) else keys[1:]
    elif keys:
        at = _first(lines, (f"[{keys[0]}]", f"[{keys[0]}."), 0)
    for key in keys[:1]:
        end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("[")), len(lines))
        starts = (f"{key} ", f"{key}=", f"{key}.")
        at = next((n for n in range(at, end) if lines[n].startswith(starts)), at)
    return at + 1


def _first(lines: Sequence[str], starts: tuple[str, ...], otherwise: int) -> int:
    return next((n for n, line in enumerate(lines) if line.startswith(starts)), otherwise)


def _faults_of_a_new_one(written: RulebookSource) -> Iterator[_Fault]:
    """Name also what texts did not have to say when they were stored."""
    yield from _inconsistencies(written)
    if written.accident_grades is None and written.region == THE_WHOLE_COUNTRY:
        yield ("accident_grades",), "the rulebook of the whole country says how accidents are graded"


def _inconsistencies(written: RulebookSource) -> Iterator[_Fault]:
    """Name what each part may say by itself, but not beside the others."""
    if written.applied_to is not None and written.applied_to < written.applied_from:
        yield ("applied_to",), "it is before applied_from"
    roles = set(written.roles)
    emergency = [] if written.parameters is None else written.parameters.emergency_recipients.value
    for role in sorted(set(emergency) - roles):
        yield ("parameters", "emergency_recipients"), f"there is no role {role!r}"
    for name, lists in written.recipients.items():
        for role in sorted({*lists.at_risk, *lists.breached, *lists.escalated} - roles):
            yield ("recipients", name), f"there is no role {role!r}"
    seen: set[str] = set()
    for n, rule in enumerate(written.obligations):
        if rule.id in seen:
            yield ("obligations", n, "id"), f"{rule.id} is there twice"
        seen.add(rule.id)
        for name in dict.fromkeys(rule.lists):
            if name not in written.recipients:
                yield ("obligations", n, "recipients"), f"there is no list [recipients.{name}]"


def _rulebook(written: RulebookSource) -> Rulebook:
    return Rulebook(
        id=written.id,
        version=written.version,
        title_zh=written.title.zh,
        title_en=written.title.en,
        region=written.region,
        text_valid_to=written.text_valid_to,
        applied_from=written.applied_from,
        applied_to=written.applied_to,
        parameters=None if written.parameters is None else _parameters(written.parameters),
        obligations=tuple(_obligation(each, written.recipients) for each in written.obligations),
        roles={name: Role(each.zh, each.en, tuple(each.aliases)) for name, each in written.roles.items()},
        accident_grades=None if written.accident_grades is None else _accident_grades(written.accident_grades),
    )


def _parameters(written: ParametersSource) -> Parameters:
    return Parameters(
        rescue_minimum_percent=written.rescue_minimum_percent.value,
        death_advance_percent=written.death_advance_percent.value,
        deaths_for_death_advance=written.deaths_for_death_advance.value,
        surgeries_for_medical_advance=written.surgeries_for_medical_advance.value,
        small_claim_threshold=written.small_claim_threshold.value,
        emergency_grade=written.emergency_grade.value,
        emergency_recipients=tuple(written.emergency_recipients.value),
        citations={name: getattr(written, name).citation for name in type(written).model_fields},
    )


def _accident_grades(written: AccidentGradesSource) -> AccidentGrades:
    gravest_first = {name: getattr(written, name) for name in reversed(ACCIDENT_GRADES[1:])}
    return AccidentGrades(
        bounds=tuple(
            GradeBound(name, each.deaths, each.serious_injuries, each.direct_loss, each.citation)
            for name, each in gravest_first.items()
        ),
        regraded_for_days=written.regrading.days,
        regraded_for_days_by_kind=written.regrading.days_by_kind,
        regrading_citation=written.regrading.citation,
    )


def _obligation(written: ObligationSource, lists: Mapping[str, RecipientsSource]) -> Obligation:
    insurer, broker = (_recipients(lists[name]) for name in written.lists)
    return Obligation(
        id=written.id,
        title_zh=written.title.zh,
        title_en=written.title.en,
        citation=written.citation,
        tier=written.tier,
        responsible=written.responsible,
        scope=written.scope,
        advance_kind=written.advance_kind,
        requested_by=written.requested_by,
        starts=tuple(written.starts),
        met_by=tuple(written.met_by),
        extended_by=tuple(written.extended_by),
        cancelled_by=tuple(written.cancelled_by),
        paused_by=tuple(written.paused_by),
        policy_days=written.policy_days,
        brackets=tuple(Bracket(each.up_to, each.within) for each in written.limits),
        recipients=insurer,
        periodic=None if written.period is None else written.period.periodic(),
        recipients_of_broker=None if isinstance(written.recipients, str) else broker,
    )


def _recipients(written: RecipientsSource) -> Recipients:
    return Recipients(tuple(written.at_risk), tuple(written.breached), tuple(written.escalated))
