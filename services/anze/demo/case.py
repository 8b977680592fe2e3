"""One case of the demo: whose it is, what happened, when it is reported, and how promptly it is handled."""

from dataclasses import dataclass
from datetime import date
from random import Random

from anze.demo.enterprises import INSURED, INSURERS, Enterprise, Insurer

SEED = 440300110000


@dataclass(frozen=True, slots=True)
class Toll:
    """Persons harmed."""

    deaths: int = 0
    surgeries: int = 0
    injured: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How many working days each stage takes."""

    intake: int
    request: int
    papers: int
    decision: int
    told: int
    agreement: int
    payment: int
    closure: int
    passed_on: int
    """Minutes in which the broker passes the report on."""

    @classmethod
    def of(cls, dice: Random, lateness: float) -> "Pace":
        """Draw a pace: each stage that has a limit is late in this share of cases."""

        def days(prompt: tuple[int, int], late: tuple[int, int]) -> int:
            return dice.randint(*(late if dice.random() < lateness else prompt))

        return cls(
            intake=days((0, 1), (2, 3)),
            request=days((0, 1), (2, 3)),
            papers=dice.randint(1, 6),
            decision=days((2, 7), (11, 14)),
            told=days((0, 0), (2, 3)),
            agreement=dice.randint(1, 4),
            payment=days((1, 5), (10, 13)),
            closure=dice.randint(1, 4),
            passed_on=days((10, 45), (75, 130)),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One accident of the demo."""

    number: int
    insurer: Insurer
    enterprise: Enterprise
    plot: str
    """Which of the plots it follows."""
    reported: date
    """The working day on which the insurer hears of it."""
    half: int
    """Entered in the morning or in the afternoon."""

    def dice(self) -> Random:
        """What is drawn for it: always the same."""
        return Random(SEED + self.number)  # noqa: S311 - a story, no secret

    @property
    def policy_number(self) -> str:
        """Of the enterprise's policy."""
        return f"PZAA2026{self.insurer.region}0000{self._digits}"

    @property
    def credit_code(self) -> str:
        """Of the enterprise."""
        return f"91{self.insurer.region}MA5{self._digits}X"

    @property
    def _digits(self) -> str:
        place = INSURED[self.insurer.code].index(self.enterprise)
        return f"{INSURERS.index(self.insurer) + 1}{place + 1:05d}"
