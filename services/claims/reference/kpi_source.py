"""The definitions of key figures and service score, read and checked; a refusal names file, place and reason."""

import re
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from claims.domain.reporting.definitions import (
    Assessment,
    Dimension,
    Formula,
    Kpi,
    KpiDefinitions,
    ServiceScore,
    Size,
    Title,
)
from claims.domain.reporting.periods import read_period
from claims.reference.figure_source import Amount, Count, Part, Percent, Text
from claims.reference.rulebook_file import RulebookRefused
from claims.reference.rulebook_source import Titles

_VERSION = re.compile(r"kpis-([1-9][0-9]*)\.toml")
COMPLIANCE = "compliance"
POINTS = 100

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class KpisRefused(RulebookRefused):
    """The definitions say something that they may not say; the message names file, place and reason."""


def _month(text: object) -> date:
    if not isinstance(text, str):
        raise ValueError('a month reads "2026-03"')  # noqa: TRY004 - pydantic catches ValueError
    return read_period(text, "monthly").first


class KpiSource(Part):
    """One key figure."""

    id: Name
    title: Titles
    formula: Formula
    size: Size | None = None
    rules: tuple[Text, ...] = Field(default=(), strict=False)
    within_hours: Annotated[int, Field(ge=0)] = 0
    at_most_days: Count | None = None
    at_least_percent: Percent | None = None

    @model_validator(mode="after")
    def formula_has_what_it_needs(self) -> Self:
        """Each formula takes its own keys and no other."""
        needed = {
            "average_report_to_payment": {"size", "at_most_days"},
            "victims_paid_in_time": {"rules", "at_least_percent"},
            "advances_started": {"within_hours", "at_least_percent"},
        }[self.formula]
        optional = {"size", "rules", "within_hours", "at_most_days", "at_least_percent"}
        given = {name for name in optional if getattr(self, name) not in {None, (), 0}}
        if given != needed:
            raise ValueError(f"{self.formula} takes {', '.join(sorted(needed))}, and gets {', '.join(sorted(given))}")
        return self


class DimensionSource(Part):
    """One dimension of the score."""

    id: Name
    title: Titles
    weight: Count
    measure: Name | None = None
    rules: tuple[Text, ...] = Field(default=(), strict=False)
    over_months: Annotated[int, Field(ge=1, le=24)] = 1

    @model_validator(mode="after")
    def goes_by_what_is_measured(self) -> Self:
        """Rules narrow a compliance rate, and what people assess is assessed for each month."""
        if self.rules and self.measure != COMPLIANCE:
            raise ValueError(f'rules narrow the measure "{COMPLIANCE}" and no other')
        if self.measure is None and self.over_months > 1:
            raise ValueError("what is assessed by people is assessed for each month: over_months needs a measure")
        return self


class AssessmentSource(Part):
    """What people found."""

    insurer: Text
    month: Annotated[date, BeforeValidator(_month)]
    dimension: Name
    percent: Percent


class ServiceScoreSource(Part):
    """The score."""

    judged_at_least: Annotated[int, Field(ge=1, le=POINTS)] = 40
    restricts_below: Percent
    suspends_after_months: Count
    run_within_months: Annotated[int, Field(ge=1, le=24)] = 12
    dimensions: Annotated[list[DimensionSource], Field(min_length=1)]
    assessments: tuple[AssessmentSource, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        """The weights are 100, the months running have room, and people assess what has no measure, once each."""
        if sum(each.weight for each in self.dimensions) != POINTS:
            raise ValueError(f"the weights of the dimensions are {POINTS} together")
        if self.run_within_months < self.suspends_after_months:
            raise ValueError("run_within_months is at least suspends_after_months: otherwise nothing ever suspends")
        entered = {each.id for each in self.dimensions if each.measure is None}
        for each in self.assessments:
            if each.dimension not in entered:
                raise ValueError(f"assessments: {each.dimension!r} is no dimension that is assessed by people")
        if len({(a.insurer, a.month, a.dimension) for a in self.assessments}) < len(self.assessments):
            raise ValueError("assessments: an insurer is assessed once a month in each dimension")
        return self


class KpiFile(Part):
    """A whole file."""

    format: Literal[1]
    id: Name
    version: Count
    small_up_to: Amount
    kpis: Annotated[list[KpiSource], Field(min_length=1)]
    service_score: ServiceScoreSource

    @model_validator(mode="after")
    def names_fit(self) -> Self:
        """Names are there once, and measures are rates that exist."""
        for names in ([each.id for each in self.kpis], [each.id for each in self.service_score.dimensions]):
            if len(set(names)) < len(names):
                raise ValueError("two figures or dimensions have the same id")
        rates = {each.id for each in self.kpis if each.at_least_percent is not None} | {COMPLIANCE}
        for each in self.service_score.dimensions:
            if each.measure is not None and each.measure not in rates:
                raise ValueError(f"{each.id}: {each.measure!r} is none of {', '.join(sorted(rates))}")
        return self


def packaged_kpis() -> KpiDefinitions:
    """Return the newest definitions that come with this release; KpisRefused if they are not sound."""
    found = {
        int(name[1]): each
        for each in files("claims.rulebooks").joinpath("kpis").iterdir()
        if (name := _VERSION.fullmatch(each.name))
    }
    newest = found[max(found)]
    return read_kpis(newest.name, newest.read_text(encoding="utf-8"))


def kpis_of(path: Path | None) -> KpiDefinitions:
    """Return the definitions of the operator's own file, or without one those of this release; KpisRefused."""
    if path is None:
        return packaged_kpis()
    try:
        return read_kpis(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KpisRefused(f"{path} cannot be read: {error}") from error


def read_kpis(name: str, text: str) -> KpiDefinitions:
    """Return what a file says; KpisRefused, one line for each fault, if it is not sound."""
    try:
        written = KpiFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise KpisRefused(f"{name}: {fault}") from fault
    except ValidationError as fault:
        lines = (f"{name}: {'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in fault.errors())
        raise KpisRefused("\n".join(lines)) from fault
    return KpiDefinitions(
        written.id, written.version, written.small_up_to, tuple(map(_kpi, written.kpis)), _score(written.service_score)
    )


def _kpi(written: KpiSource) -> Kpi:
    return Kpi(
        id=written.id,
        title=_title(written.title),
        formula=written.formula,
        size=written.size,
        rules=written.rules,
        within_hours=written.within_hours,
        at_most_days=written.at_most_days,
        at_least_percent=written.at_least_percent,
    )


def _score(written: ServiceScoreSource) -> ServiceScore:
    return ServiceScore(
        dimensions=tuple(
            Dimension(each.id, _title(each.title), each.weight, each.measure, each.rules, each.over_months)
            for each in written.dimensions
        ),
        judged_at_least=written.judged_at_least,
        restricts_below=written.restricts_below,
        suspends_after_months=written.suspends_after_months,
        run_within_months=written.run_within_months,
        assessments=tuple(
            Assessment(each.insurer, each.month, each.dimension, each.percent) for each in written.assessments
        ),
    )


def _title(written: Titles) -> Title:
    return Title(written.zh, written.en)
