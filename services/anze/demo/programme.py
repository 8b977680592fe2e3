"""Which accidents the insurers of the demo have to do with, and when: the mixture of plots, and what is left open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from anze.demo.case import SEED, Case
from anze.demo.enterprises import INSURED, INSURERS, Enterprise, Insurer
from anze.demo.grave import GRAVE
from anze.demo.office import AFTERNOON, MORNING, working_day
from anze.demo.plots import PLOTS, Plot

ALL_PLOTS: dict[str, Plot] = {**PLOTS, **GRAVE}

LAST_DAY = date(2026, 3, 18)
FIRST_DAY = date(2026, 1, 17)
"""Nothing is reported before it, however many days are asked for."""

MIXTURE: dict[str, dict[str, int]] = {
    "picc-sz": {
        "ordinary": 17, "small": 7, "fatal": 4, "surgeries": 3, "rescue": 2, "rejected": 2, "withdrawn": 1,
        "reported_twice": 1, "bounced": 1, "extended": 1, "paid_directly": 1, "rescue_refused": 1,
    },
    "nanling-sz": {
        "ordinary": 13, "small": 5, "fatal": 3, "surgeries": 3, "rescue": 2, "rejected": 2, "withdrawn": 1,
        "asked_again": 2, "bounced": 1, "paid_directly": 1,
    },
    "jingyuan-bj": {
        "ordinary": 15, "small": 6, "fatal": 3, "surgeries": 1, "rejected": 1, "withdrawn": 1, "reported_twice": 1,
        "bounced": 1, "asked_again": 1,
    },
}  # fmt: skip
"""How many claims of each insurer follow which plot, spread over all the days."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim that has a day of its own, so that the board shows it as it is then."""

    insurer: str
    plot: str
    day: str
    enterprise: int
    half: int = MORNING


PLACED = (
    Placed("picc-sz", "reopened", "2026-01-19", 0),
    Placed("picc-sz", "major", "2026-02-03", 4),
    Placed("picc-sz", "recorded_late", "2026-02-25", 2),
    Placed("nanling-sz", "recorded_late", "2026-01-28", 1),
    Placed("jingyuan-bj", "reopened", "2026-02-02", 3),
    Placed("picc-sz", "neglected", "2026-03-11", 7),
    Placed("jingyuan-bj", "regraded", "2026-03-04", 2),
    # What is to be paid, and when: in hours, in days, or days ago.
    Placed("picc-sz", "surgery_unpaid", "2026-03-17", 0, AFTERNOON),
    Placed("picc-sz", "rescue_unpaid", "2026-03-16", 3),
    Placed("picc-sz", "rescue_unpaid", "2026-03-12", 6),
    Placed("picc-sz", "rescue_unpaid", "2026-03-10", 1),
    Placed("picc-sz", "death_unpaid", "2026-03-10", 4),
    Placed("nanling-sz", "surgery_unpaid", "2026-03-16", 4, AFTERNOON),
    Placed("nanling-sz", "rescue_unpaid", "2026-03-05", 0),
    Placed("nanling-sz", "death_unpaid", "2026-03-06", 3),
    Placed("nanling-sz", "rescue_in_parts", "2026-03-13", 1),
    # What nobody asked for.
    Placed("picc-sz", "death_not_asked_for", "2026-03-09", 2),
    Placed("nanling-sz", "surgery_not_asked_for", "2026-03-11", 4),
    Placed("nanling-sz", "death_not_asked_for", "2026-03-03", 5),
    Placed("jingyuan-bj", "death_not_asked_for", "2026-03-05", 0),
    # What is left lying.
    Placed("nanling-sz", "neglected", "2026-02-25", 1),
    Placed("nanling-sz", "neglected", "2026-03-02", 4),
    Placed("nanling-sz", "neglected", "2026-01-29", 2),
    Placed("jingyuan-bj", "neglected", "2026-02-06", 5),
    Placed("picc-sz", "neglected", "2026-03-03", 5),
    Placed("picc-sz", "neglected", "2026-02-26", 0),
    Placed("nanling-sz", "agreed_and_unpaid", "2026-02-27", 3),
    Placed("jingyuan-bj", "agreed_and_unpaid", "2026-03-02", 4),
    Placed("picc-sz", "agreed_and_unpaid", "2026-03-05", 1),
)

_BY_CODE = {insurer.code: insurer for insurer in INSURERS}


def cases(days: int) -> list[Case]:
    """Every case whose report lies within so many days before the last day, in the order of their numbers."""
    first = LAST_DAY - timedelta(days=days)
    return [case for case in _all_cases() if case.reported >= first]


def _all_cases() -> Iterator[Case]:
    number = 0
    for placed in PLACED:
        number += 1
        insurer = _BY_CODE[placed.insurer]
        enterprise = INSURED[placed.insurer][placed.enterprise]
        yield Case(number, insurer, enterprise, placed.plot, date.fromisoformat(placed.day), placed.half)
    for insurer in INSURERS:
        for plot, day, half, enterprise in _spread(insurer):
            number += 1
            yield Case(number, insurer, enterprise, plot, day, half)


def _spread(insurer: Insurer) -> Iterator[tuple[str, date, int, Enterprise]]:
    """The mixture of an insurer, its plots in a drawn order, its reports evenly over the days."""
    dice = Random(f"{SEED}-{insurer.code}")  # noqa: S311 - a story, no secret
    plots = [plot for plot, count in MIXTURE[insurer.code].items() for _ in range(count)]
    dice.shuffle(plots)
    # The one with a term of its own has one claim, which is placed.
    enterprises = [each for each in INSURED[insurer.code] if each.determination_days is None]
    span = (LAST_DAY - FIRST_DAY).days - 1
    for place, plot in enumerate(plots):
        day = working_day(FIRST_DAY + timedelta(days=span * place // len(plots)), 0)
        yield plot, day, dice.randint(MORNING, AFTERNOON), dice.choice(enterprises)
