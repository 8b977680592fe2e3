"""How the domain refuses: a broken rule, a fact that cannot be, a part of a claim that does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule of the business and where it comes from."""

    code: str
    """Stable, kebab-case; the problem type and the metric go by it."""
    article: str
    """The article that the rule comes from, or `product` for a rule of this product."""
    title: str


class RuleViolation(Exception):  # noqa: N818 - the business calls it a violation
    """The command breaks a rule: it is refused, nothing is stored."""

    def __init__(self, rule: Rule, detail: str, **facts: str) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.facts: Mapping[str, str] = facts


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be accepted, as a JSON pointer, and why."""

    pointer: str
    reason: str


@dataclass
class InvalidFact(Exception):  # noqa: N818
    """The command states something that cannot be: a moment in the future, a missing amount."""

    errors: tuple[FieldError, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        return "; ".join(f"{error.pointer}: {error.reason}" for error in self.errors)


class UnknownPart(Exception):  # noqa: N818
    """The claim has no such advance, payment or victim."""

    def __init__(self, kind: str, part_id: object) -> None:
        super().__init__(f"this claim has no {kind} {part_id}")
        self.kind = kind
        self.part_id = str(part_id)


def invalid(pointer: str, reason: str) -> InvalidFact:
    """Return the refusal of one field."""
    return InvalidFact((FieldError(pointer, reason),))
