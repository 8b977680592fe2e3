"""The part of a rulebook's form that holds figures: percentages, sums, counts and grades, each with its source."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from claims.domain.money import Fen, parse_yuan
from claims.domain.rulebook import ACCIDENT_GRADES


def _fen(text: object) -> Fen:
    if not isinstance(text, str):
        raise ValueError('an amount is a text in yuan, such as "1000000.00"')  # noqa: TRY004 - pydantic catches ValueError
    return parse_yuan(text)


def _known_grade(name: str) -> str:
    if name not in ACCIDENT_GRADES:
        raise ValueError(f"unknown grade of accident {name!r}; known are {', '.join(ACCIDENT_GRADES)}")
    return name


Text = Annotated[str, Field(min_length=1)]
Amount = Annotated[
    Fen,
    BeforeValidator(_fen),
    WithJsonSchema({"type": "string", "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]{1,2})?$", "examples": ["1000000.00"]}),
]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=1)]
Grade = Annotated[str, AfterValidator(_known_grade), WithJsonSchema({"enum": list(ACCIDENT_GRADES)})]


class Part(BaseModel):
    """A table of the file; a key that is not named here is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PercentSource(Part):
    """A percentage, with its source."""

    value: Percent
    citation: Text


class CountSource(Part):
    """A number of persons, with its source."""

    value: Count
    citation: Text


class AmountSource(Part):
    """A sum, with its source."""

    value: Amount
    citation: Text


class GradeSource(Part):
    """A grade of accident, with its source."""

    value: Grade
    citation: Text


class RolesSource(Part):
    """A list of roles, with its source."""

    value: list[Text]
    citation: Text


class ParametersSource(Part):
    """The figures that are no limits of time."""

    rescue_minimum_percent: PercentSource
    death_advance_percent: PercentSource
    deaths_for_death_advance: CountSource
    surgeries_for_medical_advance: CountSource
    small_claim_threshold: AmountSource
    emergency_grade: GradeSource
    emergency_recipients: RolesSource


class GradeBoundSource(Part):
    """From what on an accident is of a grade, with its source; any one of the three is enough."""

    deaths: Count
    serious_injuries: Count
    direct_loss: Amount
    citation: Text


class RegradingSource(Part):
    """For how many days after the accident a count still changes its grade, by default and by its kind."""

    days: Count
    days_by_kind: dict[Text, Count] = {}
    citation: Text


class AccidentGradesSource(Part):
    """How accidents are graded; what reaches no bound is of the mildest grade."""

    extraordinary: GradeBoundSource
    serious: GradeBoundSource
    major: GradeBoundSource
    regrading: RegradingSource

    @model_validator(mode="after")
    def bounds_ascend(self) -> Self:
        """A graver accident needs more of everything."""
        for name in ("deaths", "serious_injuries", "direct_loss"):
            figures = [getattr(each, name) for each in (self.major, self.serious, self.extraordinary)]
            if figures != sorted(set(figures)):
                raise ValueError(f"{name} ascends from major over serious to extraordinary")
        return self
